"""What may go wrong with a data source while people write to its folder: each is said, and nothing is lost."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
import trustme
from carrel_hub import CarrelHub, command_line, eventually, free_port
from hub_people import Visitor
from nextcloud import Nextcloud
from nextcloud_faults import Fault, Kind
from onedata import Onedata
from researcher import CAN_MOUNT, RCLONE, WHY_NOT, Researcher, is_text, pattern_hash

pytestmark = pytest.mark.skipif(not CAN_MOUNT, reason=WHY_NOT)

PASSWORD = "right-Hand-app-Pass"
# Each with a cloud of its own, so that no fault of one is known to the others.
CLOUDS = ("gone", "password", "full", "locked", "changed", "busy", "cut", "killed", "stopped")
CLOUD = """\
  {name}:
    title: Cloud {name}
    address: {cloud}/remote.php/dav/files/{{user}}
"""
ONEDATA = """\
  datahub:
    kind: onedata
    title: DataHub
    address: https://{zone}
    certificateAuthority: {authority}
"""
MEGABYTE = 1 << 20
LARGE = 100 * MEGABYTE


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Nextcloud]]:
    """Clouds with the files of one person."""
    clouds = {name: Nextcloud(tmp_path_factory.mktemp(name)) for name in CLOUDS}
    for cloud in clouds.values():
        cloud.people.add("anna", PASSWORD)
        cloud.files("anna").mkdir(parents=True, exist_ok=True)
        cloud.start()
    yield clouds
    for cloud in clouds.values():
        cloud.faults.mend()
        cloud.stop()


@pytest.fixture(scope="module")
def onedata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Onedata, Path]]:
    """An Onedata, and the file with what its certificate is signed by."""
    authority, file = trustme.CA(), tmp_path_factory.mktemp("onedata") / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with Onedata(authority=authority) as onedata:
        yield onedata, file


@pytest.fixture(scope="module")
def hub(clouds: dict[str, Nextcloud], onedata: tuple[Onedata, Path]) -> Iterator[CarrelHub]:
    """A hub that offers them all."""
    hub = CarrelHub()
    try:
        settings = f"mounts:\n  rclone: {RCLONE}\ndataSources:\n"
        settings += "".join(CLOUD.format(name=name, cloud=cloud.url) for name, cloud in clouds.items())
        settings += ONEDATA.format(zone=onedata[0].zone, authority=onedata[1])
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def anna(hub: CarrelHub, onedata: tuple[Onedata, Path]) -> Researcher:
    """Somebody with all of them in a server."""
    anna = Researcher(hub, "anna")
    for name in CLOUDS:
        assert anna.connect(name, user="anna", password=PASSWORD).status_code == HTTPStatus.CREATED
    given = anna.connect("datahub", token=onedata[0].tokens["anna"]["full"])
    assert given.status_code == HTTPStatus.CREATED, given.text
    anna.start()
    for name in (*CLOUDS, "datahub"):
        anna.await_folder(name)
    return anna


def is_begun(cloud: Nextcloud) -> Callable[[], bool]:
    """Whether the last fault was met by a request."""
    return lambda: not cloud.faults.waiting


def settled(anna: Researcher, source: str) -> None:
    """Waits until nothing waits any more, and all is well."""
    anna.await_state(source, code="connected", waiting=0)


def test_a_source_that_goes_away_during_a_write(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["gone"]
    cloud.faults.add(Fault(Kind.SLOW, ["PUT"], seconds=600))
    anna.write_pattern("gone/table.bin", 8 * MEGABYTE)
    assert eventually(is_begun(cloud))
    cloud.stop()
    said = anna.await_state("gone", code="offline", waiting=1)
    assert said["waiting_words"] == "1 file waiting to be uploaded"
    assert anna.hash_of("gone/table.bin") == pattern_hash(8 * MEGABYTE)
    cloud.faults.mend()
    cloud.start()
    settled(anna, "gone")
    assert anna.state("gone")["last_fault"]
    assert (cloud.files("anna") / "table.bin").stat().st_size == 8 * MEGABYTE
    assert anna.hash_of("gone/table.bin") == pattern_hash(8 * MEGABYTE)


def test_a_password_that_is_wrong_and_one_that_is_changed(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["password"]
    refused = anna.connect("password", user="anna", password="wrong-app-Pass")
    assert refused.status_code >= HTTPStatus.BAD_REQUEST
    assert "doesn’t take this user name and password" in refused.json()["message"]
    settled(anna, "password")

    server = anna.server()
    with anna.saving("password/notes.txt", "written meanwhile"):
        cloud.people.by_name["anna"] = replace(cloud.people.by_name["anna"], password="another-app-Pass")
    said = anna.await_state("password", code="refused", waiting=1)
    assert "new app password" in said["remedy"]
    assert eventually(lambda: "isn't uploaded yet" in anna.read("password/README.txt"))
    tries = [one for one in cloud.seen if one["status"] == HTTPStatus.UNAUTHORIZED]
    # The account there isn't locked by a hub that goes on trying.
    assert len(tries) < cloud.people.throttle_after, tries

    assert anna.connect("password", user="anna", password="another-app-Pass").status_code == HTTPStatus.OK
    assert eventually(is_text(cloud.files("anna") / "notes.txt", "written meanwhile"))
    settled(anna, "password")
    assert eventually(lambda: "notes.txt" in anna.run("import os; print(os.listdir('password'))"))
    assert server.is_running() and anna.server() == server


def test_a_token_that_expires_and_is_renewed(onedata: tuple[Onedata, Path], anna: Researcher) -> None:
    stand_in = onedata[0]
    assert anna.read("datahub/climate/a.nc") == "CDF"
    tokens = stand_in.federation.tokens
    old = tokens.tokens[stand_in.tokens["anna"]["full"]]
    with anna.saving("datahub/climate/after.txt", "after"):
        tokens.expire(old.text)
    anna.await_state("datahub", code="expired", waiting=1)
    fresh = tokens.make(old.user, [one for one in old.caveats if one["type"] != "time"])
    assert anna.connect("datahub", token=fresh.text).status_code == HTTPStatus.OK
    settled(anna, "datahub")
    anna.await_folder("datahub")
    assert anna.read("datahub/climate/after.txt") == "after"
    assert stand_in.seen("bari"), "it was put where its space is"


def test_no_room_there(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["full"]
    cloud.set({"quotas": {"anna": MEGABYTE}})
    anna.write_pattern("full/large.bin", 3 * MEGABYTE)
    said = anna.await_state("full", code="overQuota", waiting=1)
    assert said["message"] == "Connected; your quota there is used up."
    assert anna.hash_of("full/large.bin") == pattern_hash(3 * MEGABYTE)
    cloud.set({"quotas": {"anna": 100 * MEGABYTE}})
    settled(anna, "full")
    assert (cloud.files("anna") / "large.bin").stat().st_size == 3 * MEGABYTE


def test_a_file_that_others_hold_locked(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["locked"]
    paper = cloud.files("anna") / "paper.txt"
    paper.write_text("first")
    assert eventually(lambda: "paper.txt" in anna.run("import os; print(os.listdir('locked'))"))
    assert anna.read("locked/paper.txt") == "first"
    cloud.set({"locked": {"anna": "paper.txt"}})
    anna.write("locked/paper.txt", "second")
    anna.write("locked/other.txt", "not held up")
    assert eventually(is_text(cloud.files("anna") / "other.txt", "not held up"))
    said = anna.await_state(
        "locked", code="connected", waiting=1, last_fault="paper.txt: Somebody else holds it locked."
    )
    assert said["waiting_words"] == "1 file waiting to be uploaded"
    assert paper.read_text() == "first"
    cloud.set({"unlocked": {"anna": "paper.txt"}})
    assert eventually(is_text(paper, "second"))
    settled(anna, "locked")
    assert "last_fault" not in anna.state("locked")


def test_a_file_that_was_changed_elsewhere(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["changed"]
    files = cloud.files("anna")
    (files / "plan.txt").write_text("ours")
    assert eventually(lambda: "plan.txt" in anna.run("import os; print(os.listdir('changed'))"))
    assert anna.read("changed/plan.txt") == "ours"
    # Changed in the very moment: the service itself says so, and the next try finds nothing wrong.
    cloud.faults.add(Fault(Kind.STATUS, ["PUT"], status=HTTPStatus.PRECONDITION_FAILED))
    anna.write("changed/plan.txt", "ours, better")
    assert eventually(is_text(files / "plan.txt", "ours, better"))
    settled(anna, "changed")
    # Changed while it was worked on: both are kept.
    assert anna.read("changed/plan.txt") == "ours, better"
    with anna.saving("changed/plan.txt", ", and more", "r+"):
        (files / "plan.txt").write_text("theirs, by somebody else")
    assert eventually(lambda: len(list(files.glob("plan*"))) == 2)
    copy = next(files.glob("plan (conflict*).txt"))
    assert {copy.read_text(), (files / "plan.txt").read_text()} == {
        "ours, better, and more",
        "theirs, by somebody else",
    }
    assert eventually(lambda: len(anna.state("changed")["conflicts"]) == 1)
    settled(anna, "changed")


def test_a_source_that_asks_for_a_pause(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["busy"]
    # Shorter pauses are kept within the try.
    cloud.faults.add(Fault(Kind.STATUS, ["PUT"], status=HTTPStatus.TOO_MANY_REQUESTS, retry_after="21"))
    anna.write("busy/notes.txt", "patient")
    said = anna.await_state("busy", code="busy", waiting=1)
    assert said["remedy"] == "Nothing to do: the hub goes on trying."
    assert eventually(is_text(cloud.files("anna") / "notes.txt", "patient"))
    settled(anna, "busy")


def test_connections_that_break_off_after_a_megabyte(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    cloud = clouds["cut"]
    cloud.faults.add(Fault(Kind.CUT_REQUEST, ["PUT"], after=MEGABYTE))
    anna.write_pattern("cut/up.bin", 6 * MEGABYTE, 1)
    there = cloud.files("anna") / "up.bin"
    assert eventually(lambda: there.exists())
    # Never a part of it.
    assert there.stat().st_size == 6 * MEGABYTE
    assert eventually(is_begun(cloud))
    settled(anna, "cut")
    down = cloud.files("anna") / "down.bin"
    down.write_bytes(there.read_bytes()[::-1])
    assert eventually(lambda: "down.bin" in anna.run("import os; print(os.listdir('cut'))"))
    cloud.faults.add(Fault(Kind.CUT_ANSWER, ["GET"], after=MEGABYTE))
    anna.run(
        "import sys; data = open('cut/down.bin', 'rb').read()[::-1]\n"
        "if data != b''.join(pattern(6 << 20, 1)): sys.exit('other bytes')"
    )
    assert is_begun(cloud)()


def kill(victim: str, hub: CarrelHub, anna: Researcher) -> None:
    """`kill -9`."""
    if victim == "hub":
        hub.kill_hub()
    elif victim == "gateway":
        next(one for one in hub.processes() if command_line(one).split()[1:2] == ["gateway"]).kill()
    else:
        anna.mounter().kill()


@pytest.mark.parametrize("victim", ["hub", "gateway", "rclone"])
def test_a_process_that_is_killed_during_a_large_upload(
    hub: CarrelHub, clouds: dict[str, Nextcloud], anna: Researcher, victim: str
) -> None:
    cloud = clouds["killed"]
    there = cloud.files("anna") / f"{victim}.bin"
    number = len(victim)
    # In the middle of its parts, for as long as it takes.
    cloud.faults.add(Fault(Kind.SLOW, ["PUT"], skip=2, seconds=600))
    anna.write_pattern(f"killed/{victim}.bin", LARGE, number)
    assert eventually(is_begun(cloud))
    assert not there.exists()
    kill(victim, hub, anna)
    cloud.faults.mend()
    assert eventually(there.exists)
    if victim == "hub":
        hub.start()
    settled(anna, "killed")
    assert there.stat().st_size == LARGE
    anna.await_folder("killed")
    assert anna.hash_of(f"killed/{victim}.bin") == pattern_hash(LARGE, number)


def test_a_server_that_is_stopped_right_after_a_save(clouds: dict[str, Nextcloud], anna: Researcher) -> None:
    mounter = anna.mounter()
    anna.write_pattern("stopped/last.bin", 20 * MEGABYTE, 9)
    anna.stop()
    there = clouds["stopped"].files("anna") / "last.bin"
    assert eventually(there.exists)
    assert there.stat().st_size == 20 * MEGABYTE
    # Nothing runs for nobody.
    assert eventually(lambda: not mounter.is_running() or mounter.status() == psutil.STATUS_ZOMBIE)
    anna.start()
    anna.await_folder("stopped")
    assert anna.hash_of("stopped/last.bin") == pattern_hash(20 * MEGABYTE, 9)


class Silence:
    """Listens, takes connections, and never answers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.callers: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        """Until it is closed."""
        while True:
            try:
                self.callers.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Lets them go."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for caller in self.callers:
            caller.close()


