"""A catalogue from a git repository: fetched, renewed, and kept as it was when the repository has a fault or is gone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from git_over_http import GitServer
from person import Person
from playwright.sync_api import BrowserContext, Page, expect
from test_visitors import await_lab, sign_out, write_catalogue

INSTANCES = """\
instances:
  explore:
    title: Exploredata
    kind: ephemeral
    entry: [open]
    managers: [teacher]
    catalogue:
      repository: {url}
      file: shown/catalogue.yaml
"""
MORE = """\
      ice:
        title: Ice on the lake
        notebook: snow/snow.ipynb
"""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[GitServer]:
    """One with a catalogue in a folder."""
    one = GitServer(tmp_path)
    write_catalogue(one.work / "shown")
    one.push()
    yield one
    one.close()


@pytest.fixture
def git_hub(repository: GitServer) -> Iterator[CarrelHub]:
    """A hub that shows it."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + INSTANCES.format(url=repository.url))
        hub.start()
        yield hub
    finally:
        hub.close()


def shows(page: Page, hub: CarrelHub, title: str) -> bool:
    """Whether a visitor finds a notebook in the catalogue."""
    page.goto(f"{hub.url}/hub/catalogue/explore")
    return page.get_by_role("link", name=title).count() == 1


def test_a_catalogue_follows_its_repository(
    git_hub: CarrelHub, repository: GitServer, contexts: Callable[..., BrowserContext]
) -> None:
    hub, page = git_hub, contexts().new_page()
    catalogue = repository.work / "shown/catalogue.yaml"
    teacher = Person("teacher", hub.add_user("teacher"), contexts().new_page(), hub.url)
    teacher.sign_in()
    overview = f"{hub.url}/hub/instances/explore"

    # One click opens a notebook that came from the repository.
    assert eventually(lambda: shows(page, hub, "Snow on the tower"), pause=1), hub.end_of_log()
    picture = page.locator("li img")
    assert eventually(lambda: bool(picture.evaluate("one => one.complete && one.naturalWidth > 0")))
    page.get_by_role("link", name="Snow on the tower").click()
    page.get_by_role("button", name="Enter and start").click()
    await_lab(page, "/tree/catalogue/snow/snow.ipynb")
    expect(page.get_by_role("heading", name="Snow was deep in 2024")).to_be_visible()
    sign_out(page, hub)

    # What is pushed is shown.
    good = catalogue.read_text() + MORE
    catalogue.write_text(good)
    repository.push()
    assert eventually(lambda: shows(page, hub, "Ice on the lake"), pause=1), hub.end_of_log()
    teacher.page.goto(overview)
    expect(teacher.page.get_by_role("alert")).to_have_count(0)

    # A version with a fault isn't; its managers read what is wrong, and where.
    catalogue.write_text(good + "        pictures: none.png\n")
    repository.push()
    assert eventually(lambda: refresh_until_told(page, hub, "catalogue.notFetched"), pause=1), hub.end_of_log()
    assert shows(page, hub, "Ice on the lake") and shows(page, hub, "Snow on the tower")
    teacher.page.goto(overview)
    fault = teacher.page.get_by_role("alert")
    expect(fault).to_contain_text("The catalogue has a fault")
    line = len(good.splitlines()) + 1
    expect(fault).to_contain_text(f"shown/catalogue.yaml:{line}:9: sections.explore.entries.ice.pictures")
    expect(fault).to_contain_text("What was there before goes on being used")

    # Nor does anything go away with the repository.
    hidden = repository.bare.rename(repository.bare.with_name("hidden.git"))
    assert eventually(lambda: refresh_until_told(page, hub, "There is no repository at this address"), pause=1)
    assert shows(page, hub, "Ice on the lake")
    teacher.page.goto(overview)
    expect(fault).to_contain_text("There is no repository at this address")

    # Mended, all is well.
    # In one step, so that the hub finds the version with the fault no more.
    shown, repository.bare = repository.bare, hidden
    catalogue.write_text(good.replace("Ice on the lake", "Ice on both lakes"))
    repository.push()
    repository.bare = hidden.rename(shown)
    assert eventually(lambda: shows(page, hub, "Ice on both lakes"), pause=1), hub.end_of_log()
    teacher.page.goto(overview)
    expect(fault).to_have_count(0)
    told = re.findall("catalogue.notFetched", hub.log.read_text())
    assert len(told) == 2, "each fault is told once"


def refresh_until_told(page: Page, hub: CarrelHub, words: str) -> bool:
    """Opens the page, which has the hub look at the repository soon, and looks into the log."""
    page.goto(f"{hub.url}/hub/catalogue/explore")
    return words in hub.log.read_text()
