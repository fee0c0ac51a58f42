"""Signing in with a provider: there and back in a real browser, against a stand-in for EGI Check-in."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import requests
from carrel_hub import CarrelHub, eventually
from checkin import Checkin
from checkin_faults import EXPIRED, UNSIGNED, WRONG_AUDIENCE, Fault, Forgery, TokenKind
from checkin_messages import Endpoint
from checkin_people import membership
from inside import run_inside
from playwright.sync_api import BrowserContext, Page, expect
from relying_party import CALLBACK, RelyingParty, ScreenlessBrowser

VO = "vo.rivers.eu"
SETTINGS = """
authenticators:
  egi:
    title: EGI Check-in
    issuer: {issuer}
    clientID: carrel
    clientSecretFile: {secret}
    scopes: [openid, profile, email, offline_access, voperson_id, eduperson_entitlement]
    audiences: [carrel]
    deadline: 15s
    refresh: 10s
    members: ["{vo}:*"]
    enrolment: https://aai.egi.eu/registry/enrol-rivers
    memberships:
      lakes:
        title: Lakes
        entitlements: ["{vo}:lakes:role=member"]
        group: lakes
        enrolment: https://aai.egi.eu/registry/enrol-lakes
      operators:
        entitlements: ["{vo}:role=vm_operator"]
        group: rivers
        role: manager
      admins:
        entitlements: ["{vo}:role=admin"]
        admin: true
"""
INSTANCES = """
instances:
  lakes:
    title: Lakes of Europe
    entry: [group]
    groups: [lakes]
"""
LAKES = membership(f"{VO}:lakes")


@pytest.fixture(scope="module")
def checkin() -> Iterator[Checkin]:
    with Checkin() as checkin:
        yield checkin


@pytest.fixture(scope="module")
def hub(checkin: Checkin) -> Iterator[CarrelHub]:
    """A hub that lets people in with the provider."""
    hub = CarrelHub()
    try:
        secret = hub.folder / "secret"
        secret.write_text("the client's secret\n")
        text = hub.configuration.read_text()
        assert "hub:\n" in text
        text = text.replace("hub:\n", f"hub:\n  publicURL: {hub.url}\n", 1)
        settings = SETTINGS.format(issuer=checkin.issuer, secret=secret, vo=VO)
        hub.configuration.write_text(text + settings + INSTANCES)
        checkin.add_client(
            "carrel",
            "the client's secret",
            [f"{hub.url}/hub/oauth_callback/egi"],
            post_logout_redirect_uris=[f"{hub.url}/hub/login"],
            backchannel_logout_uri=f"{hub.url}/hub/oauth_logout/egi",
        )
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(autouse=True)
def healthy(checkin: Checkin) -> Iterator[None]:
    """Whatever a test spoils is mended after it."""
    yield
    checkin.start()
    checkin.mend()
    for kind in TokenKind:
        checkin.forge(kind)


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts().new_page()


def sign_in(page: Page, hub: CarrelHub, name: str, target: str = "/hub/login") -> None:
    """Signs in there, as far as that goes."""
    page.goto(hub.url + target)
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    page.get_by_role("button", name=f"Sign in as {name}", exact=True).click()


def sign_in_again(page: Page, hub: CarrelHub) -> None:
    """Signs in whom the provider knows still, and so doesn't ask."""
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    at_home(page)


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def said_inside(hub: CarrelHub, name: str, token: str, script: str) -> str:
    """What a shell in somebody's server prints."""
    code = f"import subprocess; print(subprocess.getoutput({script!r}))"
    return run_inside(hub, name, token, code).strip()


def groups(hub: CarrelHub, name: str) -> list[str]:
    """The groups that the hub has somebody in."""
    answer = hub.ask("GET", f"/hub/api/users/{name}", hub.token("chief"))
    return sorted(answer.json()["groups"])


@pytest.fixture(scope="module", autouse=True)
def chief(hub: CarrelHub) -> None:
    """An admin with a local account."""
    hub.command("user", "add", "chief", "--admin")


def test_there_and_back(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("anna", VO)
    sign_in(page, hub, "anna", "/hub/login?next=%2Fhub%2Fstorage")
    page.wait_for_url(f"{hub.url}/hub/storage")
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are anna here.")).to_be_visible()
    expect(page.get_by_text("As anna@example.org")).to_be_visible()
    expect(page.get_by_text("Your password isn’t kept here.")).to_be_visible()
    asked = checkin.seen(Endpoint.AUTHORIZATION)[-1].query
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]
    assert asked["state"]
    # Nothing of it stays in the address, and nothing secret in the log.
    assert "code=" not in page.url
    assert "the client's secret" not in hub.log.read_text()


