"""Files of every name and size, and large folders, through the data gateway and through folders in servers."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from carrel_hub import CarrelHub, eventually
from hub_people import Visitor
from nextcloud import Nextcloud
from nextcloud_faults import Fault, Kind
from odd_names import hashes, odd_tree
from researcher import CAN_MOUNT, RCLONE, WHY_NOT, Researcher, pattern, pattern_hash

pytestmark = pytest.mark.skipif(not CAN_MOUNT, reason=WHY_NOT)

PASSWORD = "right-Hand-app-Pass"
SETTINGS = """\
mounts:
  rclone: {rclone}
dataSources:
  b2drop:
    title: B2DROP
    address: {cloud}/remote.php/dav/files/{{user}}
"""
# 5000 take minutes on a small machine, and so do 3072 megabytes; they find no more.
FILES = int(os.environ.get("CARREL_ODD_FILES", "200"))
MEGABYTE = 1 << 20
LARGE = int(os.environ.get("CARREL_LARGE_MEGABYTES", "100")) * MEGABYTE
# … seconds, for those who ask for them.
PATIENCE = 1800
MANY = 20_000
# What no file can be called, or what nothing can be called with certainty.
FINDINGS = r"""stringNeedsEscaping = []rune{
	'/', '\x00'
}
canWriteUnnormalized = true
canReadUnnormalized   = true
canReadRenormalized   = false
canStream = true
"""
CHECKS = ("--check-control", "--check-normalization", "--check-streaming")
CONTROLS = {"tab%09and%0Aline": "tab\tand\nline", "%01%7F": "\x01\x7f"}
LENGTHS = {1: 255, 2: 127, 3: 85, 4: 63}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nextcloud]:
    """A Nextcloud with one person."""
    with Nextcloud(tmp_path_factory.mktemp("cloud")) as cloud:
        cloud.people.add("anna", PASSWORD)
        cloud.files("anna").mkdir(parents=True, exist_ok=True)
        yield cloud


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """A hub that offers it."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS.format(cloud=cloud.url, rclone=RCLONE))
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def anna(hub: CarrelHub) -> Researcher:
    """Somebody with it in a server."""
    anna = Researcher(hub, "anna")
    assert anna.connect("b2drop", user="anna", password=PASSWORD).status_code == HTTPStatus.CREATED
    anna.start()
    anna.await_folder("b2drop")
    return anna


@pytest.fixture(scope="module")
def gateway(hub: CarrelHub, anna: Researcher, tmp_path_factory: pytest.TempPathFactory) -> "Gateway":
    """The gateway, as her own programs reach it."""
    visitor = Visitor(hub).sign_in(anna.name, anna.one_time_password)
    page = visitor.post("/hub/file-access", {"note": "rclone", "lifetime": "year"}).text
    found = re.search(r"readonly[^>]*>([0-9a-f]{32})<", page)
    assert found, "the page shows a password"
    return Gateway(hub, (anna.name, found[1]), tmp_path_factory.mktemp("rclone") / "rclone.conf")


