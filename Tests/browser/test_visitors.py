"""Exploredata: people without an account explore, wait for a place, and leave nothing behind."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from playwright.sync_api import BrowserContext, Page, expect
from test_looks import WAYS, check

CODE = "norunda tower"
INSTANCES = """\
instances:
  explore:
    title: Exploredata
    description: Look at the measurements of the last years.
    kind: ephemeral
    entry: [code]
    capacity: 1
    managers: [teacher]
    catalogue: catalogue/catalogue.yaml
    terms:
      use:
        title: the terms of use
        url: https://example.org/terms
      licence:
        title: the data licence
  quick:
    title: Quick look
    kind: ephemeral
    entry: [open]
    idleLimit: {idle}s
"""
CATALOGUE = """\
title: Explore the data
sections:
  explore:
    title: Explore
    entries:
      snow:
        title: Snow on the tower
        text: How deep it was, winter by winter.
        picture: snow.svg
        notebook: snow/snow.ipynb
        doi: 10.18160/SNOW-2026
"""
IDLE = 12


def write_catalogue(folder: Path) -> None:
    """Makes the operator's folder with the data file, a picture and a notebook."""
    (folder / "snow").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "catalogue.yaml").write_text(CATALOGUE)
    (folder / "snow.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 3h4V2z"/></svg>'
    )
    text = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Snow was deep in 2024"}
    notebook = {"cells": [text], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "snow/snow.ipynb").write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def open_hub() -> Iterator[CarrelHub]:
    """A hub with an Exploredata that has one place, and one that stops what is unused."""
    hub = CarrelHub()
    try:
        text = hub.configuration.read_text().replace("servers:\n", "servers:\n  idleCheckInterval: 1s\n")
        hub.configuration.write_text(text + INSTANCES.format(idle=IDLE))
        write_catalogue(hub.folder / "catalogue")
        hub.start()
        yield hub
    finally:
        hub.close()


def homes(hub: CarrelHub, instance: str) -> list[str]:
    """What is on the disk of the homes of an instance, also what is only set aside."""
    folder = hub.state / "homes" / instance
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def is_home_of(name: str, folders: list[str]) -> bool:
    """Whether the only home is that of a user; a name that no Unix user can have is cut and marked."""
    return len(folders) == 1 and folders[0].startswith(name[:14])


def await_lab(page: Page, path: str = "") -> None:
    page.wait_for_url(re.compile(rf"/user/visitor-[a-z]+/[a-z]+/lab{path}"), timeout=300_000)
    expect(page.get_by_role("menubar")).to_be_visible(timeout=300_000)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)


def sign_out(page: Page, hub: CarrelHub) -> None:
    page.goto(f"{hub.url}/hub/home")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def set_code(hub: CarrelHub, page: Page) -> None:
    """The teacher sets the code on its page."""
    from person import Person  # the fixture `people` makes users of another hub

    teacher = Person("teacher", hub.add_user("teacher"), page, hub.url)
    teacher.sign_in()
    page.goto(f"{hub.url}/hub/instances/explore/code")
    expect(page.get_by_text("There is no code")).to_be_visible()
    page.get_by_label("New code").fill(CODE)
    page.get_by_role("button", name="Set the code").click()
    expect(page.get_by_role("status")).to_contain_text("The code is set")


def enter(page: Page) -> None:
    """Fills the entry form."""
    page.get_by_label("Access code").fill(CODE.upper())
    page.get_by_label("I agree to the terms of use").check()
    page.get_by_label("I agree to the data licence").check()
    page.get_by_role("button", name="Enter and start").click()


