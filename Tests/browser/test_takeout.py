"""Takeouts of a home full of odd things, unpacked by real programs and compared byte for byte."""

import os
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from carrel_hub import CarrelHub, eventually
from odd_home import differences, empty_home, fill, give, packable, tree

SPARSE = frozenset([b"sparse.bin"])
UTF8 = os.environ | {"LC_ALL": "C.UTF-8"}


@dataclass
class Odd:
    """A home full of odd things, and both archives of it."""

    home: Path
    token: str
    zip: Path
    tar: Path


@pytest.fixture(scope="module")
def odd(hub: CarrelHub, tmp_path_factory: pytest.TempPathFactory) -> Odd:
    hub.add_user("odo")
    home, token, folder = empty_home(hub, "odo"), hub.token("odo"), tmp_path_factory.mktemp("archives")
    fill(home)
    archives = [fetched(hub, token, f"/hub/api/carrel/users/odo/archive?format={one}", folder) for one in FORMATS]
    return Odd(home, token, *archives)


FORMATS = ("zip", "tar.zst")


def fetched(hub: CarrelHub, token: str, path: str, folder: Path) -> Path:
    """Downloads by curl, under the name that the hub gives."""
    before = set(folder.iterdir())
    command = ["curl", "--silent", "--show-error", "--fail", "--header", "@-", "--remote-name", "--remote-header-name"]
    header = f"Authorization: token {token}"
    subprocess.run([*command, hub.url + path], check=True, cwd=folder, input=header, text=True, timeout=300)
    (file,) = set(folder.iterdir()) - before
    return file


def unpacked(folder: Path, *command: object) -> Path:
    """Where a program has unpacked an archive."""
    words = [str(word) for word in command]
    ran = subprocess.run(words, check=False, cwd=folder, capture_output=True, env=UTF8, timeout=300)
    assert ran.returncode == 0, ran.stderr
    return folder


def test_tar_gives_all_of_it_back(odd: Odd, tmp_path: Path) -> None:
    assert odd.tar.name.startswith("odo-2") and odd.tar.name.endswith(".tar.zst")
    unpacked(tmp_path, "tar", "--extract", "--xattrs", "--acls", "--same-permissions", "--zstd", "--file", odd.tar)
    assert differences(odd.home, tmp_path / "odo", exact=True, with_attributes=True) == []
    assert (tmp_path / "odo/sparse.bin").stat().st_blocks < 1000, "holes stay holes"
    notes = (tmp_path / "TAKEOUT-NOTES.txt").read_text()
    for left_out in ("pipe: left out", "socket: left out", "closed.txt: left out", "closed folder/: left out"):
        assert left_out in notes
    assert len(notes.splitlines()) == 6, notes


def test_bsdtar_gives_all_of_it_back(odd: Odd, tmp_path: Path) -> None:
    unpacked(tmp_path, "bsdtar", "-x", "-p", "--xattrs", "--acls", "-f", odd.tar)
    # It composes letters and accents: of these two names it makes one.
    accents = frozenset([b"caf\xc3\xa9", b"cafe\xcc\x81"])
    assert differences(odd.home, tmp_path / "odo", exact=True, but=accents, with_attributes=True) == []


def test_unzip_gives_all_of_it_back(odd: Odd, tmp_path: Path) -> None:
    unpacked(tmp_path, "unzip", "-q", odd.zip, "-x", "odo/sparse.bin")
    # It leaves control characters out of names, and changes bytes that are no characters.
    odd_names = frozenset([b"a\nb\tc", b"\xff\xfe.bin", b"d\xe9", b"d\xe9/link"])
    wrong = differences(odd.home, tmp_path / "odo", exact=False, but=SPARSE | odd_names)
    changed = [one for one in wrong if one.startswith("too much")]
    assert len(changed) <= len(odd_names), changed
    assert [one for one in wrong if one not in changed] == []
    notes = (tmp_path / "TAKEOUT-NOTES.txt").read_text()
    assert "One file has further names" in notes and "the name isn't UTF-8" in notes
    for lost in (
        "odo/plain.txt: has extended attributes, user.",
        "odo/large.bin: has the extended attribute user.long, which a zip can't hold",
        "odo/run.sh: has an access list, which a zip can't hold; tar.zst keeps it.",
        "odo/empty folder/: has the extended attribute user.of-a-folder and an access list",
    ):
        assert lost in notes


