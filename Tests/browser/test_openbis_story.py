"""The lab scientist's whole story in Chromium, in a real server of a hub: from openBIS to a notebook, and back to openBIS.

Alice has never been at the hub. The electronic notebook makes a notebook for her, as Carrel makes them; she runs it from top to
bottom, and its result is a dataset. Afterwards she uses the buttons of the toolbar in that server.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
import trustme
from carrel_hub import CarrelHub, eventually
from openbis import OpenBIS
from openbis_eln import Notebook, NotebookPages, made
from openbis_entities import DataSet, Sample, Sort
from openbis_faults import Fault, Kind
from openbis_golden import code, golden
from openbis_hub import configure, trusting
from openbis_lab import HOST, OWNER, notebook
from openbis_sitter import Sitter
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, Locator, Page, expect

AUTHORITY = trustme.CA()
# The stand-in is on this machine, which servers don't reach otherwise.
MORE = """
sandbox:
  leaveOut: [network]
"""
FOLDER = "From openBIS/Zürich"
FILE = "Größe, first.ipynb"
UNNAMED = "Name of my result: change me!"
NAME = "Müller’s “result”, 1"
# What is in the golden file, and what comes in its place.
SOMEWHERE = "https://openbis.example.org/"
WINDOW = {"width": 1400, "height": 1000}


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@pytest.fixture(scope="module")
def pages() -> Iterator[NotebookPages]:
    with NotebookPages(AUTHORITY) as pages:
        yield pages


@dataclass
class Desk:
    """A hub, its openBIS, and where that posts notebooks."""

    hub: CarrelHub
    openbis: OpenBIS
    integration: str

    @property
    def home(self) -> Path:
        return self.hub.home("alice")

    def put(self, name: str, text: str) -> Path:
        """A file of Alice's, as openBIS puts notebooks there."""
        pairs = {"token": self.openbis.sessions.begin("alice"), "folder": "", "filename": name}
        answer = requests.post(self.integration, params=pairs, data=text.encode(), timeout=60)
        assert (answer.status_code, answer.json()["fileName"]) == (200, name)
        return self.home / name

    def serve(self) -> None:
        """Starts Alice's server, if it doesn't run."""
        token = self.hub.token("alice")
        if self.hub.ask("GET", "/hub/api/users/alice/server", token).status_code != 200:
            self.hub.start_server("alice", token)

    @property
    def datasets(self) -> dict[str, DataSet]:
        """All that are registered, by their property $NAME; of two, the later."""
        every = self.openbis.registry.all[Sort.DATA_SET].values()
        return {one.properties.get("$NAME", one.perm_id): one for one in every if isinstance(one, DataSet)}

    def contents(self, dataset: DataSet) -> dict[str, bytes]:
        """The files of a dataset, by their names."""
        files = [file for file in dataset.files if not file.is_folder]
        return {file.path.rpartition("/")[2]: b"".join(self.openbis.contents.pieces(file)) for file in files}

    def link(self, path: str) -> str:
        """The address that signs Alice in with a new session of openBIS, and leads to a page of her server."""
        token = self.openbis.sessions.begin("alice")
        return f"{self.hub.url}/hub/login?token={token}&next={quote(path, safe='')}"


@pytest.fixture(scope="module")
def desk(openbis: OpenBIS, pages: NotebookPages) -> Iterator[Desk]:
    hub = CarrelHub()
    integration = configure(hub, AUTHORITY, openbis, pages, MORE)
    with trusting(hub):
        try:
            hub.start()
            yield Desk(hub, openbis, integration)
        finally:
            hub.close()


@pytest.fixture
def sit(desk: Desk, contexts: Callable[..., BrowserContext]) -> Iterator[Callable[..., Sitter]]:
    """Has Alice come from openBIS to a notebook in her server."""
    sitters: list[Sitter] = []

    def make(name: str, text: str) -> Sitter:
        path = desk.put(name, text)
        desk.serve()
        page = contexts(ignore_https_errors=True, viewport=WINDOW).new_page()
        url = desk.link(f"/user/alice/lab/tree/{quote(name)}?reset")
        sitters.append(Sitter(page, path, url, referer=desk.openbis.url + "/"))
        return sitters[-1]

    yield make
    desk.openbis.faults.mend()
    desk.openbis.start()
    assert [words for one in sitters for words in one.complaints] == []


