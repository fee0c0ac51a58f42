"""Signing in with a directory, against a real OpenLDAP."""

import re
from collections.abc import Callable, Iterator

import pytest
import requests
from carrel_hub import CarrelHub, eventually
from playwright.sync_api import BrowserContext, Locator, Page, expect
from slapd import BASE, GROUPS, PEOPLE, SERVICE, Slapd

SETTINGS = """
accounts:
  failuresBeforeDelay: 3
authenticators:
  university:
    kind: ldap
    title: University of Hydrology
    servers: ["{address}"]
    certificateAuthority: {authority}
    bindName: {service}
    bindPasswordFile: {secret}
    base: {people}
    filter: "(&(uid={{name}})(!(employeeType=disabled)))"
    subjectAttribute: entryUUID
    groupBase: {groups}
    groupFilter: "(member={{dn}})"
    deadline: 15s
    refresh: 10s
    memberships:
      lakes:
        groups: [Lake  People]
        group: lakes
      heads:
        groups: [heads]
        group: lakes
        role: manager
      operators:
        groups: [operators]
        admin: true
  doubtful:
    kind: ldap
    title: Doubtful Directory
    servers: ["{address}"]
    certificateAuthority: {other}
    nameTemplate: uid={{name}},{people}
    base: {base}
instances:
  lakes:
    title: Lakes of Europe
    entry: [group]
    groups: [lakes]
"""


@pytest.fixture(scope="module")
def slapd() -> Iterator[Slapd]:
    with Slapd() as slapd:
        yield slapd


@pytest.fixture(scope="module")
def hub(slapd: Slapd) -> Iterator[CarrelHub]:
    """A hub that lets people of the directory in."""
    hub = CarrelHub()
    try:
        settings = SETTINGS.format(
            address=slapd.address,
            authority=slapd.authority,
            other=slapd.other_authority,
            secret=slapd.secret,
            service=SERVICE,
            people=PEOPLE,
            groups=GROUPS,
            base=BASE,
        )
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        hub.command("user", "add", "chief", "--admin")
        yield hub
    finally:
        hub.close()


@pytest.fixture(autouse=True)
def healthy(slapd: Slapd) -> Iterator[None]:
    """A stopped server runs again after each test."""
    yield
    slapd.start()


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts().new_page()


def form(page: Page, title: str = "University of Hydrology") -> Locator:
    """The form for accounts of a directory."""
    return page.get_by_role("form", name=re.compile(f"with your account of {title}", re.IGNORECASE))


