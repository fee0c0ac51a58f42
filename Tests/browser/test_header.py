"""Signing in by what a web server before Carrel says in a header."""

import re
from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import pytest
from carrel_hub import CarrelHub, eventually
from playwright.sync_api import BrowserContext, Page, expect

SECRET = "what only the portal knows"
SETTINGS = """
accounts:
  localForm: false
authenticators:
  portal:
    kind: header
    title: Portal of the Institute
    userHeader: X-Remote-User
    emailHeader: X-Remote-Mail
    groupsHeader: X-Remote-Groups
    secretFile: {secret}
    signOutURL: {url}/hub/api
    memberships:
      lakes:
        groups: [lakes]
        group: lakes
"""


def proof(name: str, secret: str = SECRET, groups: str = "") -> dict[str, str]:
    """What the web server says."""
    said = {"X-Remote-User": name, "X-Remote-Mail": f"{name}@example.org", "X-Carrel-Secret": secret}
    return said | ({"X-Remote-Groups": groups} if groups else {})


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub behind a web server that signs people in."""
    hub = CarrelHub()
    try:
        secret = hub.folder / "portal.secret"
        secret.write_text(SECRET + "\n")
        settings = SETTINGS.format(secret=secret, url=hub.url)
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        hub.command("user", "add", "chief", "--admin")
        yield hub
    finally:
        hub.close()


@pytest.fixture
def page_of(contexts: Callable[..., BrowserContext]) -> Callable[[dict[str, str]], Page]:
    """Opens a browser whose requests say something more."""
    return lambda said: contexts(extra_http_headers=said).new_page()


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def groups(hub: CarrelHub, name: str) -> list[str]:
    """The groups that the hub has somebody in."""
    return sorted(hub.ask("GET", f"/hub/api/users/{name}", hub.token("chief")).json()["groups"])


def test_who_is_proven_is_in_at_once_and_goes_on_where_they_wanted(
    hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]
) -> None:
    page = page_of(proof("anna", groups="others, lakes"))
    page.goto(f"{hub.url}/hub/storage")
    page.wait_for_url(f"{hub.url}/hub/storage")
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are anna here.")).to_be_visible()
    expect(page.get_by_text("As anna@example.org")).to_be_visible()
    assert groups(hub, "anna") == ["lakes"]
    assert SECRET not in hub.log.read_text()
    assert "x-remote-user" in (hub.state / "run").joinpath("proxy.arguments").read_text()


def test_beside_another_way_there_is_a_button(hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]) -> None:
    page = page_of(proof("bert"))
    page.goto(f"{hub.url}/hub/login?form=local")
    expect(page.get_by_label("User name")).to_be_visible()
    page.get_by_role("link", name="Continue as bert@example.org").click()
    at_home(page)


@pytest.mark.parametrize("secret", ["", "what only the portal know", SECRET + "!"])
def test_without_the_secret_a_name_is_nothing(
    hub: CarrelHub, page_of: Callable[[dict[str, str]], Page], secret: str
) -> None:
    page = page_of(proof("carl", secret))
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_label("User name")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Continue"))).to_have_count(0)
    page.goto(f"{hub.url}/hub/oauth_login/portal")
    expect(page.get_by_role("heading", name="You aren’t signed in")).to_be_visible()
    assert "carl" not in hub.command("user", "list")
    assert eventually(lambda: "signIn.headerUnproven" in hub.log.read_text())


def test_a_header_that_comes_twice_names_nobody(hub: CarrelHub) -> None:
    connection = HTTPConnection("127.0.0.1", hub.port, timeout=30)
    connection.putrequest("GET", "/hub/login?form=local")
    for name, value in [*proof("dora").items(), ("x-remote-user", "chief")]:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 200
    assert "Continue as" not in answer.read().decode()
    connection.close()


def test_another_name_ends_the_session(hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]) -> None:
    page = page_of(proof("emma"))
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    # Without the headers the session goes on: a proxy may send them to the sign-in page only.
    page.context.set_extra_http_headers({})
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    page.context.set_extra_http_headers(proof("fritz", "wrong"))
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    page.context.set_extra_http_headers(proof("fritz"))
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are fritz here.")).to_be_visible()


def test_signing_out_goes_to_the_address(hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]) -> None:
    page = page_of(proof("gisa"))
    page.goto(f"{hub.url}/hub/home")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{hub.url}/hub/api")
    page.goto(f"{hub.url}/hub/login?signed-out=1")
    expect(page.get_by_role("link", name="Continue as gisa@example.org")).to_be_visible()


def test_a_name_of_the_hub_is_never_taken(hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]) -> None:
    page = page_of(proof("chief"))
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("heading", name="That name is somebody’s already")).to_be_visible()


def test_a_name_that_can_be_none_is_refused_in_words(hub: CarrelHub, page_of: Callable[[dict[str, str]], Page]) -> None:
    page = page_of(proof("a/b"))
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("heading", name="There is no name for you")).to_be_visible()
