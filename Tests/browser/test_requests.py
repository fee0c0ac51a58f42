"""A user asks for more room, an admin grants it, and the user sees it; all with the keyboard or by label."""

import re
from collections.abc import Callable

import pytest
from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import expect
from test_looks import WAYS, check


@pytest.fixture
def admin(hub: CarrelHub, people: Callable[..., Person], request: pytest.FixtureRequest) -> Person:
    """Somebody who may see the admin page."""
    name = f"root-{abs(hash(request.node.name)) % 100_000}"
    person = people(name)
    hub.command("user", "admin", name)
    person.sign_in()
    return person


def test_more_room_is_asked_for_granted_and_seen(hub: CarrelHub, people: Callable[..., Person], admin: Person) -> None:
    user = people("hungry")
    user.sign_in()
    page = user.page
    page.get_by_role("link", name="Storage").click()
    expect(page.get_by_role("heading", name="Largest folders")).to_be_visible()
    page.get_by_label("How much in all").fill("50 G")
    page.get_by_label("What for").fill("For the <b>models</b>")
    page.get_by_role("button", name="Ask for more room").click()
    expect(page.get_by_role("alert")).to_contain_text("50 G")
    page.get_by_label("How much in all").fill("50 GB")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your request is with the admins")).to_be_visible()
    expect(page.get_by_text("For the <b>models</b>")).to_be_visible()
    assert not page.get_by_role("link", name="Admin").is_visible()

    admin.go_home()
    admin.page.get_by_role("link", name="Admin").click()
    wish = admin.page.get_by_role("listitem").filter(has_text="hungry")
    expect(wish).to_contain_text("For the <b>models</b>")
    expect(wish.get_by_label("Grant in all")).to_have_value("50 GB")
    wish.get_by_label("Grant in all").fill("30 GB")
    wish.get_by_label("What to say").fill("This much for now.")
    wish.get_by_role("button", name=re.compile("^Grant")).click()
    notice = admin.page.get_by_role("status").or_(admin.page.get_by_role("alert"))
    expect(notice.filter(has_text=re.compile("granted|noted"))).to_be_visible()
    expect(admin.page.get_by_role("listitem").filter(has_text="hungry")).to_have_count(0)

    user.go_home()
    expect(page.get_by_text("Your request for more room was granted: This much for now.")).to_be_visible()
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("listitem").filter(has_text="This much for now.")).to_contain_text("Granted")
    user.go_home()
    expect(page.get_by_text("Your request for more room was granted")).to_have_count(0)


def test_requests_come_and_go_on_the_admin_page_while_an_answer_is_written(
    hub: CarrelHub, people: Callable[..., Person], admin: Person
) -> None:
    first, second = people("early"), people("late")
    page = admin.page

    def ask(person: Person, text: str) -> None:
        person.page.goto(f"{hub.url}/hub/requests")
        person.page.get_by_label("What you need").select_option(label="A data space")
        person.page.get_by_label("In your words").fill(text)
        person.page.get_by_role("button", name="Send").click()

    for person in (first, second):
        person.sign_in()
    page.goto(f"{hub.url}/hub/admin")
    before = page.get_by_role("heading", name=re.compile("open request")).inner_text()
    page.evaluate("window.wasLoaded = true")
    ask(first, "A place for the snow")
    wish = page.get_by_role("listitem").filter(has_text="A place for the snow")
    expect(wish).to_be_visible()
    wish.get_by_label("What to say").fill("As you like")
    ask(second, "A place for the hail")
    other = page.get_by_role("listitem").filter(has_text="A place for the hail")
    expect(other).to_be_visible()
    expect(wish.get_by_label("What to say")).to_have_value("As you like")
    expect(page.get_by_role("heading", name=re.compile("open request"))).not_to_have_text(before)

    for person in (first, second):
        person.page.get_by_role("button", name=re.compile("^Withdraw")).click()
    expect(other).to_have_count(0)
    expect(wish.get_by_label("What to say")).to_have_value("As you like")
    assert page.evaluate("window.wasLoaded")


def test_the_largest_folders_come_by_themselves_or_by_a_link(people: Callable[..., Person], hub: CarrelHub) -> None:
    user = people("folders")
    user.sign_in()
    user.page.goto(f"{hub.url}/hub/storage")
    # Counted, or said why not; in either case the link and the bar are gone.
    expect(user.page.get_by_role("link", name="Count them")).to_have_count(0)
    expect(user.page.get_by_role("progressbar", name="Counting your files")).to_have_count(0)


def test_a_request_is_withdrawn_and_pages_work_without_scripts(people: Callable[..., Person], hub: CarrelHub) -> None:
    user = people("plain", java_script_enabled=False)
    user.sign_in()
    page = user.page
    page.goto(f"{hub.url}/hub/storage")
    page.get_by_role("link", name="Count them").click()
    expect(page.get_by_role("link", name="Count them")).to_have_count(0)
    page.get_by_role("navigation", name="Storage").get_by_role("link", name="Requests").click()
    page.get_by_label("What you need").select_option(label="A data space")
    page.get_by_label("In your words").fill("The rain of 2026")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name=re.compile("^Withdraw")).click()
    expect(page.get_by_role("listitem").filter(has_text="The rain of 2026")).to_contain_text("Withdrawn")


def test_the_quota_command_is_heard(hub: CarrelHub, people: Callable[..., Person], admin: Person) -> None:
    people("quoted")
    assert "may hold 30 GB" in hub.command("user", "quota", "quoted", "30 GB")
    admin.page.goto(f"{hub.url}/hub/admin?q=quoted")
    row = admin.page.get_by_role("row").filter(has_text="quoted")
    row.get_by_text("Quota").first.click()
    expect(row.get_by_label("Quota of quoted")).to_have_value("30 GB")
    hub.command("user", "quota", "quoted", "default")


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_the_pages_in_the_dark_and_on_a_phone(
    people: Callable[..., Person], hub: CarrelHub, scheme: str, viewport: dict[str, int]
) -> None:
    user = people(f"walls-{scheme}-{viewport['width']}", color_scheme=scheme, viewport=viewport)
    hub.command("user", "admin", user.name)
    user.sign_in()
    user.page.goto(f"{hub.url}/hub/requests")
    user.page.get_by_label("In your words").fill("A package with a rather long name: " + "x" * 80)
    user.page.get_by_role("button", name="Send").click()
    for path in ("storage", "requests", "restore", "admin"):
        user.page.goto(f"{hub.url}/hub/{path}")
        check(user.page, scheme)
