"""B2DROP as a folder in servers: who overwrites whom, what a part of a file costs, what is there while nothing is mounted."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from inside import run_inside
from lab_files import enter, line, open_lab
from nextcloud import Nextcloud
from nextcloud_faults import Fault, Kind
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from test_data_gateway import APP_PASSWORD, card, file_password
from test_data_in_servers import RCLONE, SETTINGS, pytestmark  # noqa: F401 - skips what can't be mounted

# A block of lines, and how often it is in the file: 203 MB.
BLOCK = "".join(f"{number:012},{number:012},{number:012}\n" for number in range(100_000))
BLOCKS = 52
LARGEST = 99_999
# Reads the first lines, then some from the end, and says what it found.
READ = """
import os
import pandas
path = os.path.expanduser("~/b2drop/large.csv")
print(pandas.read_csv(path, nrows=5)["a"].tolist(), os.path.getsize(path))
with open(path, "rb") as file:
    file.seek(-39 * 1000, os.SEEK_END)
    print(pandas.read_csv(file, names=["a", "b", "c"])["a"].tail(2).tolist())
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nextcloud]:
    """A Nextcloud with an account that several people use."""
    with Nextcloud(tmp_path_factory.mktemp("cloud")) as cloud:
        cloud.people.add("anna", APP_PASSWORD)
        cloud.files("anna").mkdir(parents=True, exist_ok=True)
        yield cloud


def running(cloud: Nextcloud, rclone: Path) -> Iterator[CarrelHub]:
    """A hub that offers it."""
    hub = CarrelHub()
    try:
        text = hub.configuration.read_text().replace("hub:\n", f"hub:\n  publicURL: {hub.url}\n", 1)
        hub.configuration.write_text(text + SETTINGS.format(cloud=cloud.url, rclone=rclone))
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """One that brings it into servers."""
    yield from running(cloud, RCLONE)