class Gateway:
    """The data gateway from outside, by rclone and by plain requests."""

    def __init__(self, hub: CarrelHub, auth: tuple[str, str], configuration: Path) -> None:
        self.address, self.auth, self.configuration = f"{hub.url}/dav", auth, configuration
        hidden = subprocess.run([RCLONE, "obscure", "-"], input=auth[1], capture_output=True, text=True, check=True)
        configuration.write_text(
            f"[gateway]\ntype = webdav\nvendor = other\nurl = {self.address}\nuser = {auth[0]}\npass = {hidden.stdout}"
        )

    def rclone(self, *words: str | Path) -> subprocess.Popen[str]:
        """rclone, while it works."""
        command = [RCLONE, "--config", self.configuration, *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def copy(self, source: str | Path, target: str | Path) -> None:
        """Copies a folder."""
        copying = self.rclone("copy", "--no-unicode-normalization", "--transfers", "8", source, target)
        _, errors = copying.communicate(timeout=1000)
        assert copying.returncode == 0, errors[-3000:]

    def names(self, path: str) -> list[str]:
        """What is in a folder, as one request tells it."""
        answer = requests.request(
            "PROPFIND", f"{self.address}/{path}/", auth=self.auth, headers={"Depth": "1"}, timeout=120
        )
        assert answer.status_code == HTTPStatus.MULTI_STATUS
        links = [one.text or "" for one in ElementTree.fromstring(answer.content).iter("{DAV:}href")]
        return [link.rstrip("/").rpartition("/")[2] for link in links[1:]]

    def request(self, method: str, path: str, **how: object) -> requests.Response:
        """One request."""
        return requests.request(method, f"{self.address}/{path}", auth=self.auth, timeout=120, **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Files of odd names, and their hashes."""
    folder = tmp_path_factory.mktemp("odd")
    odd_tree(folder, FILES, 7)
    letters = {1: "y", 2: "ü", 3: "語", 4: "🧪"}
    names = [letters[size] * most for size, most in LENGTHS.items()]
    # Two names, though they look the same.
    names += [unicodedata.normalize(form, "é twice") for form in ("NFC", "NFD")]
    for number, name in enumerate([*names, "trailing space ", "：", "CON"]):
        (folder / name).write_text(f"{number} {name}")
    (folder / "empty").touch()
    return folder, hashes(folder)


def test_rclone_finds_what_it_should(anna: Researcher, gateway: Gateway) -> None:
    # For each name that is too long it waits a second, so all of them at once.
    checks = gateway.rclone("test", "info", *CHECKS, "gateway:home/info")
    lengths = gateway.rclone("test", "info", "--check-length", "gateway:home/lengths")
    inside = subprocess.run(
        anna.command("/usr/bin/rclone", "--config", "", "test", "info", *CHECKS, f"/home/{anna.name}/b2drop/info"),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert inside.returncode == 0, inside.stderr[-3000:]
    assert "stringNeedsEscaping = []rune{\n\t'/', '\\x00'\n}" in inside.stdout
    # What it leaves are names that are no text: they can't go up, that is said, and whoever removes them hears no more of it.
    anna.await_state("b2drop", title="Connected")
    # What was going up just then may come back once.
    remove = "import os, shutil\nwhile os.path.exists('b2drop/info'): shutil.rmtree(b'b2drop/info', ignore_errors=True)"
    anna.run(remove, within=300)
    anna.await_state("b2drop", waiting=0)
    found, errors = checks.communicate(timeout=300)
    assert checks.returncode == 0, errors[-3000:]
    assert FINDINGS in found
    found, errors = lengths.communicate(timeout=300)
    assert lengths.returncode == 0, errors[-3000:]
    for size, most in LENGTHS.items():
        assert f"maxFileLength = {most} // for {size} byte unicode characters" in found


def test_odd_names_through_the_gateway(
    hub: CarrelHub, gateway: Gateway, odd: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, wanted = odd
    gateway.copy(folder, "gateway:home/odd")
    assert hashes(hub.home("anna") / "odd") == wanted
    gateway.copy("gateway:home/odd", tmp_path)
    assert hashes(tmp_path) == wanted
    # rclone itself copies control characters as pictures of them.
    for text, name in CONTROLS.items():
        assert gateway.request("PUT", f"home/odd/{text}", data=b"1").status_code == HTTPStatus.CREATED
        assert (hub.home("anna") / "odd" / name).read_bytes() == b"1"
        assert gateway.request("GET", f"home/odd/{text}").content == b"1"


def test_odd_names_through_the_folder_in_a_server(
    hub: CarrelHub, cloud: Nextcloud, anna: Researcher, odd: tuple[Path, dict[str, str]]
) -> None:
    home = hub.home(anna.name)
    ours = home / "ours"
    shutil.copytree(odd[0], ours)
    for name in CONTROLS.values():
        (ours / name).write_text(name)
    wanted = hashes(ours)
    facts = home.stat()
    for path in (ours, *ours.rglob("*")):
        os.chown(path, facts.st_uid, facts.st_gid)
    copy = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2])"
    anna.run(copy, "ours", "b2drop/ours", within=PATIENCE)
    there = cloud.files("anna") / "ours"
    assert eventually(lambda: there.exists() and len(hashes(there)) == len(wanted), PATIENCE), anna.state("b2drop")
    assert eventually(lambda: hashes(there) == wanted)
    # Others put as many there, which were never in a cache.
    shutil.copytree(ours, cloud.files("anna") / "theirs")
    assert eventually(lambda: "theirs" in anna.run("import os; print(os.listdir('b2drop'))"))
    anna.run(copy, "b2drop/theirs", "theirs", within=PATIENCE)
    assert hashes(home / "theirs") == wanted
    assert anna.await_state("b2drop", code="connected", waiting=0)["conflicts"] == []


def test_names_that_the_source_doesnt_take_are_said_and_hold_up_nothing(cloud: Nextcloud, anna: Researcher) -> None:
    anna.write("b2drop/back\\slash.txt", "1")
    anna.await_state("b2drop", waiting=1, last_fault="back\\slash.txt: You may not do that there.")
    anna.write("b2drop/beside.txt", "2")
    assert eventually(lambda: (cloud.files("anna") / "beside.txt").exists())
    assert anna.read("b2drop/back\\slash.txt") == "1"
    anna.run("import os; os.rename('b2drop/back\\\\slash.txt', 'b2drop/slash.txt')")
    assert eventually(lambda: (cloud.files("anna") / "slash.txt").exists())
    anna.await_state("b2drop", waiting=0)


def test_a_name_that_is_no_text_reaches_no_other_file(cloud: Nextcloud, gateway: Gateway) -> None:
    (cloud.files("anna") / "dear.txt").write_text("dear")
    asked = len(cloud.seen)
    for method, status in (
        ("GET", HTTPStatus.NOT_FOUND),
        ("PUT", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("MKCOL", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("DELETE", HTTPStatus.NOT_FOUND),
    ):
        answer = gateway.request(method, "b2drop/%ff%fe", data=b"x" if method == "PUT" else b"")
        assert answer.status_code == status, (method, answer.status_code, answer.text)
    told = {"Destination": f"{gateway.address}/b2drop/%ff"}
    answer = gateway.request("MOVE", "b2drop/dear.txt", headers=told)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, answer.text
    assert (cloud.files("anna") / "dear.txt").read_text() == "dear"
    assert all(one["path"] != "/" for one in cloud.seen[asked:])


def test_sizes(cloud: Nextcloud, anna: Researcher) -> None:
    files = cloud.files("anna")
    sizes = {"none.bin": 0, "one.bin": 1, "large.bin": LARGE}
    for name, size in sizes.items():
        anna.write_pattern(f"b2drop/{name}", size, within=PATIENCE)
    for name, size in sizes.items():
        assert eventually((files / name).exists, PATIENCE), name
        assert eventually(lambda path=files / name, size=size: path.stat().st_size == size), name  # type: ignore[misc]
        with (files / name).open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == pattern_hash(size), name
    # Put there by others, so that no cache has them.
    for name, size in sizes.items():
        with (files / f"their {name}").open("wb") as file:
            file.writelines(pattern(size, 1))
    assert eventually(lambda: "their large.bin" in anna.run("import os; print(os.listdir('b2drop'))"))
    for name, size in sizes.items():
        assert anna.hash_of(f"b2drop/their {name}", within=PATIENCE) == pattern_hash(size, 1), name


def test_parts_of_a_file_of_three_gigabytes(cloud: Nextcloud, anna: Researcher, gateway: Gateway) -> None:
    size = 3 << 30
    places = (0, (1 << 31) - 4, size - 8)
    with (cloud.files("anna") / "huge.bin").open("wb") as file:
        file.truncate(size)
        for place in places:
            file.seek(place)
            file.write(b"%8d" % (place % 10**8))
    for place in places:
        part = gateway.request("GET", "b2drop/huge.bin", headers={"Range": f"bytes={place}-{place + 7}"})
        assert part.headers["Content-Range"] == f"bytes {place}-{place + 7}/{size}"
        assert part.content == b"%8d" % (place % 10**8)
    assert eventually(lambda: "huge.bin" in anna.run("import os; print(os.listdir('b2drop'))"))
    code = (
        "import os, sys\nwith open('b2drop/huge.bin', 'rb') as file:\n    print(os.fstat(file.fileno()).st_size)\n"
        "    for place in sys.argv[1:]: file.seek(int(place)); print(file.read(8).decode())"
    )
    said = anna.run(code, *(str(place) for place in places)).splitlines()
    assert said == [str(size), *(f"{place % 10**8:8}" for place in places)]
    # What was asked for was read, and little besides.
    cached = anna.hub.state / "mounts" / anna.name / "cache/vfs/b2drop/huge.bin"
    assert cached.stat().st_blocks * 512 < 512 * MEGABYTE


def test_many_slow_reads_hold_up_nobody_else(cloud: Nextcloud, anna: Researcher, gateway: Gateway) -> None:
    for name in ("slow.bin", "quick.bin"):
        (cloud.files("anna") / name).write_bytes(bytes(MEGABYTE))
    cloud.faults.add(Fault(Kind.STALL, ["GET"], "slow.bin", count=None, after=1000))
    try:
        with contextlib.ExitStack() as held, ThreadPoolExecutor(20) as pool:
            begun = pool.map(lambda _: gateway.request("GET", "b2drop/slow.bin", stream=True), range(20))
            assert [held.enter_context(one).status_code for one in begun] == [HTTPStatus.OK] * 20
            assert gateway.request("GET", "b2drop/quick.bin").content == bytes(MEGABYTE)
            assert gateway.request("PUT", "b2drop/beside.bin", data=b"1").status_code in (201, 204)
    finally:
        cloud.faults.mend()
    anna.await_state("b2drop", code="connected")


def test_a_folder_of_twenty_thousand_files(
    hub: CarrelHub, cloud: Nextcloud, anna: Researcher, gateway: Gateway
) -> None:
    wanted = [f"{number:05}.txt" for number in range(MANY)]
    home = hub.home(anna.name)
    for folder in (cloud.files("anna") / "many", home / "many"):
        folder.mkdir()
        for name in wanted:
            (folder / name).touch()
    os.chown(home / "many", home.stat().st_uid, home.stat().st_gid)
    assert sorted(gateway.names("home/many")) == wanted
    assert sorted(gateway.names("b2drop/many")) == wanted
    assert eventually(lambda: "many" in anna.run("import os; print(os.listdir('b2drop'))"))
    assert anna.run("import os; print('\\n'.join(sorted(os.listdir('b2drop/many'))))").splitlines() == wanted
