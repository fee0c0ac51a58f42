"""Making an instance without being an admin, and changing its settings on a page, while somebody else does so too."""

import re
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import BrowserContext, Page, expect

MAKERS = "accounts:\n  instanceMakers: [teachers]\n"


@pytest.fixture
def hub() -> Iterator[CarrelHub]:
    """A hub on which teachers make instances; anna is one."""
    one = CarrelHub()
    one.configuration.write_text(one.configuration.read_text() + MAKERS)
    try:
        one.start()
        yield one
    finally:
        one.close()


@pytest.fixture
def anna(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Person:
    password = hub.add_user("anna")
    hub.command("group", "add", "teachers")
    hub.command("group", "members", "add", "teachers", "anna")
    one = Person("anna", password, contexts().new_page(), hub.url)
    one.sign_in()
    return one


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_a_teacher_makes_an_instance_within_the_limits(anna: Person) -> None:
    page = anna.page
    page.get_by_role("link", name="New instance").click()
    page.get_by_label("Name", exact=True).fill("field-work")
    page.get_by_label("Title").fill("Field work")
    page.get_by_label("Persistent").check()
    page.get_by_label(re.compile("^Account")).check()
    page.get_by_text("Limits", exact=True).click()
    quota = page.get_by_label("Each home may hold")
    quota.fill("900 GB")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("An admin can allow more.")
    expect(quota).to_have_value("900 GB")
    expect(quota).to_have_attribute("aria-invalid", "true")
    expect(quota).to_have_accessible_description(re.compile("At most"))
    quota.fill("2 GB")
    page.get_by_role("button", name="Make it").click()
    tabs = page.get_by_role("navigation", name="Field work")
    for tab in ("People", "Settings", "Overview"):
        tabs.get_by_role("link", name=tab).click()
        expect(tabs.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_have_text("Field work")


def test_two_tabs_do_not_overwrite_each_other(hub: CarrelHub, anna: Person) -> None:
    hub.command("instance", "add", "lab", "--set", "title=The lab", "--set", "managers=[anna]")
    one, two = anna.page, anna.page.context.new_page()
    for page in (one, two):
        page.goto(f"{hub.url}/hub/instances/lab/settings")
    one.get_by_label("Title").fill("Anna’s lab")
    one.get_by_label("Places for people").fill("12")
    save(one)
    expect(one.get_by_role("status")).to_contain_text("Saved.")

    two.get_by_label("Title").fill("Another lab")
    save(two)
    expect(two.get_by_role("alert")).to_contain_text("Somebody changed these settings")
    title = two.get_by_label("Title")
    expect(title).to_have_value("Another lab")
    expect(title).to_have_accessible_description(re.compile("Somebody made this “Anna’s lab” meanwhile"))
    expect(two.get_by_label("Places for people")).to_have_value("12")
    save(two)
    expect(two.get_by_role("status")).to_contain_text("Saved.")
    one.reload()
    expect(one.get_by_role("heading", level=1)).to_have_text("Another lab")


def test_what_is_wrong_is_said_beside_its_field(hub: CarrelHub, anna: Person) -> None:
    hub.command("instance", "add", "lab", "--set", "title=The lab", "--set", "managers=[anna]")
    page = anna.page
    page.goto(f"{hub.url}/hub/instances/lab/settings")
    page.get_by_label("Title").fill("Renamed")
    places = page.get_by_label("Places for people")
    places.fill("many")
    save(page)
    expect(places).to_have_accessible_description(re.compile("Found “many”"))
    expect(page.get_by_label("Title")).to_have_value("Renamed")
    page.get_by_role("alert").get_by_role("link", name="Places for people").press("Enter")
    expect(places).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Title")).to_have_value("Renamed")
