"""Signing in, with and without a mouse."""

from collections.abc import Callable

import pytest
from carrel_hub import CarrelHub
from person import PASSWORD, Person
from playwright.sync_api import Page, expect


def focused_name(page: Page) -> str:
    """The words of the part that has the focus."""
    return page.evaluate("document.activeElement.innerText || document.activeElement.id").strip()


def tab_to(page: Page, name: str, presses: int = 20) -> None:
    """Presses Tab until a part has the focus."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if focused_name(page).startswith(name):
            return
    raise AssertionError(f"{name} isn't reached by Tab")


def test_everything_until_the_start_goes_by_keyboard(hub: CarrelHub, people: Callable[..., Person]) -> None:
    karl = people("karl")
    page, keyboard = karl.page, karl.page.keyboard
    page.goto(hub.url)
    expect(page.get_by_label("User name")).to_be_focused()
    keyboard.type(karl.name)
    keyboard.press("Tab")
    keyboard.type(karl.one_time_password)
    keyboard.press("Enter")

    expect(page.get_by_label("New password")).to_be_focused()
    keyboard.type(PASSWORD)
    tab_to(page, "again")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    page.keyboard.press("Tab")
    assert focused_name(page) == "Skip to content"
    page.keyboard.press("Enter")
    tab_to(page, "Start")
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    tab_to(page, "Cancel")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def refusal_of(page: Page, hub: CarrelHub, name: str) -> str:
    """What the page says to a wrong password."""
    page.goto(f"{hub.url}/hub/login")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    return page.get_by_role("alert").inner_text()


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(hub: CarrelHub, people: Callable[..., Person]) -> None:
    mona = people("mona")
    words = [refusal_of(mona.page, hub, name) for name in ("mona", "nobody-of-that-name")]
    assert words[0]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    ("name", "elsewhere"), [("nina", "https://example.org/"), ("nils", "//example.org/"), ("nora", "/\\example.org")]
)
def test_signing_in_never_leads_elsewhere(
    hub: CarrelHub, people: Callable[..., Person], name: str, elsewhere: str
) -> None:
    nina = people(name)
    page = nina.page
    page.goto(f"{hub.url}/hub/login?next={elsewhere}")
    page.get_by_label("User name").fill(nina.name)
    page.get_by_label("Password", exact=True).fill(nina.one_time_password)
    page.get_by_role("button", name="Sign in").click()
    nina.choose_password()
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    assert page.url.startswith(hub.url)


def test_a_page_asked_for_before_signing_in_comes_afterwards(hub: CarrelHub, people: Callable[..., Person]) -> None:
    ruth = people("ruth")
    page = ruth.page
    page.goto(f"{hub.url}/hub/account")
    page.get_by_label("User name").fill(ruth.name)
    page.get_by_label("Password", exact=True).fill(ruth.one_time_password)
    page.get_by_role("button", name="Sign in").click()
    ruth.choose_password()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    assert page.url == f"{hub.url}/hub/account"


def test_all_of_it_works_without_javascript(hub: CarrelHub, people: Callable[..., Person]) -> None:
    pete = people("pete", java_script_enabled=False)
    pete.sign_in()
    pete.press_start()
    expect(pete.page.get_by_role("progressbar")).to_be_visible()
    pete.page.wait_for_url("**/user/pete/lab*")
    pete.stop()
    pete.sign_out()