def test_the_zip_holds_every_byte_of_it(odd: Odd) -> None:
    """Names, kinds, modes, targets and contents of every entry, as Python reads them; it checks their sums too."""
    before = packable(tree(odd.home))
    with zipfile.ZipFile(odd.zip) as archive:
        entries = {zip_name(entry): entry for entry in archive.infolist()}
        assert entries.keys() == {b"odo/" + path for path in before} | {b"odo", b"TAKEOUT-NOTES.txt"}
        for path, facts in before.items():
            entry, whole = entries[b"odo/" + path], os.path.join(os.fsencode(odd.home), path)
            mode = entry.external_attr >> 16
            assert stat.S_IFMT(mode) == stat.S_IFMT(facts.st_mode), path
            if stat.S_ISLNK(facts.st_mode):
                assert archive.read(entry) == os.readlink(whole), path
                continue
            assert mode & 0o777 == facts.st_mode & 0o777 or path == b"closed folder", path
            if stat.S_ISREG(facts.st_mode):
                with archive.open(entry) as inside, open(whole, "rb") as outside:
                    assert same_pieces(inside, outside), path


def same_pieces(one: IO[bytes], other: IO[bytes]) -> bool:
    """Whether two files hold the same bytes, read to the end."""
    pieces = iter(lambda: one.read(1 << 22), b"")
    return all(other.read(len(piece)) == piece for piece in pieces) and other.read(1) == b""