@pytest.fixture
def hub_without_mounts(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """One whose operator hasn't fetched rclone."""
    yield from running(cloud, Path("/nowhere/rclone"))


def begin(hub: CarrelHub, name: str) -> str:
    """Connects somebody's data source, and starts a server; gives their token."""
    token = hub.token(name)
    given = {"user": "anna", "password": APP_PASSWORD, "remember": True}
    answer = hub.ask("PUT", "/hub/api/carrel/connections/b2drop", token, json=given)
    assert answer.json()["state"]["code"] == "connected", answer.text
    hub.start_server(name, token)
    return token


def is_there(hub: CarrelHub, name: str, token: str) -> bool:
    """Whether the files come to be seen in the server."""
    return eventually(lambda: "README.txt" not in browsed(hub, name, token))


def browsed(hub: CarrelHub, name: str, token: str) -> list[str]:
    """What JupyterLab's file browser gets to see of the folder; as for one that waits if it isn't there."""
    answer = hub.ask("GET", f"/user/{name}/api/contents/b2drop", token)
    return sorted(one["name"] for one in answer.json()["content"]) if answer.status_code == 200 else ["README.txt"]


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[[str], Person]:
    """Signs somebody new in, who has the data source and a server."""

    def made(name: str) -> Person:
        person = Person(name, hub.add_user(name), contexts().new_page(), hub.url)
        person.sign_in()
        assert is_there(hub, name, begin(hub, name))
        return person

    return made


def write(person: Person, text: str) -> None:
    """Adds to the text that is open in JupyterLab, and saves it."""
    editor = person.page.get_by_role("tabpanel").get_by_role("textbox").last
    editor.click()
    person.page.keyboard.press("Control+End")
    person.page.keyboard.insert_text(text)
    person.page.keyboard.press("Control+s")


def test_two_servers_edit_one_file_and_both_versions_are_kept(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[[str], Person]
) -> None:
    folder = cloud.files("anna")
    (folder / "notes.txt").write_text("begun\n")
    lea, mia = comer("drop-lea"), comer("drop-mia")
    for person in (lea, mia):
        open_lab(person)
        enter(person, "b2drop")
        line(person, "notes.txt").dblclick()
        expect(person.page.get_by_role("tabpanel").get_by_text("begun")).to_be_visible(timeout=PATIENCE)
    # One upload is held until the other has arrived: nobody sees the other's version before saving.
    cloud.faults.add(Fault(Kind.SLOW, ["PUT"], r"/notes\.txt$", seconds=600))
    write(lea, "by lea\n")
    write(mia, "by mia\n")
    assert eventually(lambda: "by" in (folder / "notes.txt").read_text())
    cloud.faults.mend()
    assert eventually(lambda: len(list(folder.glob("notes*"))) == 2)
    assert eventually(
        lambda: sorted(one.read_text() for one in folder.glob("notes*")) == ["begun\nby lea\n", "begun\nby mia\n"]
    )
    copy = next(one for one in folder.glob("notes*") if one.name != "notes.txt")
    assert re.fullmatch(r"notes \(conflict drop-(lea|mia) \d{4}-\d\d-\d\d \d\d\.\d\d\)\.txt", copy.name)
    for person in (lea, mia):
        expect(line(person, copy.name[:20])).to_be_visible(timeout=PATIENCE)
    loser = lea if "lea" in copy.name else mia
    loser.page.goto(f"{hub.url}/hub/connections")
    expect(card(loser.page).get_by_text(copy.name)).to_be_visible()


def test_a_part_of_a_large_file_takes_a_part_of_it(
    hub: CarrelHub, cloud: Nextcloud, report: Callable[[str], None]
) -> None:
    file = cloud.files("anna") / "large.csv"
    with file.open("w") as table:
        table.write("a,b,c\n")
        for _ in range(BLOCKS):
            table.write(BLOCK)
    size = file.stat().st_size
    hub.add_user("drop-reader")
    token = begin(hub, "drop-reader")
    assert is_there(hub, "drop-reader", token)
    begun = len(cloud.seen)
    said = run_inside(hub, "drop-reader", token, READ)
    assert said.splitlines() == [f"[0, 1, 2, 3, 4] {size}", f"[{LARGEST - 1}, {LARGEST}]"]
    asked = [one for one in cloud.seen[begun:] if one["method"] == "GET" and one["path"].endswith("/large.csv")]
    assert {one["status"] for one in asked} == {HTTPStatus.PARTIAL_CONTENT}
    ranges = [re.fullmatch(r"bytes=(\d+)-(\d+)", one["range"]) for one in asked]
    assert all(ranges), asked
    bytes_asked = sum(int(one[2]) - int(one[1]) + 1 for one in ranges if one)
    assert bytes_asked < size / 10
    report(f"pandas: first and last rows of {size / 1e6:.0f} MB for {bytes_asked / 1e6:.1f} MB")


def test_a_folder_is_never_empty_when_a_server_is_ready(hub: CarrelHub, cloud: Nextcloud) -> None:
    (cloud.files("anna") / "always there.txt").write_text("")
    name = "drop-again"
    hub.add_user(name)
    token = begin(hub, name)
    assert is_there(hub, name, token)
    for _ in range(2):
        hub.ask("DELETE", f"/hub/api/users/{name}/server", token)
        hub.await_server(name, token, lambda server: server.get("stopped", True))
        hub.start_server(name, token)
        shown = browsed(hub, name, token)
        assert shown == ["README.txt"] or "always there.txt" in shown, shown


def test_without_mounts_the_folder_says_where_the_files_are(
    hub_without_mounts: CarrelHub, cloud: Nextcloud, contexts: Callable[..., BrowserContext]
) -> None:
    hub = hub_without_mounts
    (cloud.files("anna") / "always there.txt").write_text("all the same")
    person = Person("drop-outside", hub.add_user("drop-outside"), contexts().new_page(), hub.url)
    person.sign_in()
    token = begin(hub, person.name)
    # For programs in the server; JupyterLab's file browser has the files themselves (test_data_without_fuse).
    said = run_inside(
        hub, person.name, token, "import os; print(open(os.path.expanduser('~/b2drop/README.txt')).read())"
    )
    assert "make programs" in said
    files, passwords = re.findall(r"^http\S+$", said, re.MULTILINE)
    assert passwords == f"{hub.url}/hub/file-access"
    password = file_password(person.page, hub.url, "browser")
    page = contexts(http_credentials={"username": person.name, "password": password}).new_page()
    page.goto(files)
    with page.expect_download() as download:
        page.get_by_role("link", name="always there.txt").click()
    assert download.value.path().read_text() == "all the same"