def test_an_outsider_is_told_what_is_missing_and_where_to_ask(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("otto", "vo.elsewhere.eu")
    sign_in(page, hub, "otto")
    expect(page.get_by_role("heading", name="This hub is for members")).to_be_visible()
    expect(page.get_by_text("but not as a member of vo.rivers.eu, for which this hub is.")).to_be_visible()
    enrol = page.get_by_role("link", name="Ask for the membership")
    expect(enrol).to_have_attribute("href", "https://aai.egi.eu/registry/enrol-rivers")
    assert "otto" not in hub.command("user", "list")


def test_memberships_become_groups_and_are_seen_at_the_next_sign_in(
    hub: CarrelHub, checkin: Checkin, page: Page
) -> None:
    emil = checkin.add_member("emil", VO)
    sign_in(page, hub, "emil")
    at_home(page)
    assert groups(hub, "emil") == []
    page.get_by_role("button", name="Sign out").click()
    emil.entitlements = [membership(VO), LAKES, membership(VO, "vm_operator")]
    sign_in_again(page, hub)
    assert groups(hub, "emil") == ["lakes", "rivers"]
    page.goto(f"{hub.url}/hub/groups")
    expect(page.get_by_role("listitem").filter(has_text="rivers").get_by_text("Manager")).to_be_visible()


def test_who_loses_a_membership_leaves_its_instance_and_keeps_the_files(
    hub: CarrelHub, checkin: Checkin, page: Page
) -> None:
    lea = checkin.add_member("lea", VO)
    lea.entitlements = [membership(VO), LAKES]
    sign_in(page, hub, "lea")
    at_home(page)
    token = hub.token("lea")
    hub.ask("POST", "/hub/api/users/lea/servers/lakes", token)
    hub.await_answer("/user/lea/lakes/api/status", within=120, token=token)
    written = {"type": "file", "format": "text", "content": "deep"}
    hub.ask("PUT", "/user/lea/lakes/api/contents/lake.txt", token, json=written)
    lea.entitlements = [membership(VO)]
    assert eventually(lambda: groups(hub, "lea") == [])
    gone = lambda: "lakes" not in hub.ask("GET", "/hub/api/users/lea", token).json()["servers"]
    assert eventually(gone)
    page.goto(f"{hub.url}/hub/home")
    at_home(page)
    assert (hub.home("lea", "lakes") / "lake.txt").read_text() == "deep"


def test_an_instance_for_members_says_what_is_missing(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("mia", VO)
    sign_in(page, hub, "mia")
    at_home(page)
    page.goto(f"{hub.url}/hub/enter/lakes")
    expect(page.get_by_role("heading", name="Lakes of Europe is for members")).to_be_visible()
    link = page.get_by_role("link", name="Lakes", exact=True)
    expect(link).to_have_attribute("href", "https://aai.egi.eu/registry/enrol-lakes")


def test_a_server_gets_a_fresh_access_token_and_keeps_it_nowhere(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    # So short that none is given twice; a longer one is given again.
    checkin.token_life = 59
    tina = checkin.add_member("tina", VO)
    sign_in(page, hub, "tina")
    at_home(page)
    token = hub.token("tina")
    hub.start_server("tina", token)
    said = said_inside(
        hub, "tina", token, "carrel-token; carrel-token egi; carrel-token other; env | grep -c eyJ"
    ).splitlines()
    assert len(said) == 4, said
    first, second, refusal, in_environment = said
    # The provider isn't asked again at once, however short its tokens live.
    assert first == second
    assert refusal == "carrel-token: You aren't signed in with other, so there is no access token."
    assert in_environment == "0"
    headers = {"Authorization": f"Bearer {second}"}
    address = f"{checkin.issuer}/protocol/openid-connect/userinfo"
    assert requests.get(address, headers=headers, timeout=30).json()["sub"] == tina.subject
    # Only a server gets one, and not by the door for browsers.
    assert hub.ask("POST", "/hub/api/carrel/access-token", token, json={}).status_code == 404
    assert first not in hub.log.read_text()
    checkin.token_life = 3600


def test_a_program_signs_in_with_a_token_of_the_provider(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("ute", VO)
    checkin.add_member("never", VO)
    checkin.add_client("script", None, [CALLBACK], audience=["carrel"])
    sign_in(page, hub, "ute")
    at_home(page)

    def shown(name: str) -> str:
        """An access token that a program of somebody's gets."""
        script = RelyingParty(checkin.issuer, client_id="script", client_secret=None)
        return str(script.sign_in(ScreenlessBrowser(), name)["access_token"])

    def login(token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{hub.url}/hub/jwt_login", headers=headers, timeout=30)

    good = shown("ute")
    answer = login(good)
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"] == "ute"
    assert login(good).json() == answer.json()
    assert hub.ask("GET", "/hub/api/user", answer.json()["token"]).json()["name"] == "ute"
    # Changed, none, nonsense, of somebody who never was here.
    head, body, signature = good.split(".")
    assert login(f"{head}.{body}.{signature[::-1]}").status_code == 401
    assert login("").status_code == 401
    assert login("x" * 70).status_code == 401
    assert login(shown("never")).status_code == 403
    for forgery, status in (
        (EXPIRED, 401),
        (WRONG_AUDIENCE, 403),
        (UNSIGNED, 401),
        (Forgery(claims={"sub": "x"}), 403),
    ):
        checkin.forge(TokenKind.ACCESS, forgery)
        forged = login(shown("ute"))
        assert forged.status_code == status, (forgery, forged.text)
    checkin.forge(TokenKind.ACCESS)
    # What a server gets for other services lets nobody in here.
    hub.start_server("ute", hub.token("ute"))
    own = login(said_inside(hub, "ute", hub.token("ute"), "carrel-token"))
    assert (own.status_code, "got for servers" in own.text) == (403, True)


def test_the_files_of_an_earlier_user_are_nobody_elses(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    hub.add_user("zora")
    hub.start_server("zora", hub.token("zora"))
    hub.ask("DELETE", "/hub/api/users/zora/server", hub.token("zora"))
    gone = lambda: not hub.ask("GET", "/hub/api/users/zora", hub.token("zora")).json()["servers"]
    assert eventually(gone)
    (hub.home("zora") / "diary.txt").write_text("private")
    hub.command("user", "remove", "zora")
    checkin.add_member("zora", VO)
    sign_in(page, hub, "zora")
    expect(page.get_by_role("heading", name="Files of somebody else are here")).to_be_visible()
    assert "zora" not in hub.command("user", "list")


def test_an_admin_there_is_one_here_as_long_as_that_holds(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    rosa = checkin.add_member("rosa", VO)
    rosa.entitlements = [membership(VO, "admin")]
    sign_in(page, hub, "rosa")
    at_home(page)
    page.goto(f"{hub.url}/hub/admin")
    expect(page.get_by_role("heading", name="Admin")).to_be_visible()
    rosa.entitlements = [membership(VO)]
    assert eventually(lambda: page.goto(f"{hub.url}/hub/admin").status == 403)


def test_who_is_not_vouched_for_any_more_is_signed_out(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    gabi = checkin.add_member("gabi", VO)
    sign_in(page, hub, "gabi")
    at_home(page)
    token = hub.token("gabi")
    assert hub.ask("GET", "/hub/api/user", token).status_code == 200
    checkin.revoke_person(gabi.subject)
    signed_out = lambda: "/hub/login" in (page.goto(f"{hub.url}/hub/home") and page.url)
    assert eventually(signed_out)
    assert hub.ask("GET", "/hub/api/user", token).status_code == 403


def test_a_name_that_somebody_has_is_never_shared_and_linking_needs_both(
    hub: CarrelHub, checkin: Checkin, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    password = hub.add_user("paul")
    checkin.add_member("paul", VO)
    sign_in(page, hub, "paul")
    expect(page.get_by_role("heading", name="That name is somebody’s already")).to_be_visible()

    # Paul's own browser: signs in to the local account, adds the provider, and can use it from then on.
    own = contexts().new_page()
    own.goto(f"{hub.url}/hub/login")
    own.get_by_label("User name").fill("paul")
    own.get_by_label("Password", exact=True).fill(password)
    own.get_by_role("button", name="Sign in", exact=True).click()
    own.get_by_label("New password").fill("violet kettle over the fjord")
    own.get_by_label("The same once more").fill("violet kettle over the fjord")
    own.get_by_role("button", name="Save and go on").click()
    at_home(own)
    own.goto(f"{hub.url}/hub/account")
    own.get_by_role("button", name="Add EGI Check-in").click()
    own.get_by_role("button", name="Sign in as paul", exact=True).click()
    expect(own.get_by_text("Done: you can sign in that way too now.")).to_be_visible()
    sign_in_again(page, hub)

    # And takes it away again, which ends what began with it.
    own.goto(f"{hub.url}/hub/account")
    own.get_by_role("button", name="Remove EGI Check-in").click()
    expect(own.get_by_text("Done: you can’t sign in that way any more.")).to_be_visible()
    page.goto(f"{hub.url}/hub/home")
    expect(page).to_have_url(re.compile("/hub/login"))


@pytest.mark.parametrize("name", ["a/b", "..", "ann\u202ea", "аnna", "two\x00parts", " "])
def test_a_name_that_can_be_none_is_refused_in_words(hub: CarrelHub, checkin: Checkin, page: Page, name: str) -> None:
    label = f"odd {abs(hash(name))}"
    checkin.add_person(f"{label}@egi.eu", label, preferred_username=name, eduperson_entitlement=[membership(VO)])
    sign_in(page, hub, label)
    expect(page.get_by_role("heading", name="There is no name for you")).to_be_visible()


def test_signing_out_ends_both_sides(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    hans = checkin.add_member("hans", VO)
    sign_in(page, hub, "hans")
    at_home(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_role("button", name="Sign out of EGI Check-in too").click()
    page.wait_for_url(re.compile(f"^{re.escape(hub.url)}/hub/login"))
    assert checkin.sessions_of(hans.subject) == []
    assert all("id_token_hint" not in (request.query or "") for request in checkin.seen(Endpoint.LOGOUT))
    page.goto(f"{hub.url}/hub/home")
    expect(page).to_have_url(re.compile("/hub/login"))


def test_signing_out_there_ends_the_session_here(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    ida = checkin.add_member("ida", VO)
    sign_in(page, hub, "ida")
    at_home(page)
    checkin.log_out(ida.subject)
    signed_out = lambda: "/hub/login" in (page.goto(f"{hub.url}/hub/home") and page.url)
    assert eventually(signed_out)


def test_a_notice_that_is_not_the_providers_ends_nothing(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    kurt = checkin.add_member("kurt", VO)
    sign_in(page, hub, "kurt")
    at_home(page)
    (session,) = checkin.sessions_of(kurt.subject)
    client = checkin.clients["carrel"]
    for forgery in (
        UNSIGNED,
        WRONG_AUDIENCE,
        EXPIRED,
        Forgery(claims={"events": None}),
        Forgery(claims={"nonce": "x"}),
    ):
        form = {"logout_token": checkin.logout_token(client, session, forgery)}
        assert requests.post(f"{hub.url}/hub/oauth_logout/egi", form, timeout=30).status_code == 400
    page.goto(f"{hub.url}/hub/home")
    at_home(page)


def test_keys_may_change_in_the_middle(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("maja", VO)
    sign_in(page, hub, "maja")
    at_home(page)
    page.get_by_role("button", name="Sign out").click()
    checkin.rotate()
    sign_in_again(page, hub)


@pytest.mark.parametrize(
    "fault", [Fault.SLOW_HEAD, Fault.SLOW_BODY, Fault.HTML, Fault.REDIRECT_TO_ITSELF, Fault.INTERNAL_ERROR]
)
def test_a_provider_that_is_ill_gets_a_page_and_the_other_ways_stay(
    hub: CarrelHub, checkin: Checkin, page: Page, fault: Fault
) -> None:
    checkin.add_member("nina", VO)
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    checkin.spoil(Endpoint.TOKEN, fault)
    page.get_by_role("button", name="Sign in as nina", exact=True).click()
    expect(page.get_by_role("heading", name="You aren’t signed in")).to_be_visible()
    page.get_by_role("link", name="All ways to sign in").click()
    expect(page.get_by_label("User name")).to_be_visible()
    checkin.mend()
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    with suppress(Exception):
        page.get_by_role("button", name="Sign in as nina", exact=True).click(timeout=3000)
    at_home(page)


@pytest.mark.parametrize("forgery", [UNSIGNED, WRONG_AUDIENCE, EXPIRED, Forgery(claims={"nonce": "another"})])
def test_a_forged_token_signs_nobody_in(hub: CarrelHub, checkin: Checkin, page: Page, forgery: Forgery) -> None:
    checkin.add_member("vera", VO)
    checkin.forge(TokenKind.IDENTITY, forgery)
    sign_in(page, hub, "vera")
    expect(page.get_by_role("heading", name="You aren’t signed in")).to_be_visible()
    page.goto(f"{hub.url}/hub/home")
    expect(page).to_have_url(re.compile("/hub/login"))


def test_an_answer_is_worth_something_only_once_and_only_here(
    hub: CarrelHub, checkin: Checkin, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    checkin.add_member("wim", VO)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    sign_in(page, hub, "wim")
    at_home(page)
    (back,) = [url for url in seen if "/hub/oauth_callback/egi" in url]
    # Again in the same browser, in another one, and with another state.
    for where, url in (
        (page, back),
        (contexts().new_page(), back),
        (page, re.sub("state=[^&]+", "state=" + "x" * 43, back)),
    ):
        where.goto(url)
        expect(where.get_by_text("doesn’t belong to a sign-in that this browser began")).to_be_visible()


def test_whoever_refuses_there_is_told_so(hub: CarrelHub, page: Page) -> None:
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="You aren’t signed in")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()


def test_a_killed_hub_in_the_middle_of_a_sign_in_is_not_noticed(hub: CarrelHub, checkin: Checkin, page: Page) -> None:
    checkin.add_member("xenia", VO)
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with EGI Check-in").click()
    hub.kill_hub()
    hub.start()
    page.get_by_role("button", name="Sign in as xenia", exact=True).click()
    at_home(page)