@pytest.fixture
def silence() -> Iterator[Silence]:
    """A source that hangs."""
    silence = Silence()
    yield silence
    silence.close()


@pytest.fixture
def hub_alone(silence: Silence) -> Iterator[CarrelHub]:
    """A hub whose data sources are all down: one refuses connections, one never answers."""
    hub = CarrelHub()
    try:
        settings = f"mounts:\n  rclone: {RCLONE}\ndataSources:\n"
        for name, port in (("refusing", free_port()), ("silent", silence.port)):
            settings += CLOUD.format(name=name, cloud=f"http://127.0.0.1:{port}")
        text = hub.configuration.read_text().replace("startDeadline: 2m", "startDeadline: 5m")
        hub.configuration.write_text(text + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


def test_ten_people_start_while_all_sources_are_down(
    hub_alone: CarrelHub, silence: Silence, report: Callable[[str], None]
) -> None:
    people = [Researcher(hub_alone, f"person{number}") for number in range(10)]

    def come(one: Researcher) -> float:
        for name in ("refusing", "silent"):
            # Kept, though nobody can say whether it is right.
            answer = one.connect(name, user="anna", password=PASSWORD)
            assert answer.status_code == HTTPStatus.CREATED, answer.text
        begun = time.monotonic()
        one.start()
        took = time.monotonic() - begun
        assert hub_alone.ask("GET", f"/user/{one.name}/lab", one.token).status_code == HTTPStatus.OK
        return took

    for one in people:
        Visitor(hub_alone).sign_in(one.name, one.one_time_password)
    with ThreadPoolExecutor(len(people)) as pool:
        times = sorted(pool.map(come, people))
    report(f"ten people start while all data sources are down: {times[0]:.1f} to {times[-1]:.1f} s until ready")
    assert silence.callers, "somebody was asked"
    # Nobody has asked for a file there: all the same it is known that none can be had, and nothing is mounted.
    for name, reason in (("refusing", "The service isn’t reached."), ("silent", "The service doesn’t answer in time.")):
        assert eventually(lambda name=name, reason=reason: reason in people[0].read(f"{name}/README.txt")), name
        assert people[0].state(name)["code"] == "untried"
    assert "fuse.rclone" not in people[0].mounts(people[0].server())