def test_a_class_explores_waits_and_leaves_nothing(
    open_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    hub = open_hub
    set_code(hub, contexts().new_page())

    # The first comes by the catalogue: one click, the code, the terms, and the notebook is there.
    one = contexts().new_page()
    one.goto(f"{hub.url}/hub/login")
    one.get_by_role("link", name="Exploredata").click()
    one.goto(f"{hub.url}/hub/catalogue/explore")
    expect(one.get_by_role("heading", name="Explore the data")).to_be_visible()
    picture = one.locator("li img")
    assert eventually(lambda: bool(picture.evaluate("one => one.complete && one.naturalWidth > 0")))
    one.get_by_role("link", name="Snow on the tower").click()
    one.get_by_role("button", name="Enter and start").click()
    assert "/hub/enter/explore" in one.url, "the browser itself asks for the code"
    one.get_by_label("Access code").fill("something else")
    one.get_by_label("I agree to the terms of use").check()
    one.get_by_role("button", name="Enter and start").click()
    expect(one.get_by_text("Tick this box to go on.")).to_have_count(1)
    expect(one.get_by_label("I agree to the terms of use")).to_be_checked()
    one.get_by_label("I agree to the data licence").check()
    one.get_by_label("Access code").fill("something else")
    one.get_by_role("button", name="Enter and start").click()
    expect(one.get_by_role("alert")).to_contain_text("That is not the code.")
    enter(one)
    await_lab(one, "/tree/catalogue/snow/snow.ipynb")
    expect(one.get_by_role("heading", name="Snow was deep in 2024")).to_be_visible()
    first = re.findall("visitor-[a-z]+", one.url)[0]
    assert is_home_of(first, homes(hub, "explore"))
    (hub.state / "homes/explore" / homes(hub, "explore")[0] / "work.txt").write_text("mine")

    # Two more come at once for the only place: they wait in order, and can go away meanwhile.
    two, three = contexts().new_page(), contexts().new_page()
    for number, page in enumerate((two, three), start=1):
        page.goto(f"{hub.url}/hub/enter/explore")
        enter(page)
        page.get_by_role("link", name="Start without a notebook").click()
        words = "You are next." if number == 1 else "You are number 2: 1 before you."
        expect(page.get_by_text(words)).to_be_visible()
    assert is_home_of(first, homes(hub, "explore"))
    two_name = re.findall("visitor-[a-z]+", two.url)[0]
    two.goto("about:blank")

    # The first leaves: all of it goes, and the second is let in though nobody looks.
    sign_out(one, hub)
    assert eventually(lambda: is_home_of(two_name, homes(hub, "explore"))), homes(hub, "explore")
    expect(three.get_by_text("You are next.")).to_be_visible()
    two.goto(f"{hub.url}/hub/spawn-pending/{two_name}/explore")
    await_lab(two)
    listed = two.evaluate("fetch(location.pathname.replace(/lab.*/, 'api/contents/')).then(one => one.text())")
    assert "work.txt" not in listed, listed
    sign_out(two, hub)
    await_lab(three)
    sign_out(three, hub)
    assert eventually(lambda: homes(hub, "explore") == []), homes(hub, "explore")
    assert eventually(lambda: "visitor-" not in hub.command("user", "list"))


def test_an_unused_server_is_stopped_and_emptied(open_hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    hub = open_hub
    page = contexts().new_page()
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Quick look").click()
    expect(page.get_by_text("Nothing is kept here")).to_be_visible()
    page.get_by_role("button", name="Enter and start").click()
    await_lab(page)
    (name,) = homes(hub, "quick")
    # The page is left: what is open in it would count as use.
    page.goto("about:blank")
    assert eventually(lambda: homes(hub, "quick") == []), hub.end_of_log()
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_text(re.compile("Stopped after .* without use"))).to_be_visible()
    expect(page.get_by_text("Nothing is kept: your files go when it stops")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Start")).click()
    await_lab(page)
    # A killed hub: the next one finds what is left and removes it.
    hub.kill_hub()
    leftover = hub.state / "homes/quick/visitor-nobody"
    leftover.mkdir()
    (leftover / "file").write_text("old")
    hub.start()
    assert eventually(lambda: homes(hub, "quick") == [name]), homes(hub, "quick")
    sign_out(page, hub)
    assert eventually(lambda: homes(hub, "quick") == []), homes(hub, "quick")


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_entry_and_catalogue_look_well(
    open_hub: CarrelHub, contexts: Callable[..., BrowserContext], scheme: str, viewport: dict[str, int]
) -> None:
    page = contexts(color_scheme=scheme, viewport=viewport).new_page()
    for address in ("/hub/login", "/hub/enter/explore", "/hub/enter/quick", "/hub/catalogue/explore"):
        answer = page.goto(open_hub.url + address)
        assert answer
        assert answer.status == 200, address
        check(page, scheme)
