"""B2DROP as a folder in servers of two people with one account there: who overwrites whom, and what a part of a file costs."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from carrel_hub import CarrelHub, eventually
from inside import run_inside
from lab_files import enter, line, open_lab
from nextcloud import Nextcloud
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from test_data_gateway import APP_PASSWORD, card
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


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """A hub that brings it into servers."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS.format(cloud=cloud.url, rclone=RCLONE))
        hub.start()
        yield hub
    finally:
        hub.close()


def begin(hub: CarrelHub, name: str) -> str:
    """Connects somebody's data source, and starts a server that shows its files; gives their token."""
    token = hub.token(name)
    given = {"user": "anna", "password": APP_PASSWORD, "remember": True}
    answer = hub.ask("PUT", "/hub/api/carrel/connections/b2drop", token, json=given)
    assert answer.json()["state"]["code"] == "connected", answer.text
    hub.start_server(name, token)
    assert eventually(lambda: "README.txt" not in browsed(hub, name, token), within=60)
    return token


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
        begin(hub, name)
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
    lea, mia = comer("edits-lea"), comer("edits-mia")
    for person in (lea, mia):
        open_lab(person)
        enter(person, "b2drop")
        line(person, "notes.txt").dblclick()
        expect(person.page.get_by_role("tabpanel").get_by_text("begun")).to_be_visible(timeout=PATIENCE)
    write(lea, "by lea\n")
    write(mia, "by mia\n")
    assert eventually(lambda: len(list(folder.glob("notes*"))) == 2, within=60)
    assert eventually(
        lambda: sorted(one.read_text() for one in folder.glob("notes*")) == ["begun\nby lea\n", "begun\nby mia\n"]
    )
    copy = next(one for one in folder.glob("notes*") if one.name != "notes.txt")
    assert re.fullmatch(r"notes \(conflict edits-(lea|mia) \d{4}-\d\d-\d\d \d\d\.\d\d\)\.txt", copy.name)
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
    hub.add_user("edits-reader")
    token = begin(hub, "edits-reader")
    begun = len(cloud.seen)
    said = run_inside(hub, "edits-reader", token, READ)
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
    name = "edits-again"
    hub.add_user(name)
    token = begin(hub, name)
    for _ in range(2):
        hub.ask("DELETE", f"/hub/api/users/{name}/server", token)
        hub.await_server(name, token, lambda server: server.get("stopped", True))
        hub.start_server(name, token)
        shown = browsed(hub, name, token)
        assert shown == ["README.txt"] or "always there.txt" in shown, shown