def code_cells(file: Path) -> list[dict[str, Any]]:
    """The cells of a notebook that can run; none while it is being written."""
    try:
        cells = json.loads(file.read_text())["cells"]
    except ValueError:
        return []
    return [one for one in cells if one["cell_type"] == "code" and one["source"]]


def write_into(page: Page, cell: Locator, text: str) -> None:
    """Replaces what is in a cell."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_from_openbis_to_a_notebook_and_back(
    desk: Desk, pages: NotebookPages, contexts: Callable[..., BrowserContext]
) -> None:
    measured, odd = (code(desk.openbis, name) for name in ("Measured", "Odd names"))
    document = json.loads(json.dumps(golden("object.ipynb", desk.openbis)).replace(SOMEWHERE, pages.url + "/"))
    context = contexts(ignore_https_errors=True, viewport=WINDOW)
    token = desk.openbis.sessions.begin("alice")
    wanted = Notebook("alice", token, FOLDER, FILE, desk.integration, desk.hub.url + "/", document)
    page = made(pages.shown(wanted, context))
    expect(page.get_by_role("tab", name=FILE)).to_be_visible(timeout=2 * PATIENCE)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)

    # She names the result, saves the notebook, and runs all of it.
    cell = page.locator(".jp-CodeCell").filter(has_text=f'resultDatasetName = "{UNNAMED}"')
    write_into(page, cell, f"resultDatasetName = {NAME!r}")
    page.keyboard.press("Control+s")
    file = desk.home / FOLDER / FILE
    assert eventually(lambda: NAME in file.read_text())
    Person("alice", "", page, desk.hub.url).choose("Run", re.compile("^Run All Cells$"))
    link = page.get_by_role("link", name="open it in openBIS")
    expect(link).to_be_visible(timeout=2 * PATIENCE)

    # The data are there, and the result.
    data = {str(one.relative_to(file.parent)) for one in file.parent.glob("2*/**/*") if one.is_file()}
    assert data == {
        f"{measured}/original/run/{name}"
        for name in ("readme.txt", "deep/er/table.csv", "empty", "large.bin", "with blank.txt", "Größe.txt")
    } | {f"{odd}/original/with, comma.txt"}
    result = desk.datasets[NAME]
    assert (result.type, result.parents) == ("ANALYSIS_NOTEBOOK", [measured, odd])
    assert result.sample == desk.openbis.registry.get(Sample, OWNER).perm_id
    assert result.properties == {"$NAME": NAME, "$HISTORY_ID": "00000000-0000-4000-8000-000000000001"}
    contents = desk.contents(result)
    assert set(contents) == {FILE, f"{FILE}.html"}
    assert json.loads(contents[FILE])["metadata"]["autogenerated_by_openbis"] is True
    assert NAME in contents[f"{FILE}.html"].decode()

    # Every cell ran, one after the other, and none of them failed.
    page.keyboard.press("Control+s")
    cells: list[dict[str, Any]] = []

    def are_saved() -> bool:
        cells[:] = code_cells(file)
        return bool(cells) and cells[-1]["execution_count"] is not None

    assert eventually(are_saved)
    assert [one["execution_count"] for one in cells] == list(range(1, len(cells) + 1))
    assert [one for one in cells for said in one["outputs"] if said["output_type"] == "error"] == []
    assert token not in file.read_text()

    # The link leads to the result.
    with context.expect_page() as opened:
        link.click()
    query = parse_qs(urlsplit(opened.value.url).query)
    assert query == {"viewName": ["showViewDataSetPageFromPermId"], "viewData": [result.perm_id]}


def generated(desk: Desk, name: str) -> str:
    """The notebook with a name for its result, as it is after that."""
    document = golden("object.ipynb", desk.openbis)
    return json.dumps(document).replace(json.dumps(UNNAMED)[1:-1], name, 1)


def test_the_buttons_know_what_the_hub_knows(desk: Desk, sit: Callable[..., Sitter]) -> None:
    """Nothing is typed to connect; names with blank, comma and umlaut come and go."""
    odd_name = "Größe 2, neu.csv"
    desk.put(odd_name, "a,b\n")
    alice = sit("buttons.ipynb", generated(desk, "By one click"))
    dialog = alice.open("Choose openBIS connection")
    expect(dialog).to_contain_text("You are signed in as alice.")
    expect(dialog.get_by_role("radio", name=HOST)).to_be_checked()
    alice.close()

    alice.open("Download openBIS datasets")
    rows = alice.dialog.locator("tbody tr")
    for name in ("Measured", "Odd names"):
        rows.filter(has_text=name).first.get_by_role("checkbox").check()
    alice.field("Download data to").fill("inputs")
    alice.button("Download 2 datasets").click()
    alice.says("Done: 2 datasets downloaded")
    measured, odd = (desk.home / "inputs" / code(desk.openbis, name) for name in ("Measured", "Odd names"))
    assert (measured / "original/run/Größe.txt").read_text() == "Umlaut\n"
    assert (measured / "original/run/with blank.txt").read_text() == "blank\n"
    assert (odd / "original/with, comma.txt").read_text() == "comma\n"
    alice.close()

    alice.open("Upload openBIS dataset")
    alice.field("Dataset type").select_option("RAW_DATA")
    alice.field("Name").first.fill("By hand")
    alice.dialog.get_by_text("Add files").click()
    alice.field(odd_name).check()
    alice.button("Upload").click()
    alice.says("Saved in openBIS as ")
    sent = desk.datasets["By hand"]
    assert (sent.type, sent.parents) == ("RAW_DATA", [measured.name, odd.name])
    assert desk.contents(sent)[odd_name] == b"a,b\n"
    alice.close()

    alice.open("Save to openBIS")
    expect(alice.field("Name").first).to_have_value("By one click")
    alice.page.keyboard.press("Enter")
    alice.says("Saved in openBIS as ")
    saved = desk.datasets["By one click"]
    assert (saved.type, saved.parents) == ("ANALYSIS_NOTEBOOK", [measured.name, odd.name])
    assert set(desk.contents(saved)) == {"buttons.ipynb", "buttons.ipynb.html"}


def test_an_openbis_that_stops_during_an_upload_is_said_and_one_click_tries_again(
    desk: Desk, sit: Callable[..., Sitter]
) -> None:
    alice = sit("stopped.ipynb", generated(desk, "Stopped"))
    alice.open("Upload openBIS dataset")
    alice.field("Notes").fill("typed by hand")
    before = len(desk.openbis.registry.all[Sort.DATA_SET])
    fault = desk.openbis.faults.add(Fault(Kind.SLOW, call="upload"))
    alice.button("Upload").click()
    assert fault.met.wait(60)
    desk.openbis.stop()
    alice.says("Nothing was registered in openBIS; press Upload to try again.")
    desk.openbis.faults.mend()
    desk.openbis.start()
    assert len(desk.openbis.registry.all[Sort.DATA_SET]) == before

    # Sessions ended there meanwhile. Signing in once in another tab is enough.
    alice.button("Upload").click()
    alice.says("has ended")
    other = alice.page.context.new_page()
    other.goto(desk.link("/hub/home"), referer=desk.openbis.url + "/")
    other.close()
    alice.button("Upload").click()
    alice.says("Saved in openBIS as ")
    assert len(desk.openbis.registry.all[Sort.DATA_SET]) == before + 1
    assert desk.datasets["Stopped"].properties["NOTES"] == "typed by hand"


def test_a_notebook_of_more_than_fifty_megabytes_is_saved(desk: Desk, sit: Callable[..., Sitter]) -> None:
    large: dict[str, Any] = json.loads(notebook("1"))
    data = {"text/plain": "a picture", "application/x-large": "x" * 51_000_000}
    large["cells"][0]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    alice = sit("large.ipynb", json.dumps(large))
    alice.open("Save to openBIS")
    alice.field("Name").first.fill("Large")
    alice.field("Object or Collection it belongs to").fill(OWNER)
    alice.button("Save").click()
    alice.says("Saved in openBIS as ", patience=2 * PATIENCE)
    assert len(desk.contents(desk.datasets["Large"])["large.ipynb"]) > 51_000_000