def sign_in(page: Page, hub: CarrelHub, name: str, password: str | None = None, target: str = "/hub/login") -> None:
    """Signs in, as far as that goes, with the keyboard alone."""
    page.goto(hub.url + target)
    form(page).get_by_label("User name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(Slapd.password(name) if password is None else password)
    page.keyboard.press("Enter")


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def groups(hub: CarrelHub, name: str) -> list[str]:
    """The groups that the hub has somebody in."""
    return sorted(hub.ask("GET", f"/hub/api/users/{name}", hub.token("chief")).json()["groups"])


def test_a_name_and_a_password_of_the_directory_open_the_hub(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("anna")
    sign_in(page, hub, "ANNA", Slapd.password("anna"), "/hub/login?next=%2Fhub%2Fstorage")
    page.wait_for_url(f"{hub.url}/hub/storage")
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are anna here.")).to_be_visible()
    expect(page.get_by_text("As anna@example.org")).to_be_visible()
    expect(page.get_by_text("Your password isn’t kept here.")).to_be_visible()
    expect(page.get_by_text("Signed in with University of Hydrology")).to_be_visible()
    assert Slapd.password("anna") not in hub.log.read_text()


def test_a_wrong_password_and_an_unknown_name_sound_the_same(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("emil")
    slapd.add_person("left", disabled=True)
    for name, password in (("emil", "wrong"), ("nobody", "wrong"), ("left", Slapd.password("left"))):
        sign_in(page, hub, name, password)
        expect(page.get_by_text("The user name or the password is wrong. Check both and try again.")).to_be_visible()
        # What was typed stands in the form where it was typed, and nowhere else.
        expect(form(page).get_by_label("User name")).to_have_value(name)
        own = page.get_by_role("form", name="or with an account of this hub")
        expect(own.get_by_label("User name")).to_have_value("")
        expect(page.get_by_role("alert")).to_be_focused()
    sign_in(page, hub, "emil")
    at_home(page)


def test_groups_there_are_groups_here_and_whoever_leaves_keeps_the_files(
    hub: CarrelHub, slapd: Slapd, page: Page
) -> None:
    slapd.add_person("lea")
    slapd.join("lea", "Lake people")
    slapd.join("lea", "Heads")
    sign_in(page, hub, "lea")
    at_home(page)
    assert groups(hub, "lea") == ["lakes"]
    page.goto(f"{hub.url}/hub/groups")
    expect(page.get_by_role("listitem").filter(has_text="lakes").get_by_text("Manager")).to_be_visible()
    token = hub.token("lea")
    hub.ask("POST", "/hub/api/users/lea/servers/lakes", token)
    hub.await_answer("/user/lea/lakes/api/status", within=120, token=token)
    written = {"type": "file", "format": "text", "content": "deep"}
    hub.ask("PUT", "/user/lea/lakes/api/contents/lake.txt", token, json=written)
    slapd.leave("lea", "Heads")
    slapd.leave("lea", "Lake people")
    assert eventually(lambda: groups(hub, "lea") == [])
    gone = lambda: "lakes" not in hub.ask("GET", "/hub/api/users/lea", token).json()["servers"]
    assert eventually(gone)
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    assert (hub.home("lea", "lakes") / "lake.txt").read_text() == "deep"


def test_an_admin_there_is_one_here_as_long_as_that_holds(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    slapd.add_person("rosa")
    slapd.join("rosa", "operators")
    sign_in(page, hub, "rosa")
    at_home(page)
    page.goto(f"{hub.url}/hub/admin")
    expect(page.get_by_role("heading", name="Admin")).to_be_visible()
    slapd.leave("rosa", "operators")
    assert eventually(lambda: page.goto(f"{hub.url}/hub/admin").status == 403)


def test_who_is_not_found_twice_is_signed_out_and_who_comes_later_by_that_name_is_somebody_else(
    hub: CarrelHub, slapd: Slapd, page: Page
) -> None:
    slapd.add_person("gabi")
    sign_in(page, hub, "gabi")
    at_home(page)
    slapd.remove_person("gabi")
    missed = lambda: "signIn.notFound" in hub.log.read_text()
    assert eventually(missed)
    # Once says nothing.
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    signed_out = lambda: "/hub/login" in (page.goto(f"{hub.url}/hub/home") and page.url)
    assert eventually(signed_out)
    slapd.add_person("gabi")
    sign_in(page, hub, "gabi")
    expect(page.get_by_role("heading", name="That name is somebody’s already")).to_be_visible()


def test_a_stopped_server_leaves_the_other_ways_and_changes_nothing(
    hub: CarrelHub, slapd: Slapd, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    slapd.add_person("nina")
    slapd.join("nina", "Lake people")
    sign_in(page, hub, "nina")
    at_home(page)
    slapd.stop()
    stranger = contexts().new_page()
    sign_in(stranger, hub, "nina")
    expect(stranger.get_by_text("University of Hydrology doesn’t answer at the moment.")).to_be_visible()
    password = hub.add_user("local")
    own = stranger.get_by_role("form", name="or with an account of this hub")
    own.get_by_label("User name").fill("local")
    own.get_by_label("Password").fill(password)
    own.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger.get_by_role("heading", name="Choose your password")).to_be_visible()
    asked = lambda: hub.log.read_text().count("signIn.unreachable") >= 2
    assert eventually(asked)
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    assert groups(hub, "nina") == ["lakes"]


def test_a_server_that_is_not_the_right_one_gets_no_password(hub: CarrelHub, slapd: Slapd, page: Page) -> None:
    page.goto(f"{hub.url}/hub/login")
    doubtful = form(page, "Doubtful Directory")
    doubtful.get_by_label("User name").fill("anna")
    doubtful.get_by_label("Password").fill("a secret of somebody")
    doubtful.get_by_role("button", name="Sign in with Doubtful Directory").click()
    expect(page.get_by_text("so your password wasn’t sent there")).to_be_visible()
    log = hub.log.read_text()
    assert "signIn.untrusted" in log
    assert "certificateAuthority" in log
    assert "a secret of somebody" not in log


@pytest.mark.parametrize(
    "name", ["*", "an*", "anna)(uid=*", "anna)(|(uid=*", "\\2a", "anna\x00", f"uid=anna,{PEOPLE}", "{name}", "../anna"]
)
def test_a_name_that_is_a_filter_is_nobodys(hub: CarrelHub, slapd: Slapd, name: str) -> None:
    with requests.Session() as session:
        mark = session.get(f"{hub.url}/hub/login", timeout=30).cookies["_xsrf"]
        typed = {"username": name, "password": Slapd.password("anna"), "_xsrf": mark}
        answer = session.post(f"{hub.url}/hub/login/university", typed, timeout=60, allow_redirects=False)
    assert answer.status_code == 403
    assert "The user name or the password is wrong." in answer.text


def test_guessing_here_locks_nobody_out_there(hub: CarrelHub, slapd: Slapd) -> None:
    slapd.add_person("owner")
    with requests.Session() as session:
        mark = session.get(f"{hub.url}/hub/login", timeout=30).cookies["_xsrf"]
        seen = set()
        for number in range(40):
            # All of them are one name to the directory.
            name = ["owner", "OWNER", " owner ", "ow\u00adner"][number % 4]
            typed = {"username": name, "password": f"guess {number}", "_xsrf": mark}
            answer = session.post(f"{hub.url}/hub/login/university", typed, timeout=60)
            seen.add(answer.status_code)
    assert seen == {403, 429}
    assert slapd.lets_in("owner")


def test_a_name_of_the_hub_is_never_shared_and_linking_needs_both(
    hub: CarrelHub, slapd: Slapd, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    password = hub.add_user("paul")
    slapd.add_person("paul")
    sign_in(page, hub, "paul")
    expect(page.get_by_role("heading", name="That name is somebody’s already")).to_be_visible()

    own = contexts().new_page()
    own.goto(f"{hub.url}/hub/login")
    local = own.get_by_role("form", name="or with an account of this hub")
    local.get_by_label("User name").fill("paul")
    local.get_by_label("Password").fill(password)
    local.get_by_role("button", name="Sign in", exact=True).click()
    own.get_by_label("New password").fill("violet kettle over the fjord")
    own.get_by_label("The same once more").fill("violet kettle over the fjord")
    own.get_by_role("button", name="Save and go on").click()
    at_home(own)
    own.goto(f"{hub.url}/hub/account")
    own.get_by_role("button", name="Add University of Hydrology").click()
    own.get_by_label("User name at University of Hydrology").fill("paul")
    own.get_by_label("Password there").fill("wrong")
    own.get_by_role("button", name="Add it").click()
    expect(own.get_by_text("The user name or the password is wrong.")).to_be_visible()
    own.get_by_label("Password there").fill(Slapd.password("paul"))
    own.get_by_role("button", name="Add it").click()
    expect(own.get_by_text("Done: you can sign in that way too now.")).to_be_visible()
    sign_in(page, hub, "paul")
    at_home(page)


def test_the_forms_fit_a_phone(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    phone = contexts(viewport={"width": 390, "height": 800}).new_page()
    phone.goto(f"{hub.url}/hub/login")
    expect(form(phone).get_by_role("button", name="Sign in with University of Hydrology")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
