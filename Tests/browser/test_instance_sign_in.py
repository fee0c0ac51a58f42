"""Instances that want people to have signed in by one way."""

import re
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub
from playwright.sync_api import BrowserContext, Page, expect
from slapd import PEOPLE, SERVICE, Slapd

SETTINGS = """
authenticators:
  university:
    kind: ldap
    title: University of Hydrology
    servers: ["{address}"]
    certificateAuthority: {authority}
    bindName: {service}
    bindPasswordFile: {secret}
    base: {people}
instances:
  lakes:
    title: Lakes of Europe
    signIn: [university]
  ponds:
    title: Ponds
    signIn: [local]
  rivers:
    title: Rivers
"""
PASSWORD = "violet kettle over the fjord"


@pytest.fixture(scope="module")
def slapd() -> Iterator[Slapd]:
    with Slapd() as slapd:
        yield slapd


@pytest.fixture(scope="module")
def hub(slapd: Slapd) -> Iterator[CarrelHub]:
    """A hub with a directory, and an instance for its people."""
    hub = CarrelHub()
    try:
        settings = SETTINGS.format(
            address=slapd.address, authority=slapd.authority, secret=slapd.secret, service=SERVICE, people=PEOPLE
        )
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts().new_page()


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def type_name(page: Page, form: str, name: str, password: str) -> None:
    """Signs in with one of the page's forms."""
    shown = page.get_by_role("form", name=re.compile(form, re.IGNORECASE))
    shown.get_by_label("User name").fill(name)
    shown.get_by_label("Password").fill(password)
    shown.get_by_role("button", name=re.compile("^Sign in")).click()


def sign_in_there(page: Page, name: str) -> None:
    type_name(page, "with your account of University of Hydrology", name, Slapd.password(name))


def sign_in_here(page: Page, hub: CarrelHub, name: str) -> None:
    """Signs in to an account of the hub for the first time."""
    password = hub.add_user(name)
    page.goto(f"{hub.url}/hub/login")
    type_name(page, "an account of this hub", name, password)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    at_home(page)


def wants_another(page: Page) -> None:
    expect(page.get_by_role("heading", name="Lakes of Europe wants another sign-in")).to_be_visible()


def test_a_link_into_the_instance_shows_its_way_alone(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("anna")
    page.goto(f"{hub.url}/hub/enter/lakes")
    expect(page.get_by_label("User name")).to_have_count(1)
    expect(page.get_by_role("button", name="Sign in with University of Hydrology")).to_be_visible()
    sign_in_there(page, "anna")
    page.wait_for_url(re.compile("/hub/spawn(-pending)?/anna/lakes|/user/anna/lakes/"))
    # Elsewhere all ways are there.
    page.context.clear_cookies()
    for path in ("/hub/login", "/hub/enter/rivers", "/hub/spawn/anna/rivers"):
        page.goto(hub.url + path)
        expect(page.get_by_label("User name")).to_have_count(2)
    page.goto(f"{hub.url}/hub/enter/ponds")
    expect(page.get_by_label("User name")).to_have_count(1)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_who_came_another_way_is_told_and_led_there_and_back(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("emil")
    sign_in_here(page, hub, "local")
    for path in ("/hub/enter/lakes", "/hub/spawn/local/lakes"):
        assert page.goto(hub.url + path).status == 403
        wants_another(page)
    page.goto(f"{hub.url}/hub/enter/lakes")
    page.get_by_role("link", name="Sign in with University of Hydrology").click()
    expect(page.get_by_label("User name")).to_have_count(1)
    sign_in_there(page, "emil")
    page.wait_for_url(re.compile("/hub/spawn(-pending)?/emil/lakes|/user/emil/lakes/"))


def test_programs_are_held_to_it_too_and_other_instances_to_nothing(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("nina")
    hub.add_user("script")
    refused = hub.ask("POST", "/hub/api/users/script/servers/lakes", hub.token("script"))
    assert (refused.status_code, refused.json()["code"]) == (403, "hub.otherWay")
    page.goto(f"{hub.url}/hub/login")
    sign_in_there(page, "nina")
    at_home(page)
    for name, instance, status in (("nina", "lakes", 201), ("nina", "ponds", 403), ("script", "rivers", 201)):
        answer = hub.ask("POST", f"/hub/api/users/{name}/servers/{instance}", hub.token(name))
        assert answer.status_code in {status, status + 1}, (name, instance, answer.text)


def test_a_running_server_is_resumed_by_the_wanted_way_only(
    hub: CarrelHub, slapd: Slapd, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    slapd.add_person("both")
    sign_in_here(page, hub, "both")
    page.goto(f"{hub.url}/hub/account")
    page.get_by_role("button", name="Add University of Hydrology").click()
    page.get_by_label("User name at University of Hydrology").fill("both")
    page.get_by_label("Password there").fill(Slapd.password("both"))
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Done: you can sign in that way too now.")).to_be_visible()
    token = hub.token("both")
    hub.ask("POST", "/hub/api/users/both/servers/lakes", token)
    hub.await_answer("/user/both/lakes/api/status", within=120, token=token)
    # The local session still is one, and the server knows nobody yet.
    page.goto(f"{hub.url}/user/both/lakes/tree")
    wants_another(page)
    page.get_by_role("link", name="Sign in with University of Hydrology").click()
    sign_in_there(page, "both")
    page.wait_for_url(re.compile("/user/both/lakes/tree"))
