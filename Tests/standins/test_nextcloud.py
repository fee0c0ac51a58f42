"""The stand-in for Nextcloud with programs that others wrote: Nextcloud's own `nextcloudcmd`, and rclone."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import requests
from nextcloud import Nextcloud
from nextcloud_faults import Fault, Kind
from odd_names import hashes, odd_tree

MINUTES = 300
ANNA = ("anna", "secret")


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Nextcloud]:
    """A server on which anna has nothing yet."""
    with Nextcloud(tmp_path / "cloud", locks=True) as one:
        one.people.add(*ANNA)
        yield one


@pytest.fixture
def sync(cloud: Nextcloud, tmp_path: Path) -> Callable[[Path], None]:
    """Nextcloud's program: makes a folder and what anna has the same."""

    def run(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        words = ["nextcloudcmd", "--non-interactive", "-h", "-u", ANNA[0], "-p", ANNA[1], str(folder), cloud.url]
        home = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        done = subprocess.run(words, env=home, capture_output=True, timeout=MINUTES, check=False)
        assert done.returncode == 0, done.stderr[-4000:].decode(errors="replace")

    return run


@pytest.fixture
def rclone(cloud: Nextcloud, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs rclone with anna's files as `cloud:`."""
    hidden = subprocess.run(["rclone", "obscure", ANNA[1]], capture_output=True, text=True, check=True).stdout.strip()
    settings = tmp_path / "rclone.conf"
    settings.write_text(
        f"[cloud]\ntype = webdav\nvendor = nextcloud\nurl = {cloud.dav('anna')}\nuser = anna\npass = {hidden}\n"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        whole = ["rclone", "--config", str(settings), "--retries", "1", *words]
        return subprocess.run(whole, capture_output=True, text=True, timeout=MINUTES, check=False)

    return run


def propfind(cloud: Nextcloud, path: str = "") -> requests.Response:
    """What anna has, by a request."""
    return requests.request("PROPFIND", cloud.dav("anna") + path, auth=ANNA, headers={"Depth": "1"}, timeout=60)


def test_nextcloud_syncs_both_ways(cloud: Nextcloud, sync: Callable[[Path], None], tmp_path: Path) -> None:
    """Files, folders, odd names, an empty file and one in many parts, there and back."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    # Names that a desktop program leaves alone are not for it.
    for name in ["ümlaut.txt", "hash # 100%.txt", "emoji 🧪.txt", "empty"]:
        (here / name).write_text("" if name == "empty" else name)
    (here / "deep" / "er").mkdir(parents=True)
    (here / "deep" / "er" / "big.bin").write_bytes(os.urandom(25_000_000))
    sync(here)
    assert hashes(cloud.files("anna")) == hashes(here)
    assert any("/uploads/" in one["path"] and one["method"] == "MOVE" for one in cloud.seen)
    sync(there)
    assert hashes(there) == hashes(here)
    # A change, a move and a deletion on one side are seen on the other.
    (there / "ümlaut.txt").write_text("changed there")
    (there / "deep" / "er" / "big.bin").rename(there / "moved.bin")
    (there / "emoji 🧪.txt").unlink()
    sync(there)
    sync(here)
    assert hashes(here) == hashes(there) == hashes(cloud.files("anna"))
    assert (here / "moved.bin").stat().st_size == 25_000_000


def test_nextcloud_keeps_both_versions_of_a_conflict(
    cloud: Nextcloud, sync: Callable[[Path], None], tmp_path: Path
) -> None:
    """What was changed on both sides is there twice."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (here / "paper.txt").write_text("first")
    sync(here)
    sync(there)
    (here / "paper.txt").write_text("from here")
    (there / "paper.txt").write_text("from there, longer")
    sync(here)
    sync(there)
    assert (cloud.files("anna") / "paper.txt").read_text() == "from here"
    assert sorted(path.read_text() for path in there.glob("paper*")) == ["from here", "from there, longer"]


def test_rclone_copies_and_checks(
    cloud: Nextcloud, rclone: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """500 odd names there and back, compared by checksums on the server and by ours here."""
    here, back = tmp_path / "here", tmp_path / "back"
    here.mkdir()
    expected = odd_tree(here, 500, seed=7)
    copied = rclone("copy", str(here), "cloud:papers")
    assert copied.returncode == 0, copied.stderr
    checked = rclone("check", str(here), "cloud:papers")
    assert checked.returncode == 0, checked.stderr
    assert f"{len(expected)} matching files" in checked.stderr
    assert "hashes could not be checked" not in checked.stderr
    assert rclone("copy", "cloud:papers", str(back)).returncode == 0
    assert hashes(back) == expected == hashes(cloud.files("anna") / "papers")
    # Times are kept by X-OC-Mtime.
    name = next(iter(expected))
    assert int((back / name).stat().st_mtime) == int((here / name).stat().st_mtime)
    moved = rclone("moveto", "cloud:papers", "cloud:moved")
    assert moved.returncode == 0, moved.stderr
    assert hashes(cloud.files("anna") / "moved") == expected


def test_rclone_is_told_of_a_full_account(
    cloud: Nextcloud, rclone: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """507, and the figures of the quota."""
    cloud.set({"quotas": {"anna": 1000}})
    file = tmp_path / "large"
    file.write_bytes(bytes(5000))
    assert "507" in rclone("copyto", str(file), "cloud:large").stderr
    assert not (cloud.files("anna") / "large").exists()
    assert "1000" in rclone("about", "--json", "cloud:").stdout


def test_litmus_finds_nothing_wrong(cloud: Nextcloud) -> None:
    """The tests of WebDAV servers, as far as Nextcloud offers what they are about: no dead properties."""
    words = ["litmus", "-k", f"{cloud.url}/remote.php/webdav/", *ANNA]
    folder = cloud.folder / "litmus"
    folder.mkdir()
    for suite in ("basic", "copymove"):
        told = {**os.environ, "TESTS": suite}
        done = subprocess.run(words, env=told, cwd=folder, capture_output=True, text=True, timeout=MINUTES, check=False)
        assert "0 failed" in done.stdout, done.stdout


def test_two_addresses_show_the_same(cloud: Nextcloud) -> None:
    """The old form of the address is that of whoever asks."""
    requests.put(f"{cloud.url}/remote.php/webdav/a.txt", data=b"a", auth=ANNA, timeout=60)
    assert requests.get(cloud.dav("anna") + "/a.txt", auth=ANNA, timeout=60).content == b"a"
    other = requests.get(f"{cloud.url}/remote.php/dav/files/ben/a.txt", auth=ANNA, timeout=60)
    assert other.status_code == HTTPStatus.NOT_FOUND


def test_wrong_passwords_are_slowed_down(cloud: Nextcloud) -> None:
    """429 with Retry-After; the right password still comes in."""
    seen = [requests.get(cloud.dav("anna"), auth=("anna", "wrong"), timeout=60) for _ in range(12)]
    assert [one.status_code for one in seen] == [401] * 10 + [429] * 2
    assert seen[-1].headers["Retry-After"] == "30"
    assert propfind(cloud).status_code == HTTPStatus.MULTI_STATUS


def test_etags_of_all_folders_above_change(cloud: Nextcloud) -> None:
    """The sync programs depend on it."""
    for path in ("/a", "/a/b"):
        requests.request("MKCOL", cloud.dav("anna") + path, auth=ANNA, timeout=60)
    before = [propfind(cloud, path).text.split("<d:getetag>")[1][:40] for path in ("", "/a", "/a/b")]
    requests.put(cloud.dav("anna") + "/a/b/c.txt", data=b"c", auth=ANNA, timeout=60)
    after = [propfind(cloud, path).text.split("<d:getetag>")[1][:40] for path in ("", "/a", "/a/b")]
    assert all(old != new for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(Kind.STATUS, status=423), 423),
        (Fault(Kind.STATUS, status=429, retry_after="7"), 429),
        (Fault(Kind.HTML), 200),
        (Fault(Kind.SLOW, seconds=0.1), 207),
    ],
)
def test_faults_hold_for_one_request(cloud: Nextcloud, fault: Fault, status: int) -> None:
    """And then all is well again."""
    cloud.faults.add(fault)
    answer = propfind(cloud)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == fault.retry_after
    assert propfind(cloud).status_code == HTTPStatus.MULTI_STATUS


def test_a_cut_leaves_the_old_file(cloud: Nextcloud) -> None:
    """In the middle of an upload, and in the middle of an answer."""
    url = cloud.dav("anna") + "/a.txt"
    requests.put(url, data=b"old", auth=ANNA, timeout=60)
    cloud.faults.add(Fault(Kind.CUT_REQUEST, ["PUT"], after=1000))
    with pytest.raises(requests.ConnectionError):
        requests.put(url, data=bytes(5_000_000), auth=ANNA, timeout=60)
    assert requests.get(url, auth=ANNA, timeout=60).content == b"old"
    cloud.faults.add(Fault(Kind.CUT_ANSWER, ["GET"], after=2))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ = requests.get(url, auth=ANNA, timeout=60).content
    assert not list(cloud.scratch.iterdir())


def test_it_starts_alone_and_is_told_by_its_control_address(tmp_path: Path) -> None:
    """From the command line, with faults and settings by requests."""
    program = [sys.executable, str(Path(__file__).with_name("nextcloud.py")), "--folder", str(tmp_path / "cloud")]
    with subprocess.Popen([*program, "--user", "anna:secret"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            place = f"{url}/remote.php/dav/files/anna/a.txt"
            requests.post(f"{url}/-/faults", json=[{"kind": "status", "methods": ["PUT"], "status": 507}], timeout=60)
            assert requests.put(place, data=b"a", auth=ANNA, timeout=60).status_code == HTTPStatus.INSUFFICIENT_STORAGE
            assert requests.put(place, data=b"a", auth=ANNA, timeout=60).status_code == HTTPStatus.CREATED
            requests.post(f"{url}/-/settings", json={"maintenance": True}, timeout=60)
            assert requests.get(place, auth=ANNA, timeout=60).status_code == HTTPStatus.SERVICE_UNAVAILABLE
            requests.post(f"{url}/-/settings", json={"maintenance": False, "passwords": {"anna": "new"}}, timeout=60)
            assert requests.get(place, auth=ANNA, timeout=60).status_code == HTTPStatus.UNAUTHORIZED
            assert requests.get(place, auth=("anna", "new"), timeout=60).content == b"a"
            assert len(requests.get(f"{url}/-/requests", timeout=60).json()) == 5
        finally:
            process.terminate()
            assert process.wait(timeout=60) == 0


def test_a_folder_of_20_000_entries_is_listed(cloud: Nextcloud) -> None:
    """Whole."""
    folder = cloud.files("anna") / "many"
    folder.mkdir(parents=True)
    for number in range(20_000):
        (folder / f"{number}").touch()
    assert propfind(cloud, "/many").text.count("<d:response>") == 20_001
