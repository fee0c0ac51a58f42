"""What it costs a program that its home is in the image that Carrel makes, against the bare disk under it.

    .venv-test/bin/python Benchmarks/storage/bench_storage.py [--runs N] [--disk MIB] [PROGRAM]      as root

The same files are written and read on the host's disk, in a home, and in two places that tell where the difference comes
from: another file system in an image like the hub's (what the image costs), and a btrfs without quotas (what these
cost). All take turns, there and back, so that whatever else the machine does meets all alike. Goal: 0.95 of the host.
With --disk everything is asked of a disk that gives so many MiB a second; it needs control groups of version 1.

Then: a restore point of a home of 5 GB against a copy of it, and the use of 500 homes against counting their files
(goal: under 100 ms).
"""

import argparse
import contextlib
import mmap
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from places import RELEASE, make_home, make_image, make_subvolume, run, unmount_all, use_own_mounts

MIB = 1 << 20
MEBIBYTES = 256
SMALL_FILES = 2000
HOMES = 500


class Block:
    """A mebibyte that no disk can compress, at an address that direct writing takes too."""

    def __init__(self) -> None:
        self.bytes = mmap.mmap(-1, MIB)
        self.bytes.write(os.urandom(MIB))


def write(place: Path, block: Block, mebibytes: int, *, is_synced: bool, flags: int = 0) -> float:
    """Seconds it takes to write a new file; what isn't counted is on the disk as well when this ends."""
    path = place / "large"
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    begun = time.perf_counter()
    for _ in range(mebibytes):
        os.write(file, block.bytes)
    if is_synced:
        os.fdatasync(file)
    taken = time.perf_counter() - begun
    os.fdatasync(file)
    os.close(file)
    return taken


def read(place: Path, block: Block, mebibytes: int) -> float:
    """Seconds it takes to read the file back from the disk."""
    file = os.open(place / "large", os.O_RDONLY)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    begun = time.perf_counter()
    for _ in range(mebibytes):
        assert os.readv(file, [block.bytes]) == MIB
    taken = time.perf_counter() - begun
    os.close(file)
    return taken


def make_small(place: Path) -> float:
    """Seconds it takes to make many small files, as an archive is unpacked, and to remove them again."""
    folder = place / "small"
    begun = time.perf_counter()
    folder.mkdir()
    for number in range(SMALL_FILES):
        (folder / f"{number}").write_bytes(b"x" * 4096)
    shutil.rmtree(folder)
    return time.perf_counter() - begun


def compare(places: dict[str, Path], runs: int) -> None:
    """Speeds in all places, in turn."""
    block = Block()
    figures: dict[str, tuple[float, str, Callable[[Path], float]]] = {
        "written, not waited for": (MEBIBYTES, "MiB/s", lambda place: write(place, block, MEBIBYTES, is_synced=False)),
        "written to the disk": (MEBIBYTES, "MiB/s", lambda place: write(place, block, MEBIBYTES, is_synced=True)),
        "read from the disk": (MEBIBYTES, "MiB/s", lambda place: read(place, block, MEBIBYTES)),
        "small files": (SMALL_FILES, "files/s", make_small),
    }
    speeds: dict[tuple[str, str], list[float]] = {(figure, place): [] for figure in figures for place in places}
    processor: dict[tuple[str, str], list[float]] = {key: [] for key in speeds}
    for turn in range(runs):
        for figure, (amount, _, measure) in figures.items():
            for name in list(places) if turn % 2 == 0 else reversed(places):
                begun = time.process_time()
                speeds[figure, name].append(amount / measure(places[name]))
                processor[figure, name].append(time.process_time() - begun)
    for figure, (_, unit, _) in figures.items():
        host = statistics.median(speeds[figure, next(iter(places))])
        print(f"{figure}, {unit}")
        for name in places:
            one = speeds[figure, name]
            middle = statistics.median(one)
            busy = statistics.median(processor[figure, name])
            print(
                f"    {name:28}{middle:9.0f}   ({min(one):.0f} to {max(one):.0f}, n = {runs})"
                f"   {middle / host:5.2f} of the host's   {busy:.2f} s of a processor"
            )


@contextlib.contextmanager
def disk_of(mebibytes: int | None, folder: Path) -> Iterator[None]:
    """Has the disk give this process no more than so many MiB a second."""
    if mebibytes is None:
        yield
        return
    number = folder.stat().st_dev
    group = Path(f"/sys/fs/cgroup/blkio/carrel-bench-{os.getpid()}")
    group.mkdir()
    try:
        for kind in ("read", "write"):
            (group / f"blkio.throttle.{kind}_bps_device").write_text(
                f"{os.major(number)}:{os.minor(number)} {mebibytes * MIB}"
            )
        (group / "cgroup.procs").write_text(f"{os.getpid()}")
        yield
    finally:
        (group.parent / "cgroup.procs").write_text(f"{os.getpid()}")
        group.rmdir()


def milliseconds(measure: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    measure()
    return (time.perf_counter() - begun) * 1000


def restore_point(home: Path, runs: int) -> None:
    """A snapshot of a home of 5 GB, and a copy of it."""
    block = Block()
    for number in range(5):
        write(home, block, 954, is_synced=True)
        (home / "large").rename(home / f"part-{number}")
    copies = [home.parent / f".copy-{number}" for number in range(runs)]
    taken = [milliseconds(lambda copy=copy: run("btrfs", "subvolume", "snapshot", "-r", home, copy)) for copy in copies]
    copied = milliseconds(lambda: run("cp", "-a", "--reflink=never", home, home.parent / ".copied"))
    print(f"restore point of a home of 5 GB: {statistics.median(taken):.0f} ms; a copy of it: {copied:.0f} ms")


def usages(homes: Path, runs: int) -> None:
    """What 500 homes hold."""
    for number in range(HOMES):
        home = make_subvolume(homes / f"user-{number}")
        for name in range(20):
            (home / f"{name}").write_bytes(b"x" * 5000)
    run("btrfs", "filesystem", "sync", homes)
    asked = [milliseconds(lambda: run("btrfs", "qgroup", "show", "-re", "--raw", homes)) for _ in range(runs)]
    counted = [milliseconds(lambda: run("du", "-s", *homes.glob("user-*"))) for _ in range(runs)]
    print(
        f"the use of {HOMES} homes: {statistics.median(asked):.0f} ms (goal: under 100); "
        f"counting their files: {statistics.median(counted):.0f} ms"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=10, help="turns of each place (%(default)s)")
    parser.add_argument("--disk", type=int, metavar="MIB", help="MiB a second that the disk is to give at most")
    asked = parser.parse_args()
    use_own_mounts()

    # On a disk, unlike /tmp; a state directory's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="carrel-", dir="/var/tmp"))
    try:
        places = {
            "the host's disk": folder / "host",
            "a home": make_home(folder / "carrel", asked.program.absolute()),
            "ext4 in such an image": make_image(folder / "ext4", "mkfs.ext4", "-q"),
            "btrfs without quotas": make_image(folder / "btrfs", "mkfs.btrfs", "-q"),
        }
        places["the host's disk"].mkdir()
        with disk_of(asked.disk, folder):
            compare(places, asked.runs)
        if asked.disk is None:
            home = places["a home"]
            restore_point(home, 5)
            usages(home.parent, 10)
    finally:
        unmount_all(folder)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
