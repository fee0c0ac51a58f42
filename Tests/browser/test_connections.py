"""Connecting data sources: what people see and type, where nothing is reached; test_data_gateway.py has what is."""

import re
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub
from contrast import contrast
from hub_people import PASSWORD as VISITORS_PASSWORD
from hub_people import Visitor
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, Locator, Page, expect

SETTINGS = """\
dataSources:
  b2drop:
    title: B2DROP
    description: Your files at EUDAT.
    address: https://127.0.0.1:9/remote.php/webdav
    passwordHelp: https://b2drop.eudat.eu/settings/user/security
    inStartOptions: true
  datahub:
    kind: onedata
    title: EGI DataHub
    address: https://127.0.0.1:9
    access: readOnly
  lakes:
    title: Lakes
    address: https://127.0.0.1:9/dav
    groups: [lakes]
"""
SECRET = "s3cret-app-passw0rd"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub with data sources that nobody reaches."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS)
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Signs somebody new in."""

    def made(name: str, **how: object) -> Person:
        person = Person(name, hub.add_user(name), contexts(**how).new_page(), hub.url)
        person.sign_in()
        return person

    return made


def card(page: Page, title: str) -> Locator:
    """What is said about a data source."""
    return page.get_by_role("article", name=title)


def connect(page: Page, title: str, secret: str = SECRET) -> None:
    """Fills the form in and sends it, with the keyboard alone."""
    page.goto(page.url)
    form = card(page, title)
    form.get_by_label("User name").focus()
    page.keyboard.type("anna@example.org")
    form.get_by_label(re.compile("App password")).focus()
    page.keyboard.type(secret)
    page.keyboard.press("Enter")


def test_the_page_is_found_and_says_what_there_is(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    page = comer("linker").page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Connections").click()
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    drop = card(page, "B2DROP")
    expect(drop.get_by_text("Your files at EUDAT.")).to_be_visible()
    expect(drop.get_by_text("~/b2drop")).to_be_visible()
    expect(drop.get_by_text("Not connected")).to_be_visible()
    expect(drop.get_by_role("link", name=re.compile("at B2DROP"))).to_have_attribute(
        "href", "https://b2drop.eudat.eu/settings/user/security"
    )
    expect(drop.get_by_role("button", name=re.compile("^Test"))).to_have_count(0)
    expect(card(page, "EGI DataHub").get_by_text("Read only")).to_be_visible()
    expect(card(page, "EGI DataHub").get_by_label("User name")).to_have_count(0)
    expect(card(page, "Lakes")).to_have_count(0)
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("heading", name="Files kept elsewhere")).to_be_visible()


def test_what_cant_be_tried_now_is_kept_and_that_is_said(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    page = comer("linker-two").page
    page.goto(f"{hub.url}/hub/connections")
    connect(page, "B2DROP")
    expect(card(page, "B2DROP").get_by_text("Not tried yet")).to_be_visible()
    assert SECRET not in page.content()
    assert SECRET not in hub.log.read_text()


def test_the_form_works_without_scripts(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    page = comer("linker-plain", java_script_enabled=False).page
    page.goto(f"{hub.url}/hub/connections")
    connect(page, "B2DROP", secret="")
    expect(card(page, "B2DROP").get_by_role("alert")).to_contain_text("The password or token is missing.")


def test_the_state_is_looked_at_again(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    page = comer("linker-live").page
    page.clock.install()
    page.goto(f"{hub.url}/hub/connections")
    said = {
        "code": "connected",
        "title": "Connected",
        "message": "Connected.",
        "remedy": "",
        "tone": "good",
        "icon": "check",
        "waiting": 3,
        "waiting_words": "3 files waiting to be uploaded",
        "conflicts": ["<b>notes</b>.md"],
    }
    page.route(
        "**/api/carrel/connections",
        lambda route: route.fulfill(json={"connections": [{"name": "b2drop", "state": said}]}),
    )
    page.clock.run_for(6_000)
    drop = card(page, "B2DROP")
    expect(drop.get_by_text("Connected", exact=True)).to_be_visible()
    expect(drop.get_by_text("3 files waiting to be uploaded")).to_be_visible()
    expect(drop.get_by_text("<b>notes</b>.md")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(["B2DROP: Connected."])


def test_what_a_program_types(hub: CarrelHub) -> None:
    visitor = Visitor(hub).sign_in("linker-curl", hub.add_user("linker-curl"), VISITORS_PASSWORD)
    fields = {"b2drop-user": "anna@example.org", "b2drop-pwd": SECRET, "b2drop-remember": "on"}
    answer = visitor.post("/hub/spawn", fields)
    assert answer.status_code == 303
    assert SECRET not in answer.text
    token = hub.token("linker-curl")
    body = {"user": "anna@example.org", "password": SECRET}
    answer = hub.ask("PUT", "/hub/api/carrel/connections/b2drop", token, json=body)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    answer = hub.ask("GET", "/hub/api/carrel/connections", token)
    assert [one["name"] for one in answer.json()["connections"]] == ["b2drop", "datahub"]
    assert answer.json()["is_live"] is True
    assert hub.ask("DELETE", "/hub/api/carrel/connections/b2drop", token).status_code == 204


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)])
def test_looks(hub: CarrelHub, comer: Callable[..., Person], scheme: str, viewport: dict[str, int]) -> None:
    page = comer(f"linker-{scheme}-{viewport['width']}", color_scheme=scheme, viewport=viewport).page
    page.goto(f"{hub.url}/hub/connections")
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]
    for text in ("Not connected", "Your files at EUDAT."):
        assert contrast(card(page, "B2DROP").get_by_text(text)) >= 4.5
    for part in page.get_by_role("button").all() + page.get_by_role("textbox").all():
        box = part.bounding_box()
        assert box is None or box["height"] >= 24, part
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("heading", name="Files kept elsewhere")).to_be_visible(timeout=PATIENCE)
