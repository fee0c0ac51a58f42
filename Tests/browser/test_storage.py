"""Homes in an image of Carrel's own: a quota that is a wall, restore points, and what happens to both when the hub dies."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from inside import run_inside

needs_btrfs = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("mkfs.btrfs") or not os.path.exists("/dev/loop-control"),
    reason="mounting a btrfs image needs root, btrfs-progs and loop devices",
)
pytestmark = needs_btrfs
STORAGE = """\
storage:
  image: 500 MB
  quota: {quota}
"""


def set_quota(hub: CarrelHub, quota: str) -> None:
    """Writes the quota into the configuration."""
    text = hub.configuration.read_text().split("storage:\n")[0]
    hub.configuration.write_text(text + STORAGE.format(quota=quota))


@pytest.fixture
def btrfs_hub() -> Iterator[CarrelHub]:
    """A hub with an image; it is unmounted before the folder is removed."""
    hub = CarrelHub()
    try:
        set_quota(hub, "30 MB")
        hub.start()
        yield hub
    finally:
        try:
            hub.end()
        finally:
            try:
                remove_homes(hub.state / "homes")
            finally:
                shutil.rmtree(hub.folder)


def remove_homes(homes: Path) -> None:
    """Unmounts the image of the homes; what is just ending may keep it busy for a moment more.

    If that takes too long it is unmounted as soon as nobody uses it, and the test fails.
    """
    said = ""

    def is_gone() -> bool:
        nonlocal said
        if os.path.ismount(homes):
            said = subprocess.run(["umount", homes], check=False, capture_output=True, text=True).stderr
        return not os.path.ismount(homes)

    if not eventually(is_gone, within=60):
        subprocess.run(["umount", "-l", homes], check=True)
        pytest.fail(f"the homes were still in use: {said}")


def test_quota_and_restore_points_outlive_the_hub(btrfs_hub: CarrelHub) -> None:
    hub = btrfs_hub
    homes = hub.state / "homes"
    assert os.path.ismount(homes)
    hub.add_user("maria")
    token = hub.token("maria")
    hub.start_server("maria", token)

    def shell(script: str) -> str:
        """What a script says in the server; it must leave room for that."""
        return run_inside(
            hub,
            "maria",
            token,
            f"import subprocess; p = subprocess.run({script!r}, shell=True, capture_output=True, text=True)\n"
            "print(p.stdout, p.stderr)",
        )

    said = shell(
        "head -c 60000000 /dev/urandom > ~/big; sync -f ~/big; echo more > ~/more; wc -c ~/big; rm ~/big; sync -f ~"
    )
    assert "quota" in said, said
    assert 20_000_000 < int(said.split()[0]) <= 30_000_000

    set_quota(hub, "90 MB")
    hub.command("config", "reload")
    assert eventually(lambda: "90 MB" in hub.command("storage", "status"))
    assert "50000000" in shell("head -c 50000000 /dev/urandom > ~/big; sync -f ~/big; wc -c ~/big")

    hub.kill_hub()
    assert os.path.ismount(homes)
    hub.start()
    points = homes / ".restore/default/maria"
    assert eventually(lambda: any(points.iterdir())), "the hub takes one of every home when it starts"
    name = next(points.iterdir()).name
    said = shell(f"rm ~/big; ls ~/.snapshots/{name}; rm ~/.snapshots/{name}/big")
    assert "big" in said
    assert "Read-only" in said

    browsed = hub.ask("GET", f"/user/maria/api/contents/.snapshots/{name}", token)
    assert "big" in [entry["name"] for entry in browsed.json()["content"]], "the file browser shows them"

    status = hub.command("storage", "status")
    assert "kept by btrfs" in status
    assert "maria" in status
    hub.command("storage", "grow", "--size", "600MB")
    assert "of 600 MB" in hub.command("storage", "status")


def test_homes_are_never_hidden_by_an_image() -> None:
    hub = CarrelHub()
    try:
        (hub.state / "homes/default/maria").mkdir(parents=True)
        set_quota(hub, "30 MB")
        ran = subprocess.run(
            [hub.program, "serve", "--config", hub.configuration],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 1
        assert "homes" in ran.stderr and "hide" in ran.stderr
        assert not os.path.ismount(hub.state / "homes")
    finally:
        hub.close()
