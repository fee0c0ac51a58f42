"""A disk that is full when a home is to be made: that is said, nothing half made stays, and with room all is well."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@pytest.fixture
def small_homes() -> Iterator[tuple[CarrelHub, Path]]:
    """A hub whose homes are on a file system of 4 MB, which is full."""
    hub = CarrelHub()
    homes = hub.folder / "homes"
    homes.mkdir(mode=0o711)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0711", "homes", homes], check=True)
    try:
        hub.configuration.write_text(hub.configuration.read_text() + f"storage:\n  homes: {homes}\n")
        hub.start()
        yield hub, homes
    finally:
        try:
            hub.end()
        finally:
            subprocess.run(["umount", "--lazy", homes], check=True)
            shutil.rmtree(hub.folder)


def fill(homes: Path) -> Path:
    """Takes all the room, to the last block."""
    ballast = homes / "ballast"
    with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return ballast


def test_a_home_that_cannot_be_made_is_said(small_homes: tuple[CarrelHub, Path]) -> None:
    hub, homes = small_homes
    hub.add_user("nora")
    token = hub.token("nora")
    ballast = fill(homes)
    # Files in memory need no blocks for folders: only a limit on them keeps a home from being made.
    subprocess.run(["mount", "-o", f"remount,size=4m,nr_inodes={len(list(homes.iterdir())) + 1}", homes], check=True)
    asked = hub.ask("POST", "/hub/api/users/nora/server", token)
    assert asked.status_code >= 400 or eventually(lambda: "start.failed" in hub.end_of_log()), asked.text
    page = hub.ask("GET", "/hub/api/users/nora", token)
    assert page.status_code == 200, "the hub goes on"
    said = asked.text + hub.end_of_log()
    assert "No space left" in said or "no room" in said, said[-2000:]
    assert not [path for path in homes.rglob("*") if path.is_file() and path != ballast], "nothing half made"

    # With room, the same start goes well.
    subprocess.run(["mount", "-o", "remount,size=400m,nr_inodes=0", homes], check=True)
    ballast.unlink()
    again = hub.ask("POST", "/hub/api/users/nora/server", token)
    assert again.status_code in (201, 202), again.text
    hub.await_answer("/user/nora/api/status", 120, token)
