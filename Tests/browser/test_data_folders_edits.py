"""B2DROP as a folder in servers of two people with one account there: who overwrites whom, and what a part of a file costs."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub, eventually
from inside import run_inside
from lab_files import enter, line, open_lab
from nextcloud import Nextcloud
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from test_data_gateway import APP_PASSWORD, card, connect
from test_data_in_servers import RCLONE, SETTINGS, listed, pytestmark  # noqa: F401 - skips what can't be mounted

# Lines of 40 bytes.
LINE = "{number:012},{number:012},{number:012}\n"
LINES = 5_000_000
# Reads the first lines, then some from the end, and says what it found.
READ = """
import os, time
import pandas
path = os.path.expanduser("~/b2drop/large.csv")
begun = time.monotonic()
print(pandas.read_csv(path, nrows=5)["a"].tolist(), os.path.getsize(path))
print("seconds", time.monotonic() - begun)
with open(path, "rb") as file:
    file.seek(-40 * 1000, os.SEEK_END)
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


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Signs somebody new in, who has the data source and a server."""

    def made(name: str) -> Person:
        person = Person(name, hub.add_user(name), contexts().new_page(), hub.url)
        person.sign_in()
        connect(person.page, hub.url, APP_PASSWORD)
        expect(card(person.page).get_by_text("Connected", exact=True)).to_be_visible()
        hub.start_server(name, hub.token(name))
        assert eventually(lambda: "README" not in listed(hub, person), within=60)
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
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]
) -> None:
    folder = cloud.files("anna")
    (folder / "notes.txt").write_text("begun\n")
    lea, max = comer("edits-lea"), comer("edits-max")
    for person in (lea, max):
        open_lab(person)
        enter(person, "b2drop")
        line(person, "notes.txt").dblclick()
        expect(person.page.get_by_role("tabpanel").get_by_text("begun")).to_be_visible(timeout=PATIENCE)
    write(lea, "by lea\n")
    write(max, "by max\n")
    assert eventually(lambda: len(list(folder.glob("notes*"))) == 2, within=60)
    assert eventually(lambda: sorted(one.read_text() for one in folder.glob("notes*")) == ["begun\nby lea\n", "begun\nby max\n"])
    copy = next(one for one in folder.glob("notes*") if one.name != "notes.txt")
    assert re.fullmatch(r"notes \(conflict edits-(lea|max) \d{4}-\d\d-\d\d \d\d\.\d\d\)\.txt", copy.name)
    for person in (lea, max):
        expect(line(person, copy.name[:20])).to_be_visible(timeout=PATIENCE)
    loser = lea if "lea" in copy.name else max
    loser.page.goto(f"{hub.url}/hub/connections")
    expect(card(loser.page).get_by_text(copy.name)).to_be_visible()


def test_a_part_of_a_large_file_takes_a_part_of_it(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person], report: Callable[[str], None]
) -> None:
    file = cloud.files("anna") / "large.csv"
    with file.open("w") as table:
        table.write(f"{'a':>12},{'b':>12},{'c':>12}\n".replace(" ", ""))
        for first in range(0, LINES, 100_000):
            table.write("".join(LINE.format(number=number) for number in range(first, first + 100_000)))
    size = file.stat().st_size
    person = comer("edits-reader")
    said = run_inside(hub, person.name, hub.token(person.name), READ)
    assert f"[0, 1, 2, 3, 4] {size}" in said, said
    assert f"[{LINES - 2}, {LINES - 1}]" in said, said
    asked = [one for one in cloud.seen if one["method"] == "GET" and one["path"].endswith("/large.csv")]
    assert asked
    report(f"{[one['range'] for one in asked]} {said}")
    time.sleep(3)
    report(f"{[one['range'] for one in asked]} {said}")
