"""Control groups of version 2, which the machine that runs the tests may not have: in a small emulated machine of its own.

The machine is Debian's cloud kernel and a file system in memory: busybox, our trial program and the libraries it needs.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRIAL = ROOT / ".build/debug/spawn-trial"
KERNEL = ROOT / ".test-kernel/vmlinuz"
INIT = """\
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /tmp /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t tmpfs tmpfs /tmp
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
LD_LIBRARY_PATH=/lib /bin/spawn-trial groups 2>&1
/bin/busybox poweroff -f
"""


@pytest.fixture(scope="module")
def kernel() -> Path:
    """Debian's kernel for clouds."""
    if platform.machine() != "x86_64":
        pytest.skip("the emulated machine is an x86_64 one")
    assert KERNEL.exists(), f"{KERNEL} isn't there: make test-kernel"
    return KERNEL


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The machine's files, as an archive."""
    folder = tmp_path_factory.mktemp("files")
    root = folder / "root"
    for name in ("bin", "lib", "lib64"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin")
    for name in ("sh", "tail", "sleep", "seq"):
        (root / "bin" / name).symlink_to("busybox")
    shutil.copy(TRIAL, root / "bin")
    libraries = [line.split() for line in subprocess.check_output(["ldd", TRIAL], text=True).splitlines()]
    for words in libraries:
        if len(words) > 2 and words[2].startswith("/"):
            shutil.copy(words[2], root / "lib")
    shutil.copy("/lib64/ld-linux-x86-64.so.2", root / "lib64")
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    archive = folder / "files.cpio"
    names = subprocess.run(["find", "."], cwd=root, capture_output=True, check=True).stdout
    with archive.open("wb") as file:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=names, stdout=file, check=True)
    return archive


@pytest.fixture(scope="module")
def seen(kernel: Path, files: Path) -> dict[str, str]:
    """What the trial says it has seen."""
    ran = subprocess.run(
        ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1024", "-nographic", "-no-reboot"]
        + ["-kernel", kernel, "-initrd", files, "-append", "console=ttyS0 quiet panic=-1 cgroup_no_v1=all"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
        env=os.environ,
    )
    # The firmware's last words are on the line of the first.
    lines = [line.strip().partition("seen: ")[2].split(": ", 1) for line in ran.stdout.splitlines() if "seen: " in line]
    assert lines, ran.stdout[-3000:] + ran.stderr
    return {what: value for what, value in lines}


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("layout", 'unified(folder: "/sys/fs/cgroup")'),
        ("memory limit", "60 MiB"),
        ("forks fail", "true"),
        ("process limit", "15"),
        ("processor limit", "0.2"),
        ("share is near the limit", "true"),
        ("weight", "50"),
        ("groups", '["a"]'),
        ("left", "false"),
    ],
)
def test_it_holds(seen: dict[str, str], what: str, wanted: str) -> None:
    assert seen.get(what) == wanted, seen


def test_a_kill_for_want_of_memory_is_counted(seen: dict[str, str]) -> None:
    """Every process that is killed counts; a second one may be taken before the first is gone."""
    assert int(seen["memory kills"]) >= 1, seen
