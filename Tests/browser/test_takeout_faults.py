"""Takeouts under bad conditions: slow and leaving clients, a hub that is killed, a full disk, files and folders that change."""

import io
import os
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
from carrel_hub import CarrelHub, command_line, eventually
from odd_home import empty_home, give
from swapping import make_decoy, state_of, swapping

MEGABYTE = 1 << 20


def fill(home: Path, megabytes: int, name: str = "noise.bin") -> None:
    """A file that doesn't get smaller when it is packed."""
    block = os.urandom(64 * MEGABYTE)
    with (home / name).open("wb") as file:
        for start in range(0, megabytes, 64):
            file.write(block[: min(64, megabytes - start) * MEGABYTE])
    give(home)


def helpers(hub: CarrelHub) -> list[psutil.Process]:
    """The processes that pack files for this hub."""
    assert hub.process is not None
    return [one for one in psutil.Process(hub.process.pid).children() if "pack-files" in command_line(one)]


def peak(pid: int) -> int:
    """The most memory that a process had since that was last forgotten; in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def rests(process: psutil.Process) -> bool:
    """Whether a process does nothing for a second."""
    before = process.cpu_times()
    threading.Event().wait(1)
    return process.cpu_times() == before


@contextmanager
def streaming(hub: CarrelHub, name: str, token: str, query: str) -> Iterator[requests.Response]:
    """A download that has begun."""
    address = f"/hub/api/carrel/users/{name}/archive?{query}"
    with hub.ask("GET", address, token, stream=True, timeout=120) as answer:
        assert answer.status_code == 200, answer.text
        yield answer


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may have the kernel forget a peak")
def test_memory_stays_as_it_is(own_hub: CarrelHub, report: Callable[[str], None]) -> None:
    hub = own_hub
    hub.add_user("max")
    home, token = empty_home(hub, "max"), hub.token("max")
    fill(home, 2048)
    assert hub.process is not None
    programs = {"hub": hub.process.pid, "proxy": hub.proxy().pid}
    for pid in programs.values():
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = {name: peak(pid) for name, pid in programs.items()}
    with streaming(hub, "max", token, "format=tar.zst") as answer:
        got = len(answer.raw.read(MEGABYTE))
        (helper,) = helpers(hub)
        # Now it waits for us, wherever it is: it doesn't go on.
        assert eventually(lambda: rests(helper))
        assert helper.status() == psutil.STATUS_SLEEPING
        highest = 0
        while piece := answer.raw.read(4 * MEGABYTE):
            got += len(piece)
            if got < 2000 * MEGABYTE:
                highest = max(highest, peak(helper.pid))
    assert got > 2048 * MEGABYTE
    growth = {name: (peak(pid) - before[name]) // MEGABYTE for name, pid in programs.items()}
    report(f"takeout of 2 GB: hub +{growth['hub']} MB, proxy +{growth['proxy']} MB, helper {highest // MEGABYTE} MB")
    # Pieces gather in the hub for as long as the thread that sends them has no turn.
    assert growth["hub"] < 256 and growth["proxy"] < 48
    assert highest < 96 * MEGABYTE


def test_a_client_that_leaves_ends_the_helper(hub: CarrelHub) -> None:
    hub.add_user("lea")
    home, token = empty_home(hub, "lea"), hub.token("lea")
    fill(home, 256)
    with streaming(hub, "lea", token, "format=zip") as first, streaming(hub, "lea", token, "format=zip") as second:
        assert first.raw.read(1000) and second.raw.read(1000)
        refused = hub.ask("GET", "/hub/api/carrel/users/lea/archive", token)
        assert refused.status_code == 429
        assert refused.json()["code"] == "takeout.tooManyOfYours"
        assert len(helpers(hub)) == 2
        listed = hub.ask("GET", "/hub/api/carrel/users/lea/takeouts", token).json()
        assert len(listed["streams"]) == 2
    assert eventually(lambda: not helpers(hub))
    assert eventually(lambda: hub.ask("HEAD", "/hub/api/carrel/users/lea/archive", token).status_code == 200)
    with streaming(hub, "lea", token, "path=noise.bin"):
        pass


@pytest.mark.parametrize("kind", ["zip", "tar.zst"])
def test_a_file_that_changes_meanwhile_breaks_nothing(hub: CarrelHub, kind: str) -> None:
    name = "cara" if kind == "zip" else "carl"
    hub.add_user(name)
    home, token = empty_home(hub, name), hub.token(name)
    fill(home, 128, "shrinks.bin")
    fill(home, 128, "grows.bin")
    with streaming(hub, name, token, f"format={kind}") as answer:
        got = answer.raw.read(1000)
        os.truncate(home / "shrinks.bin", 5)
        with (home / "grows.bin").open("ab") as file:
            file.write(b"x" * MEGABYTE)
        got += answer.raw.read()
    sizes, notes = entries(got, kind)
    assert f"{name}/shrinks.bin: " in notes or sizes[f"{name}/shrinks.bin"] == 5
    assert f"{name}/grows.bin: changed" in notes or sizes[f"{name}/grows.bin"] == 129 * MEGABYTE
    assert "shrinks.bin: became shorter" in notes or "grows.bin: changed" in notes


def entries(archive: bytes, kind: str) -> tuple[dict[str, int], str]:
    """The sizes of an archive's files, all of which were read, and the notes in it."""
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(archive)) as inside:
            assert inside.testzip() is None
            notes = inside.read("TAKEOUT-NOTES.txt").decode()
            return {entry.filename: entry.file_size for entry in inside.infolist()}, notes
    plain = subprocess.run(["zstd", "-dc"], check=True, input=archive, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as inside:
        found = inside.extractfile("TAKEOUT-NOTES.txt")
        assert found
        return {entry.name: entry.size for entry in inside}, found.read().decode()


def test_links_that_come_and_go_lead_nowhere(hub: CarrelHub, tmp_path: Path) -> None:
    hub.add_user("mallory")
    home, token = empty_home(hub, "mallory"), hub.token("mallory")
    for name in (".config", "work", "projects", "shared", ".local"):
        (home / name).mkdir()
        (home / name / "mine.txt").write_text("mine")
    give(home)
    tmp_path.chmod(0o755)
    decoy = make_decoy(tmp_path, "outside-secret")
    before = state_of(decoy)
    inside = set()
    with swapping(home, decoy):
        for _ in range(25):
            answer = hub.ask("GET", "/hub/api/carrel/users/mallory/archive", token)
            assert answer.status_code == 200
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                for entry in archive.infolist():
                    content = archive.read(entry)
                    assert b"outside-secret" not in content
                    inside.add((entry.filename, content))
            # A folder that is a link at that moment is refused.
            part = hub.ask("GET", "/hub/api/carrel/users/mallory/archive?path=work", token)
            assert part.status_code in (200, 400, 404)
            assert b"outside-secret" not in part.content
    assert ("mallory/work/mine.txt", b"mine") in inside, "it was a folder at times"
    assert any(content == os.fsencode(decoy) for _, content in inside), "and a link at others"
    assert state_of(decoy) == before


def test_a_killed_hub_takes_up_what_it_prepared(own_hub: CarrelHub) -> None:
    hub = own_hub
    hub.add_user("kim")
    home, token = empty_home(hub, "kim"), hub.token("kim")
    fill(home, 512)
    (home / "small").mkdir()
    (home / "small/a.txt").write_text("a")
    give(home)
    base = "/hub/api/carrel/users/kim/takeouts"
    small = hub.ask("POST", base, token, json={"path": "small"}).json()["id"]
    assert eventually(lambda: hub.ask("GET", f"{base}/{small}", token).json()["state"] == "ready")
    content = hub.ask("GET", f"{base}/{small}/archive", token).content
    large = hub.ask("POST", base, token, json={}).json()["id"]
    draft = hub.state / f"takeouts/{large}.part"
    assert eventually(lambda: draft.exists() and draft.stat().st_size > MEGABYTE)
    (helper,) = helpers(hub)
    hub.kill_hub()
    assert eventually(lambda: not command_line(helper))
    hub.start()
    part = hub.ask("GET", f"{base}/{small}/archive", token, headers={"Range": "bytes=5-"})
    assert (part.status_code, part.content) == (206, content[5:])
    assert eventually(lambda: hub.ask("GET", f"{base}/{large}", token).json()["state"] == "ready", within=600)
    assert sorted(os.listdir(hub.state / "takeouts")) == sorted([small, large])
    with zipfile.ZipFile(hub.state / "takeouts" / large) as archive:
        assert archive.testzip() is None
        assert "kim/noise.bin" in archive.namelist()
    # And with the account they go.
    hub.command("user", "remove", "kim")
    assert hub.ask("GET", f"{base}/{small}/archive", token).status_code == 403
    assert eventually(lambda: not os.listdir(hub.state / "takeouts"))


@pytest.fixture
def small_disk(own_hub: CarrelHub) -> Iterator[Path]:
    """The hub's folder for archives, on a file system of 80 MB."""
    folder = own_hub.state / "takeouts"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m,mode=0700", "takeouts", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_said_and_nothing_is_left(own_hub: CarrelHub, small_disk: Path) -> None:
    hub = own_hub
    hub.add_user("dora")
    home, token = empty_home(hub, "dora"), hub.token("dora")
    fill(home, 256)
    base = "/hub/api/carrel/users/dora/takeouts"

    def prepared(before: Callable[[Path], None] = lambda draft: None) -> str:
        made = hub.ask("POST", base, token, json={}).json()["id"]
        before(small_disk / f"{made}.part")
        assert eventually(lambda: hub.ask("GET", f"{base}/{made}", token).json()["state"] == "failed")
        assert not list(small_disk.glob(f"{made}*"))
        return str(hub.ask("GET", f"{base}/{made}", token).json()["failure"])

    def fill_disk(draft: Path) -> None:
        """Takes the room away after it has begun, while it is held."""
        assert eventually(lambda: draft.exists() and draft.stat().st_size > 0, pause=0.01)
        (helper,) = helpers(hub)
        helper.suspend()
        block = os.urandom(MEGABYTE)
        with pytest.raises(OSError, match="No space left"), (small_disk / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(block)
        helper.resume()

    assert "would be larger than" in prepared()
    assert "The hub's disk has no room for this archive." in prepared(fill_disk)
    page = hub.ask("GET", f"{base}", token).json()["prepared"]
    assert [one["state"] for one in page] == ["failed", "failed"]
