"""New accounts and new passwords: links for a password, sign-up, and names whose earlier users left files."""

import re
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub
from person import PASSWORD, Person
from playwright.sync_api import BrowserContext, Page, expect
from test_accounts import set_up, show_password

OTHER = "seven quiet lanterns on the quay"
SECRET = re.compile(r"#[0-9a-f]{64}$")


def hub_with(accounts: str) -> Iterator[CarrelHub]:
    """A hub with some settings of accounts."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + f"accounts: {{{accounts}}}\n")
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def waiting_hub() -> Iterator[CarrelHub]:
    """A hub on which people ask for accounts."""
    yield from hub_with("signUp: approval, mostSignUpsPerAddress: 50")


@pytest.fixture
def open_hub() -> Iterator[CarrelHub]:
    """A hub on which people make accounts."""
    yield from hub_with("signUp: open")


def admin_of(hub: CarrelHub, page: Page, name: str) -> Person:
    """An admin of a hub, signed in."""
    one_time = hub.add_user(name)
    hub.command("user", "admin", name)
    admin = Person(name, one_time, page, hub.url)
    admin.sign_in()
    return admin


def choose(page: Page, password: str) -> None:
    """Fills the form for a password that was opened by a link."""
    page.get_by_label("New password").fill(password)
    page.get_by_label("The same once more").fill(password)
    page.get_by_role("button", name="Set the password").click()


def sign_up(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    """Goes from the sign-in page to that of sign-up, and sends its form."""
    page.goto(f"{url}/hub/login")
    page.get_by_role("link", name=re.compile("an account$")).click()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("The same once more").fill(password)
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_role("button", name=re.compile("an account$")).click()


def test_a_link_lets_somebody_choose_a_password_once(
    hub: CarrelHub, people: Callable[..., Person], contexts: Callable[..., BrowserContext]
) -> None:
    nuria = people("nuria")
    nuria.sign_in()
    root = admin_of(hub, contexts(permissions=["clipboard-read", "clipboard-write"]).new_page(), "nuria-admin").page
    root.goto(f"{hub.url}/hub/admin?q=nuria")
    root.get_by_role("rowheader").get_by_role("link", name="nuria", exact=True).click()
    root.get_by_role("button", name="Make a link").click()
    link = root.get_by_label("The link").input_value()
    assert link.startswith(f"{hub.url}/hub/reset#") and SECRET.search(link)
    root.get_by_role("button", name="Copy").click()
    assert root.evaluate("navigator.clipboard.readText()") == link
    root.goto(f"{hub.url}/hub/admin/users/nuria")
    expect(root.get_by_text("There is one that nuria-admin made")).to_be_visible()
    assert link not in root.content()

    page = contexts().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    choose(page, "short")
    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    choose(page, OTHER)
    expect(page.get_by_text("Your password is set. Sign in with it.")).to_be_visible()
    secret = link.split("#")[1]
    assert not any(secret in url.partition("#")[0] for url in asked)
    assert secret not in hub.log.read_text(errors="replace")

    nuria.go_home()
    expect(nuria.page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("User name").fill("nuria")
    page.get_by_label("Password", exact=True).fill(OTHER)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    again = contexts().new_page()
    again.goto(link)
    expect(again.get_by_role("alert")).to_contain_text("This link doesn’t work")


def test_the_command_line_makes_a_link_and_the_second_factor_stays_on(
    hub: CarrelHub, people: Callable[..., Person], contexts: Callable[..., BrowserContext]
) -> None:
    nele = people("nele")
    nele.sign_in()
    app, _ = set_up(nele)
    nele.sign_out()
    show_password(nele.page, nele)
    expect(nele.page.get_by_label("Code", exact=True)).to_be_focused()

    first, second = (hub.command("user", "password", "nele", "--link").split()[-1] for _ in range(2))
    page = contexts(java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 800}).new_page()
    page.goto(first)
    page.get_by_label("Your link").fill(first)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This link doesn’t work")
    page.get_by_label("Your link").fill(second)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The second factor of this account stays on")).to_be_visible()
    choose(page, PASSWORD)
    expect(page.get_by_text("Your password is set. Sign in with it.")).to_be_visible()

    nele.page.get_by_label("Code", exact=True).fill(app.code())
    nele.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(nele.page.get_by_role("heading", name="Sign in")).to_be_visible()
    show_password(nele.page, nele)
    expect(nele.page.get_by_label("Code", exact=True)).to_be_visible()


def test_a_link_of_a_disabled_account_is_like_an_old_one(
    hub: CarrelHub, people: Callable[..., Person], contexts: Callable[..., BrowserContext]
) -> None:
    people("nick")
    page = contexts().new_page()
    alerts: set[str] = set()
    link = hub.command("user", "password", "nick", "--link").split()[-1]
    hub.command("user", "disable", "nick")
    for one in (link, link[:-1] + ("0" if link[-1] != "0" else "1")):
        page.goto("about:blank")
        page.goto(one)
        alert = page.get_by_role("alert")
        expect(alert).to_be_visible()
        alerts.add(alert.inner_text())
    assert len(alerts) == 1


def test_somebody_waits_until_an_admin_approves(
    waiting_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    hub = waiting_hub
    root = admin_of(hub, contexts().new_page(), "wanda-admin").page
    root.goto(f"{hub.url}/hub/admin")
    expect(root.get_by_role("heading", name="0 people ask for an account")).to_be_visible()

    page = contexts().new_page()
    sign_up(page, hub.url, "wanda")
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    wanda = Person("wanda", PASSWORD, page, hub.url, has_chosen=True)
    show_password(page, wanda)
    expect(page.get_by_role("alert")).to_contain_text("an admin has yet to approve your account")

    # It comes without a reload.
    entry = root.get_by_role("region", name=re.compile("an account$")).get_by_role("listitem")
    expect(entry).to_contain_text("wanda@example.org")
    expect(root.get_by_role("heading", name="1 person asks for an account")).to_be_visible()
    entry.get_by_role("button", name="Approve wanda").click()
    expect(root.get_by_text("The account is made.")).to_be_visible()
    wanda.sign_in()
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("wanda@example.org")).to_be_visible()
    root.goto(f"{hub.url}/hub/admin/users/wanda")
    expect(root.get_by_text("wanda@example.org")).to_be_visible()


def test_somebody_is_refused_and_a_taken_name_says_so(
    waiting_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    hub = waiting_hub
    root = admin_of(hub, contexts().new_page(), "willi-admin").page
    page = contexts(java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 800}).new_page()
    for name in ("willi-admin", "Willi-Admin"):
        sign_up(page, hub.url, name)
        expect(page.get_by_role("alert")).to_be_visible()
    sign_up(page, hub.url, "willi")
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    assert not re.search(r"^willi\s", hub.command("user", "list"), re.MULTILINE)
    root.goto(f"{hub.url}/hub/admin")
    root.get_by_role("button", name="Refuse willi", exact=True).click()
    expect(root.get_by_text("They are off the list")).to_be_visible()
    show_password(page, Person("willi", PASSWORD, page, hub.url, has_chosen=True))
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is wrong")


def test_an_account_is_made_at_once_and_five_a_day_come_from_one_address(
    open_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    for number in range(5):
        page = contexts().new_page()
        sign_up(page, open_hub.url, f"olga{number}")
        expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    page = contexts().new_page()
    sign_up(page, open_hub.url, "olga5")
    expect(page.get_by_role("alert")).to_contain_text("As many people have signed up from your network today as may")
    # A removed user's files are nobody else's.
    home = open_hub.state / "homes/default/olga0"
    home.mkdir(parents=True)
    open_hub.command("user", "remove", "olga0")
    open_hub.configuration.write_text(
        open_hub.configuration.read_text().replace("signUp: open", "signUp: open, mostSignUpsPerAddress: 50")
    )
    open_hub.command("config", "reload")
    sign_up(page, open_hub.url, "olga0")
    expect(page.get_by_role("alert")).to_contain_text("carrel user add olga0 --take-home")


def test_there_is_no_sign_up_unless_it_is_wanted(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts().new_page()
    page.goto(f"{hub.url}/hub/login")
    expect(page.get_by_role("link", name=re.compile("an account$"))).to_have_count(0)
    for path in ("sign-up", "signup"):
        answer = page.goto(f"{hub.url}/hub/{path}")
        assert answer is not None and answer.status == 404
