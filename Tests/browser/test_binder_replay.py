"""Launch links into homes that last, as EGI Replay has them."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from binder import NOTEBOOK, SETTINGS, Repositories
from carrel_hub import CarrelHub, eventually
from person import PATIENCE, Person
from playwright.sync_api import expect

REPLAY = SETTINGS.replace(
    "binder:\n    title: Binder\n    kind: ephemeral\n    entry: [open]", "replay:\n    title: Replay"
)


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub whose launch links lead into homes."""
    hub = CarrelHub()
    try:
        settings = REPLAY.replace("instance: binder", "instance: replay")
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


def launch(person: Person, address: str) -> None:
    """Follows a link, agrees, and waits for what it opens."""
    person.page.goto(address)
    expect(person.page.get_by_text("The server runs as you.")).to_be_visible()
    person.page.get_by_role("button", name="Launch it").click()
    person.page.wait_for_url(re.compile(r"/user/anna/replay/lab"), timeout=4 * PATIENCE)


def stop(hub: CarrelHub, token: str) -> None:
    """Stops the server and waits until it is gone."""
    hub.ask("DELETE", "/hub/api/users/anna/servers/replay", token)
    assert eventually(lambda: not hub.ask("GET", "/hub/api/users/anna", token).json()["servers"])


def test_files_stay_in_the_home_and_are_not_overwritten(
    hub: CarrelHub, repositories: Repositories, people: Callable[..., Person]
) -> None:
    commit = repositories.commit("lasting", {"index.ipynb": json.dumps(NOTEBOOK), "notes.txt": "as published\n"})
    repositories.commit("other", {"other.txt": "another\n"})
    anna = people("anna")
    anna.sign_in()
    token = hub.token("anna")
    launch(anna, f"{hub.url}/v2/{repositories.spec('lasting')}?urlpath=lab")
    expect(anna.page.get_by_text("index.ipynb")).to_be_visible(timeout=PATIENCE)

    home = hub.home("anna", "replay")
    (folder,) = home.glob("lasting*")
    assert commit[:7] in folder.name
    notes, mine = "/user/anna/replay/api/contents/notes.txt", "as I have it"
    written = {"type": "file", "format": "text", "content": mine}
    assert hub.ask("PUT", notes, token, json=written).ok

    anna.page.goto(f"{hub.url}/v2/{repositories.spec('other')}")
    anna.page.get_by_role("button", name="Launch it").click()
    expect(anna.page.get_by_role("alert")).to_contain_text("You already have a running server.")

    (line,) = [line for line in hub.command("build", "list").splitlines() if "lasting.git" in line]
    assert "in use" in line and commit[:12] in line
    with pytest.raises(AssertionError, match="a server has it"):
        hub.command("build", "remove", line.split()[0])

    stop(hub, token)
    launch(anna, f"{hub.url}/v2/{repositories.spec('lasting', commit)}?urlpath=lab")
    assert hub.ask("GET", notes, token).json()["content"] == mine
    stop(hub, token)
    launch(anna, f"{hub.url}/v2/{repositories.spec('other')}?urlpath=lab")
    expect(anna.page.get_by_text("other.txt")).to_be_visible(timeout=PATIENCE)
    assert (folder / "notes.txt").read_text() == mine
    assert len(list(home.glob("other*/other.txt"))) == 1