def zip_name(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a name: those that aren't marked as UTF-8 are read as code page 437."""
    return entry.filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437").rstrip(b"/")


def test_a_folder_or_a_file_can_be_taken_alone(hub: CarrelHub, odd: Odd, tmp_path: Path) -> None:
    address = "/hub/api/carrel/users/odo/archive?format=tar.zst&path="
    folder = fetched(hub, odd.token, address + "many/3", tmp_path)
    assert folder.name.startswith("odo-3-")
    unpacked(tmp_path, "tar", "--extract", "--zstd", "--file", folder)
    assert differences(odd.home / "many/3", tmp_path / "3", exact=True) == []
    assert not (tmp_path / "TAKEOUT-NOTES.txt").exists(), "there is nothing to say"
    file = fetched(hub, odd.token, address + "large.bin", tmp_path)
    unpacked(tmp_path, "tar", "--extract", "--zstd", "--file", file)
    assert (tmp_path / "large.bin/large.bin").read_bytes() == (odd.home / "large.bin").read_bytes()


def test_what_cannot_be_had_is_said(hub: CarrelHub, odd: Odd) -> None:
    def ask(query: str, method: str = "GET", user: str = "odo", token: str = odd.token) -> int:
        answer = hub.ask(method, f"/hub/api/carrel/users/{user}/archive?{query}", token, stream=True)
        with answer:
            return answer.status_code

    assert ask("path=nothing") == 404
    assert ask("path=outside") == 400, "a link"
    assert ask("path=loop/plain.txt") == 400, "through a link"
    assert ask("path=../odo") == 400
    assert ask("path=/etc") == 400
    assert ask("path=pipe") == 400
    assert ask("path=closed folder") == 403
    assert ask("format=rar") == 400
    assert ask("home=other") == 404
    assert ask("", method="HEAD") == 200
    hub.add_user("eve")
    eve = hub.token("eve")
    assert ask("", token=eve) == 404
    assert ask("", user="eve", token=eve) == 404, "she has no home yet"
    assert ask("", token="") == 403
    narrow = hub.command("token", "create", "odo", "--scope", "read:users!user").strip().splitlines()[-1]
    assert ask("", token=narrow) == 403
    admin = hub.command("token", "create", "admin").strip().splitlines()[-1]
    assert ask("", token=admin) == 404, "admins neither"


def test_caches_are_left_out_by_choice(hub: CarrelHub, tmp_path: Path) -> None:
    hub.add_user("cleo")
    home, token = empty_home(hub, "cleo"), hub.token("cleo")
    for path in (".cache/x", "work/.cache/kept", "work/__pycache__/y.pyc", ".local/share/Trash/z", ".local/bin/kept"):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(path)
    give(home)
    archive = fetched(hub, token, "/hub/api/carrel/users/cleo/archive?caches=no", tmp_path)
    with zipfile.ZipFile(archive) as inside:
        files = {name for name in inside.namelist() if not name.endswith("/")}
    assert files == {"cleo/work/.cache/kept", "cleo/.local/bin/kept"}


def test_the_size_is_counted(hub: CarrelHub, odd: Odd) -> None:
    counted = hub.ask("GET", "/hub/api/carrel/users/odo/archive/size?path=many", odd.token, timeout=300)
    files = list(packable(tree(odd.home / "many")).values())
    assert counted.json() == {
        "entries": len(files) + 1,
        "bytes": sum(one.st_size for one in files if one.st_mode & 0o100000),
    }


# Prepared archives


@pytest.fixture
def prepared(hub: CarrelHub, odd: Odd) -> Iterator[str]:
    """The address of an archive that is ready."""
    base = "/hub/api/carrel/users/odo/takeouts"
    asked = hub.ask("POST", base, odd.token, json={"path": "many", "format": "tar.zst"})
    assert asked.status_code == 202, asked.text
    address = f"{base}/{asked.json()['id']}"
    assert eventually(lambda: hub.ask("GET", address, odd.token).json()["state"] == "ready")
    yield address
    assert hub.ask("DELETE", address, odd.token).status_code == 204
    assert hub.ask("GET", address, odd.token).status_code == 404
    assert eventually(lambda: not list((hub.state / "takeouts").iterdir()))


def test_a_prepared_archive_is_fetched_in_parts(hub: CarrelHub, odd: Odd, prepared: str, tmp_path: Path) -> None:
    file = prepared + "/archive"
    whole = hub.ask("GET", file, odd.token)
    etag, size = whole.headers["ETag"], len(whole.content)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert hub.ask("HEAD", file, odd.token).headers["Content-Length"] == str(size)

    def part(headers: dict[str, str]) -> tuple[int, bytes, str]:
        answer = hub.ask("GET", file, odd.token, headers=headers)
        return answer.status_code, answer.content, answer.headers.get("Content-Range", "")

    middle = (206, whole.content[10:20], f"bytes 10-19/{size}")
    assert part({"Range": "bytes=10-19"}) == middle
    assert part({"Range": "bytes=10-19", "If-Range": etag}) == middle
    assert part({"Range": "bytes=10-19", "If-Range": '"another"'}) == (200, whole.content, "")
    assert part({"Range": "bytes=-5"}) == (206, whole.content[-5:], f"bytes {size - 5}-{size - 1}/{size}")
    assert part({"Range": f"bytes={size}-"}) == (416, b"", f"bytes */{size}")
    assert part({"Range": "bytes=0-1,5-6"}) == (200, whole.content, "")

    begun = tmp_path / "many.tar.zst"
    begun.write_bytes(whole.content[: size // 3])
    command = ["curl", "--silent", "--fail", "--header", "@-", "--continue-at", "-", "--output", begun, hub.url + file]
    subprocess.run(command, check=True, input=f"Authorization: token {odd.token}", text=True, timeout=60)
    assert begun.read_bytes() == whole.content
    unpacked(tmp_path, "tar", "--extract", "--zstd", "--file", begun)
    assert differences(odd.home / "many", tmp_path / "many", exact=True) == []


def test_nobody_else_gets_it(hub: CarrelHub, prepared: str) -> None:
    hub.add_user("mia")
    mia = hub.token("mia")
    number = prepared.rpartition("/")[2]
    for address in (prepared, prepared + "/archive", f"/hub/api/carrel/users/mia/takeouts/{number}/archive"):
        assert hub.ask("GET", address, mia).status_code == 404
    assert hub.ask("DELETE", f"/hub/api/carrel/users/mia/takeouts/{number}", mia).status_code == 404
