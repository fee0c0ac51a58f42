"""Coming from the page of a virtual research environment of D4Science: with its token, or not at all."""

import base64
import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from carrel_hub import CarrelHub, command_line, eventually
from checkin import Checkin
from inside import run_inside
from playwright.sync_api import BrowserContext, Page, expect

FARM = "/d4science.research-infrastructures.eu/FARM"
RIVERS, LAKES, OTHER = f"{FARM}/Rivers", f"{FARM}/Lakes", "/d4science.research-infrastructures.eu/ODD/Seas"
SETTINGS = """
authenticators:
  d4science:
    title: D4Science
    issuer: {issuer}
    clientID: carrel
    clientSecretFile: {secret}
    refresh: 10s
    contexts: ["{farm}/*"]
"""


@pytest.fixture(scope="module")
def realm() -> Iterator[Checkin]:
    """A realm with two environments."""
    with Checkin() as realm:
        realm.contexts = {RIVERS: set(), LAKES: set(), OTHER: set()}
        yield realm


@pytest.fixture(scope="module")
def hub(realm: Checkin) -> Iterator[CarrelHub]:
    """A hub that lets people in from there only."""
    hub = CarrelHub()
    try:
        secret = hub.folder / "secret"
        secret.write_text("the client's secret\n")
        text = hub.configuration.read_text().replace("hub:\n", f"hub:\n  publicURL: {hub.url}\n", 1)
        hub.configuration.write_text(text + SETTINGS.format(issuer=realm.issuer, secret=secret, farm=FARM))
        realm.add_client("carrel", "the client's secret", [f"{hub.url}/hub/oauth_callback/d4science"])
        hub.start()
        hub.command("user", "add", "chief", "--admin")
        yield hub
    finally:
        hub.close()


@pytest.fixture
def comer(hub: CarrelHub, realm: Checkin, contexts: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Has somebody follow the portal's link to the notebooks, as a member of the environments named."""

    def come(name: str, context: str, *member_of: str) -> Page:
        person = realm.add_member(name)
        for one in member_of:
            realm.contexts[one].add(person.subject)
        page = contexts().new_page()
        page.goto(link(hub, context))
        page.get_by_role("button", name=f"Sign in as {name}", exact=True).click()
        return page

    return come


def link(hub: CarrelHub, context: str) -> str:
    """The portal's link."""
    return f"{hub.url}/hub/login?context={quote(context, safe='')}&namespace=hub&label=Rivers"


def environment(hub: CarrelHub, name: str) -> dict[str, str]:
    """What a program in somebody's server finds of it."""
    token = hub.token(name)
    hub.start_server(name, token)
    names = ["D4SCIENCE_TOKEN", "GCUBE_TOKEN", "D4SCIENCE_CONTEXT", "GCUBE_CONTEXT", "VRE"]
    said = run_inside(hub, name, token, f"import json, os; print(json.dumps([os.environ.get(n) for n in {names}]))")
    return dict(zip(names, json.loads(said), strict=True))


def claims(token: str) -> dict[str, object]:
    """What a token says."""
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def test_servers_get_the_token_of_the_environment_that_one_came_from(
    hub: CarrelHub, realm: Checkin, comer: Callable[..., Page]
) -> None:
    page = comer("anna", RIVERS, RIVERS, LAKES)
    at_home(page)
    found = environment(hub, "anna")
    assert (found["D4SCIENCE_CONTEXT"], found["GCUBE_CONTEXT"], found["VRE"]) == (RIVERS, RIVERS, "Rivers")
    assert found["GCUBE_TOKEN"] == found["D4SCIENCE_TOKEN"]
    assert claims(found["D4SCIENCE_TOKEN"])["aud"] == quote(RIVERS, safe="")
    for process in hub.processes():
        assert found["D4SCIENCE_TOKEN"] not in command_line(process)
    assert found["D4SCIENCE_TOKEN"] not in hub.log.read_text()
    # From the page of another one, in the same browser.
    hub.ask("DELETE", "/hub/api/users/anna/server", hub.token("anna"))
    page.goto(link(hub, LAKES))
    at_home(page)
    assert environment(hub, "anna")["VRE"] == "Lakes"


def test_who_comes_from_nowhere_is_told_the_way(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts().new_page()
    page.goto(f"{hub.url}/hub/login")
    with page.expect_response(lambda answer: "oauth_login" in answer.url) as answer:
        page.get_by_role("link", name="Sign in with D4Science").click()
    assert answer.value.status == 403
    expect(page.get_by_text("Open the page of your environment there")).to_be_visible()
    page.goto(link(hub, OTHER))
    with page.expect_response(lambda answer: "oauth_login" in answer.url) as answer:
        page.get_by_role("link", name="Sign in with D4Science").click()
    assert answer.value.status == 403


def test_who_is_not_in_the_environment_stays_outside(hub: CarrelHub, comer: Callable[..., Page]) -> None:
    page = comer("ole", RIVERS, LAKES)
    expect(page.get_by_text("D4Science doesn’t know you as a member of Rivers.")).to_be_visible()
    assert hub.ask("GET", "/hub/api/users/ole", hub.token("chief")).status_code == 404


def test_who_leaves_it_is_out(hub: CarrelHub, realm: Checkin, comer: Callable[..., Page]) -> None:
    page = comer("ines", RIVERS, RIVERS)
    at_home(page)
    realm.contexts[RIVERS].clear()
    assert eventually(lambda: "/hub/login" in (page.goto(f"{hub.url}/hub/home") and page.url), within=60)


def test_a_wrong_secret_of_the_hub_puts_nobody_out(hub: CarrelHub, realm: Checkin, comer: Callable[..., Page]) -> None:
    page = comer("lena", RIVERS, RIVERS)
    at_home(page)
    secret = realm.clients["carrel"].secret
    realm.change_client("carrel", secret="another")
    try:
        assert eventually(lambda: "signIn.misconfigured" in hub.log.read_text(), within=60)
        page.goto(f"{hub.url}/hub/home")
        at_home(page)
    finally:
        realm.change_client("carrel", secret=secret)
