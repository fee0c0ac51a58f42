"""Data sources in JupyterLab's file browser where nothing can be mounted: by the data gateway itself."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import requests
from carrel_hub import CarrelHub, eventually
from nextcloud import Nextcloud
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from test_data_gateway import APP_PASSWORD, card, connect
from test_data_in_servers import NOTEBOOK, SETTINGS

EMPTY = NOTEBOOK | {"cells": [NOTEBOOK["cells"][0] | {"source": ""}]}  # type: ignore[index,operator]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nextcloud]:
    """A Nextcloud with one person."""
    with Nextcloud(tmp_path_factory.mktemp("cloud")) as cloud:
        cloud.people.add("anna", APP_PASSWORD)
        cloud.files("anna").mkdir(parents=True, exist_ok=True)
        yield cloud


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """A hub without what mounts need."""
    hub = CarrelHub()
    try:
        settings = SETTINGS.format(cloud=cloud.url, rclone="/nowhere/rclone")
        hub.configuration.write_text(hub.configuration.read_text() + settings)
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
        return person

    return made


class Contents:
    """The server's Contents API, as JupyterLab uses it."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        self.url = f"{hub.url}/user/{name}/api/contents"
        self.headers = {"Authorization": f"token {hub.token(name)}"}

    def ask(self, method: str, place: str, status: int = 200, **content: object) -> dict[str, object]:
        """Asks, and gives the answer."""
        answer = requests.request(
            method, f"{self.url}/{quote(place)}", json=content or None, headers=self.headers, timeout=120
        )
        assert answer.status_code == status, (answer.status_code, answer.text[:500])
        try:
            return answer.json()
        except requests.JSONDecodeError:
            return {"text": answer.text}

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        return sorted(one["name"] for one in self.ask("GET", path)["content"])  # type: ignore[index,attr-defined]


def test_a_notebook_is_found_worked_on_and_saved(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]
) -> None:
    (cloud.files("anna") / "lakes.ipynb").write_text(json.dumps(EMPTY))
    person = comer("lab-notebook")
    page = person.page
    page.goto(f"{hub.url}/user/{person.name}/lab")
    person.await_lab()
    folder = page.locator(".jp-DirListing-item", has_text="b2drop")
    folder.dblclick()
    page.locator(".jp-DirListing-item", has_text="lakes.ipynb").dblclick()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)
    person.run("print('worked on ' + 'it')", 1)
    page.keyboard.press("Control+s")
    assert eventually(lambda: "worked on it" in (cloud.files("anna") / "lakes.ipynb").read_text())


def test_all_that_the_file_browser_does(hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]) -> None:
    person = comer("lab-files")
    contents, there = Contents(hub, person.name), cloud.files("anna")
    assert "b2drop" in contents.names("")
    contents.ask("PUT", "b2drop/späte Daten", 201, type="directory")
    contents.ask("PUT", "b2drop/späte Daten/a#1.txt", 201, type="file", format="text", content="eins\n")
    assert (there / "späte Daten/a#1.txt").read_text() == "eins\n"
    assert contents.names("b2drop/späte Daten") == ["a#1.txt"]
    assert contents.ask("GET", "b2drop/späte Daten/a#1.txt")["content"] == "eins\n"
    # Beside what is there already, a name of its own.
    made = contents.ask("POST", "b2drop/späte Daten", 201, type="notebook")
    assert made["name"] == "Untitled.ipynb"
    copied = contents.ask("POST", "b2drop/späte Daten", 201, copy_from="b2drop/späte Daten/a#1.txt")
    assert copied["name"] == "a#1-Copy1.txt"
    contents.ask("PATCH", "b2drop/späte Daten/a#1.txt", path="b2drop/zwei.txt")
    assert (there / "zwei.txt").read_text() == "eins\n"
    contents.ask("PUT", "b2drop/drei.txt", 201, type="file", format="text", content="drei")
    contents.ask("PATCH", "b2drop/drei.txt", 409, path="b2drop/zwei.txt")
    assert (there / "zwei.txt").read_text() == "eins\n"
    # To the home, and back.
    contents.ask("PATCH", "b2drop/zwei.txt", path="zwei.txt")
    assert (hub.home(person.name) / "zwei.txt").read_text() == "eins\n"
    assert not (there / "zwei.txt").exists()
    contents.ask("POST", "b2drop", 201, copy_from="zwei.txt")
    # An upload in pieces, of which none is seen before the last.
    for number, piece in ((1, "YWJj"), (2, "ZGVm"), (-1, "Z2hp")):
        assert not (there / "big.bin").exists()
        contents.ask("PUT", "b2drop/big.bin", 201, type="file", format="base64", content=piece, chunk=number)
    assert (there / "big.bin").read_bytes() == b"abcdefghi"
    contents.ask("DELETE", "b2drop/späte Daten", 204)
    assert not (there / "späte Daten").exists()
    assert "page Connections" in str(contents.ask("DELETE", "b2drop", 403))
    contents.ask("GET", "b2drop/nothing.txt", 404)


def test_a_service_that_is_away_says_so_and_the_home_goes_on(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]
) -> None:
    person = comer("lab-away")
    contents = Contents(hub, person.name)
    cloud.stop()
    try:
        said = contents.ask("GET", "b2drop", 503)
        assert "isn’t reached" in str(said["message"]), said
        assert "b2drop" in contents.names("")
    finally:
        cloud.start()
    assert eventually(lambda: requests.get(f"{contents.url}/b2drop", headers=contents.headers, timeout=60).ok)
