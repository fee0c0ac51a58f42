"""Signing in with openBIS, and what servers get of it: the stand-in over TLS, and the real PyBIS in a real server."""

import contextlib
import json
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import trustme
from carrel_hub import ROOT, CarrelHub, eventually
from hub_people import Visitor, person
from inside import run_inside
from openbis import OpenBIS
from openbis_entities import Sort
from openbis_faults import Fault, Kind
from openbis_people import Person
from playwright.sync_api import BrowserContext, Page, Route, expect

AUTHORITY = trustme.CA()
CLIENTS = ROOT / "var/clients"
# A page of openBIS' own, as far as the hub is told; links lead from https to a hub without TLS without a `Referer`.
ELN = "http://eln.example.org"
# The stand-in is on this machine, which servers don't reach otherwise.
SETTINGS = """
sandbox:
  leaveOut: [network]
  readOnlyPaths: ["{clients}"]
accounts:
  failuresBeforeDelay: 30
authenticators:
  lab:
    kind: openbis
    title: openBIS of the Lab
    url: {url}
    certificateAuthority: {authority}
    linkOrigins: ["{url}", "{eln}"]
    deadline: 15s
    refresh: 10s
    signOutThere: true
  doubtful:
    kind: openbis
    title: Doubtful openBIS
    url: {url}
    certificateAuthority: {other}
  careless:
    kind: openbis
    title: Careless openBIS
    url: {url}
    verifyCertificates: false
    newAccounts: false
"""
# What PyBIS says in a server, in an environment of its own.
PYBIS = """
import json, os, subprocess
code = '''
import json
from pybis import Openbis
try:
    o = Openbis()
    said = [o.is_session_active(), sorted(o.get_spaces().df["code"]), o.hostname]
except Exception as error:
    said = [type(error).__name__, str(error)]
print(json.dumps(said))
'''
ran = subprocess.run(["{python}", "-W", "ignore", "-c", code], capture_output=True, text=True)
kept = ("OPENBIS_URL", "OPENBIS_TOKEN", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CARREL_OPENBIS_PAGE")
bundle = open(os.environ["REQUESTS_CA_BUNDLE"]).read()
print(json.dumps([ran.stdout or ran.stderr, {{name: os.environ.get(name) for name in kept}}, bundle.count("BEGIN")]))
"""


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """An openBIS with TLS, as PyBIS wants it."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@pytest.fixture(scope="module")
def hub(openbis: OpenBIS) -> Iterator[CarrelHub]:
    """A hub that lets its people in."""
    hub = CarrelHub()
    try:
        for name, authority in (("authority", AUTHORITY), ("other", trustme.CA())):
            authority.cert_pem.write_to_path(str(hub.folder / f"{name}.pem"))
        settings = SETTINGS.format(
            clients=CLIENTS,
            url=openbis.url,
            eln=ELN,
            authority=hub.folder / "authority.pem",
            other=hub.folder / "other.pem",
        )
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        hub.command("user", "add", "chief", "--admin")
        yield hub
    finally:
        hub.close()


@pytest.fixture(autouse=True)
def healthy(openbis: OpenBIS) -> Iterator[None]:
    """What was broken is whole again after each test."""
    yield
    openbis.faults.mend()
    openbis.start()


def users(hub: CarrelHub) -> set[str]:
    """All accounts of the hub."""
    return {line.split()[0] for line in hub.command("user", "list").splitlines() if line.strip()}


def home_of(hub: CarrelHub, name: str) -> Path:
    """Where the files of somebody are whose name isn't plain."""
    known = {one.name for one in (hub.state / "homes/default").iterdir()}
    (slug,) = [one for one in known if one.startswith(re.sub(r"[^a-z0-9]", "-", name))]
    return hub.state / "homes/default" / slug


def token_file(hub: CarrelHub, name: str) -> Path:
    return home_of(hub, name) / ".pybis/localhost.token"


def follow(visitor: Visitor, path: str, source: str = "") -> tuple[requests.Response, list[str]]:
    """Goes where a link leads, as a browser does from a page; also all addresses on the way, and what answers said."""
    said: list[str] = []
    answer = visitor.ask("GET", path, headers={"Referer": source} if source else {})
    while answer.is_redirect and len(said) < 12:
        said.append(answer.headers["Location"])
        policy = answer.headers["Referrer-Policy"]
        answer = visitor.ask("GET", said[-1], headers={"Referer": source} if source and policy != "no-referrer" else {})
    return answer, said


def link(token: str, target: str = "", at: str = "login/lab") -> str:
    query = f"&next={requests.compat.quote(target, safe='')}" if target else ""
    return f"/hub/{at}?token={requests.compat.quote(token, safe='')}{query}"


def who(visitor: Visitor) -> str:
    """Who is signed in in this browser; nobody is empty."""
    said = visitor.ask("GET", "/hub/account")
    found = re.search(r"You are <strong><bdi>([^<]*)</bdi>", said.text)
    return found[1] if found else ""


# Names and passwords


def test_a_name_and_a_password_of_openbis_open_the_hub(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts().new_page()
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Faccount")
    form = page.get_by_role("form", name=re.compile("with your account of openBIS of the Lab", re.IGNORECASE))
    form.get_by_label("User name").fill("Carl-Otto.B")
    form.get_by_label("Password", exact=True).fill("wrong")
    form.get_by_role("button", name="Sign in with openBIS of the Lab").click()
    expect(page.get_by_text("The user name or the password is wrong. Check both and try again.")).to_be_visible()
    assert "carl-otto.b" not in users(hub)
    form.get_by_label("Password", exact=True).fill("Carl-Otto.B")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are carl-otto.b here.")).to_be_visible()
    expect(page.get_by_text("As Carl-Otto.B, since")).to_be_visible()
    page.get_by_role("link", name="Session and token").click()
    expect(page.get_by_text("Good", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show it").click()
    token = page.get_by_label("Token", exact=True).input_value()
    assert token in openbis.sessions.active
    # In any case of the name, the link of openBIS leads to their server.
    page.goto(f"{hub.url}/user/Carl-Otto.B/lab/tree/x.ipynb?a=1")
    page.wait_for_url(f"{hub.url}/hub/user/carl-otto.b/lab/tree/x.ipynb?a=1")
    assert "Carl-Otto.B" not in [told["params"] for told in openbis.seen if told["call"] == "login"][-1][1:]
    assert token not in hub.log.read_text()


def test_an_openbis_that_is_down_or_cannot_be_trusted_is_no_wrong_password(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor = Visitor(hub)
    typed = {"username": "bob", "password": "bob"}
    doubtful = visitor.post("/hub/login/doubtful", typed)
    assert (doubtful.status_code, "It isn’t sure that it is Doubtful openBIS" in doubtful.text) == (503, True)
    openbis.stop()
    down = visitor.post("/hub/login/lab", typed)
    assert (down.status_code, "doesn’t answer at the moment" in down.text) == (503, True)
    openbis.start()
    openbis.faults.add(Fault(Kind.HTML, "login", times=1))
    other = visitor.post("/hub/login/lab", typed)
    assert (other.status_code, "can’t be used" in other.text) == (503, True)
    assert "bob" not in users(hub)
    # Without a look at the certificate it lets through; but nobody gets an account there.
    careless = visitor.post("/hub/login/careless", typed)
    assert (careless.status_code, "There is no account for you" in careless.text) == (403, True)


# Links with a token


def test_a_link_signs_in_and_keeps_the_token_to_itself(hub: CarrelHub, openbis: OpenBIS) -> None:
    token = openbis.sessions.begin("alice")
    visitor = Visitor(hub)
    answer, said = follow(visitor, link(token, "/hub/storage"), openbis.url + "/openbis/webapp/eln-lims/")
    assert (answer.status_code, said[-1], who(visitor)) == (200, "/hub/storage", "alice")
    assert not [one for one in [*said, answer.text, *answer.headers.values()] if token in one]
    first = visitor.ask("GET", link(token), headers={"Referer": openbis.url})
    assert (first.headers["Cache-Control"], first.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    follow(visitor, link(token, "https://evil.example.org/"), openbis.url)
    for file in [hub.log, *(hub.state / "logs").rglob("*.log")]:
        assert token not in file.read_text(errors="replace"), file


@pytest.mark.parametrize("source", ["", "http://evil.example.org/", "https://localhost/"])
def test_a_link_from_elsewhere_asks_first(hub: CarrelHub, openbis: OpenBIS, source: str) -> None:
    visitor = Visitor(hub)
    answer, said = follow(visitor, link(openbis.sessions.begin("alice"), "/hub/storage"), source)
    assert (answer.status_code, said, who(visitor)) == (200, ["/hub/login/lab/link"], "")
    assert "Sign in as <bdi>alice</bdi>?" in answer.text
    # Nobody but this browser's own page says yes.
    assert visitor.ask("POST", "/hub/login/lab/link").status_code == 403
    assert who(visitor) == ""
    # Nor is it a yes to somebody else, whose link was followed in another tab meanwhile.
    assert "Sign in as <bdi>alice</bdi>?" in visitor.post("/hub/login/lab/link", {"person": "bob"}).text
    assert who(visitor) == ""
    yes = visitor.post("/hub/login/lab/link", {"person": "alice"})
    assert (yes.status_code, yes.headers["Location"], who(visitor)) == (302, "/hub/storage", "alice")
    # It works once.
    assert visitor.post("/hub/login/lab/link").headers["Location"].startswith("/hub/login?")


def test_a_frame_or_a_picture_signs_nobody_in(hub: CarrelHub, openbis: OpenBIS) -> None:
    token = openbis.sessions.begin("alice")
    for mode, kind in (("navigate", "iframe"), ("no-cors", "image"), ("cors", "empty")):
        visitor = Visitor(hub)
        fields = {
            "Referer": openbis.url,
            "Sec-Fetch-Mode": mode,
            "Sec-Fetch-Dest": kind,
            "Sec-Fetch-Site": "cross-site",
        }
        answer = visitor.ask("GET", link(token), headers=fields)
        assert (answer.status_code, token in answer.text, who(visitor)) == (403, False, "")


@pytest.mark.parametrize(
    "token", ["alice-240101120000000x" + 32 * "0", "nodash", "$pat-alice-1", "%00", "x" * 3000, " ", "-"]
)
def test_a_token_that_is_none_is_refused_in_words(hub: CarrelHub, openbis: OpenBIS, token: str) -> None:
    visitor = Visitor(hub)
    before = users(hub)
    answer, said = follow(visitor, link(token), openbis.url)
    assert (answer.status_code, said) == (403, ["/hub/login/lab/link"])
    assert "doesn’t know this token" in answer.text
    assert users(hub) == before


def test_a_link_waits_for_an_openbis_that_is_down(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor = Visitor(hub)
    openbis.faults.add(Fault(Kind.STATUS, "getSessionInformation", status=503))
    answer, said = follow(visitor, link(openbis.sessions.begin("alice"), "/hub/storage"), openbis.url)
    assert (answer.status_code, "doesn’t answer at the moment" in answer.text) == (503, True)
    openbis.faults.mend()
    assert follow(visitor, said[-1])[1] == ["/hub/storage"]
    assert who(visitor) == "alice"


def test_which_openbis_a_link_is_of_is_told_by_where_it_stands(hub: CarrelHub, openbis: OpenBIS) -> None:
    token = openbis.sessions.begin("alice")
    visitor = Visitor(hub)
    answer, said = follow(visitor, link(token, at="login"), "")
    assert (said, answer.status_code) == (["/hub/login"], 200)
    answer, said = follow(visitor, link(token, "/hub/storage", at="login"), ELN + "/")
    assert (said[-1], who(visitor)) == ("/hub/storage", "alice")


def test_another_persons_token_ends_the_session_first(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor = Visitor(hub)
    follow(visitor, link(openbis.sessions.begin("alice")), openbis.url)
    old = dict(visitor.session.cookies.items())
    follow(visitor, link(openbis.sessions.begin("bob")), openbis.url)
    assert who(visitor) == "bob"
    stale = Visitor(hub)
    stale.session.cookies.set("jupyterhub-hub-login", old["jupyterhub-hub-login"], path="/hub/")
    assert who(stale) == ""
    # From elsewhere it asks, and names both.
    answer, _ = follow(visitor, link(openbis.sessions.begin("alice")), "")
    assert "as <strong><bdi>alice</bdi></strong>" in answer.text
    assert "as <strong><bdi>bob</bdi></strong>, and will be signed out" in answer.text
    assert who(visitor) == "bob"


def test_a_personal_access_token_signs_in(hub: CarrelHub, openbis: OpenBIS) -> None:
    token = access_token(openbis, "bob")
    for form in ({"session": token}, {"username": "bob", "password": token}):
        visitor = Visitor(hub)
        answer = visitor.post("/hub/login/lab", form)
        assert (answer.status_code, who(visitor)) == (302, "bob"), answer.text
    wrong = Visitor(hub).post("/hub/login/lab", {"username": "alice", "password": token})
    assert (wrong.status_code, "user name or the password is wrong" in wrong.text) == (403, True)
    shown = visitor.ask("GET", "/hub/account/openbis/lab")
    assert ("Personal access token" in shown.text, token in shown.text) == (True, False)
    assert shown.headers["Cache-Control"] == "no-store"


def access_token(openbis: OpenBIS, user: str) -> str:
    now = openbis.sessions.now()
    told = {"sessionName": "hub", "validFromDate": now, "validToDate": now + 86_400_000}
    return openbis.sessions.create_access(openbis.sessions.begin(user), told).token


def test_the_electronic_notebook_opens_the_workspace(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext]
) -> None:
    token = openbis.sessions.begin("alice")
    context = contexts()

    def page_of_eln(route: Route) -> None:
        script = f"window.open({json.dumps(hub.url + link(token, '/hub/storage'))})"
        body = f"<button onclick='{script}'>Jupyter Workspace</button>"
        route.fulfill(body=body, content_type="text/html")

    context.route(f"{ELN}/**", page_of_eln)
    page = context.new_page()
    page.goto(f"{ELN}/openbis/webapp/eln-lims/")
    with context.expect_page() as opened:
        page.get_by_role("button").click()
    opened.value.wait_for_url(f"{hub.url}/hub/storage")
    # Back doesn't lead to the token: the address was never one of the history's.
    assert opened.value.evaluate("history.length") == 1
    # A page of somebody else's has to ask.
    context.clear_cookies()
    context.route("http://evil.example.org/**", page_of_eln)
    page.goto("http://evil.example.org/")
    with context.expect_page() as opened:
        page.get_by_role("button").click()
    other: Page = opened.value
    expect(other.get_by_role("heading", name="Sign in as alice?")).to_be_visible()
    other.get_by_role("button", name="Sign in as alice").click()
    other.wait_for_url(f"{hub.url}/hub/storage")


# In servers


def test_pybis_works_in_a_server_without_arguments_and_with_a_newer_token_without_a_restart(
    hub: CarrelHub, openbis: OpenBIS
) -> None:
    visitor = Visitor(hub)
    first = openbis.sessions.begin("alice")
    follow(visitor, link(first), openbis.url)
    own = hub.token("alice")
    hub.start_server("alice", own)
    home, file = home_of(hub, "alice"), token_file(hub, "alice")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (first, 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {file.stat().st_uid, file.parent.stat().st_uid} == {home.stat().st_uid}

    code = PYBIS.format(python=(CLIENTS / "pybis-1.37/bin/python"))

    def ask() -> tuple[list[object], dict[str, str], int]:
        said, variables, certificates = json.loads(run_inside(hub, "alice", own, code))
        return json.loads(said), variables, certificates

    said, variables, certificates = ask()
    assert said == [True, sorted(spaces(openbis, "alice")), "localhost"]
    assert (variables["OPENBIS_URL"], variables["OPENBIS_TOKEN"]) == (openbis.url, first)
    assert variables["REQUESTS_CA_BUNDLE"] == variables["SSL_CERT_FILE"]
    assert variables["CARREL_OPENBIS_PAGE"] == "/hub/account/openbis/lab"
    # Those that everybody trusts, and the two authorities of the configuration.
    assert certificates > 50

    # The session ends there; the same person comes with another token.
    openbis.sessions.expire("alice")
    assert "expired" in str(ask()[0]) or "valid" in str(ask()[0])
    second = openbis.sessions.begin("alice")
    follow(visitor, link(second, "/hub/storage"), openbis.url)
    assert file.read_text() == second
    assert ask()[0][0] is True

    # It ends again, and the hub notices by itself; the page renews it with the password.
    openbis.sessions.expire("alice")
    page = "/hub/account/openbis/lab"
    over = visitor.post(f"{page}/renew")
    assert (over.status_code, "is over" in over.text) == (403, True)
    assert "isn’t your password" in visitor.post(f"{page}/renew", {"password": "wrong"}).text
    foreign = visitor.post(f"{page}/renew", {"password": openbis.sessions.begin("bob")})
    assert (foreign.status_code, "a token of somebody else" in foreign.text) == (403, True)
    renewed = visitor.post(f"{page}/renew", {"password": "alice"})
    assert (renewed.status_code, renewed.headers["Location"]) == (303, f"{page}?done=renewed")
    third = file.read_text()
    assert third not in (first, second)
    assert third in openbis.sessions.active

    # A link in the file's place is replaced, and nothing behind it is written.
    notes = home / "notes"
    notes.write_text("mine")
    file.unlink()
    file.symlink_to(notes)
    assert visitor.post(f"{page}/renew").status_code == 303
    assert (notes.read_text(), file.is_symlink(), file.read_text()) == ("mine", False, third)

    # A folder that leads elsewhere isn't followed, and the page says so.
    file.unlink()
    file.parent.rmdir()
    (home / "elsewhere").mkdir()
    file.parent.symlink_to("elsewhere")
    refused = visitor.post(f"{page}/renew")
    assert (refused.status_code, "couldn’t be put into your home" in refused.text) == (409, True)
    assert not list((home / "elsewhere").iterdir())
    file.parent.unlink()
    assert visitor.post(f"{page}/renew").status_code == 303

    # Signed out in one of two browsers, it stays; in the last one, it is gone from the home, and over there, as the operator
    # wants it.
    other = Visitor(hub)
    follow(other, link(third, "/hub/storage"), openbis.url)
    other.post("/hub/logout")
    assert (file.read_text(), third in openbis.sessions.active) == (third, True)
    visitor.post("/hub/account/sign-out-others")
    visitor.post("/hub/logout")
    assert not file.exists()
    assert third not in openbis.sessions.active
    assert {first, second, third}.isdisjoint(re.split(r"[^\w.-]", hub.log.read_text()))


def spaces(openbis: OpenBIS, user: str) -> list[str]:
    """What somebody may see there."""
    known = [one.code for one in openbis.registry.all[Sort.SPACE].values()]
    return [code for code in known if openbis.sessions.person_named(user).sees(code)]


def test_the_hub_keeps_sessions_open_while_somebody_works(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"username": "bob", "password": "bob"}).status_code == 302
    seen = len(openbis.seen)

    def is_asked() -> bool:
        return any(told["call"] == "getSessionInformation" and told["user"] == "bob" for told in openbis.seen[seen:])

    assert eventually(is_asked, within=60)


def test_who_has_another_account_adds_openbis_to_it(hub: CarrelHub, openbis: OpenBIS) -> None:
    dora = person(hub, "dora")
    openbis.sessions.put(Person("D.Ora", "D.Ora"))
    asked = dora.post("/hub/account/ways/lab/add")
    assert asked.status_code == 200
    added = dora.post("/hub/account/ways/lab/prove", {"username": "D.Ora", "password": "D.Ora"})
    assert added.headers["Location"] == "/hub/account?done=linked"
    assert "D.Ora" in dora.ask("GET", "/hub/account/openbis/lab").text
    # Links of openBIS have its name.
    assert dora.ask("GET", "/hub/user/D.Ora/lab").headers["Location"] == "/user/dora/lab"
    # A newer token of hers signs nobody out, and what works with the older one in her servers goes on.
    brought = openbis.sessions.begin("D.Ora")
    answer, _ = follow(dora, link(brought), "")
    assert (answer.status_code, who(dora)) == (200, "dora")
    assert len(sessions(openbis, "D.Ora")) == 2
    # Taken away, what the hub began ends over there, and what she brought is hers.
    assert dora.post("/hub/account/openbis/lab/renew", {"password": "D.Ora"}).status_code == 303
    assert len(sessions(openbis, "D.Ora")) == 3
    assert dora.post("/hub/account/ways/lab/remove").status_code == 303
    assert (len(sessions(openbis, "D.Ora")), brought in openbis.sessions.active) == (2, True)


def sessions(openbis: OpenBIS, user: str) -> list[str]:
    """The sessions that somebody has over there."""
    return [token for token, (owner, _) in openbis.sessions.active.items() if owner == user]


def test_a_token_that_is_taken_out_of_the_hub_ends_if_the_hub_began_it(hub: CarrelHub, openbis: OpenBIS) -> None:
    openbis.sessions.put(Person("tidy", "tidy"))
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"username": "tidy", "password": "tidy"}).status_code == 302
    assert len(sessions(openbis, "tidy")) == 1
    assert visitor.post("/hub/account/openbis/lab/forget").status_code == 303
    assert (sessions(openbis, "tidy"), kept_tokens(hub, "tidy")) == ([], 0)
    brought = openbis.sessions.begin("tidy")
    assert visitor.post("/hub/account/openbis/lab/renew", {"password": brought}).status_code == 303
    assert visitor.post("/hub/account/openbis/lab/forget").status_code == 303
    assert (sessions(openbis, "tidy"), kept_tokens(hub, "tidy")) == ([brought], 0)
    # It is forgotten also when openBIS doesn't answer.
    assert visitor.post("/hub/account/openbis/lab/renew", {"password": "tidy"}).status_code == 303
    openbis.stop()
    assert visitor.post("/hub/account/openbis/lab/forget").status_code == 303
    assert kept_tokens(hub, "tidy") == 0


# What a token is worth, which all that runs in a server can read


def test_a_token_is_not_enough_for_who_manages_the_hub(hub: CarrelHub, openbis: OpenBIS) -> None:
    openbis.sessions.put(Person("ruler", "ruler"))
    first = Visitor(hub)
    assert first.post("/hub/login/lab", {"username": "ruler", "password": "ruler"}).status_code == 302
    hub.command("user", "admin", "ruler")
    token = openbis.sessions.begin("ruler")
    for visitor, answer in (
        ((other := Visitor(hub)), other.post("/hub/login/lab", {"session": token})),
        ((linked := Visitor(hub)), follow(linked, link(token), openbis.url)[0]),
    ):
        assert (answer.status_code, "A token isn’t enough" in answer.text, who(visitor)) == (403, True, "")
    # Where they are signed in it renews theirs.
    assert (follow(first, link(token), openbis.url)[0].status_code, who(first)) == (200, "ruler")


def test_who_came_with_a_token_makes_no_lasting_way_in(hub: CarrelHub, openbis: OpenBIS) -> None:
    openbis.sessions.put(Person("brief", "brief"))
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"session": openbis.sessions.begin("brief")}).status_code == 302
    refused = visitor.post("/hub/account/ways/careless/add")
    assert (refused.status_code, "You signed in with a token" in refused.text) == (403, True)
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"username": "brief", "password": "brief"}).status_code == 302
    assert visitor.post("/hub/account/ways/careless/add").status_code == 200


def test_not_me_takes_the_token_out_of_the_hub(hub: CarrelHub, openbis: OpenBIS) -> None:
    openbis.sessions.put(Person("robbed", "robbed"))
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"username": "robbed", "password": "robbed"}).status_code == 302
    assert kept_tokens(hub, "robbed") == 1
    assert visitor.post("/hub/account/not-me").is_redirect
    assert (who(visitor), kept_tokens(hub, "robbed"), sessions(openbis, "robbed")) == ("", 0, [])


def kept_tokens(hub: CarrelHub, name: str) -> int:
    """How many tokens of somebody are in the vault."""
    with contextlib.closing(sqlite3.connect(hub.state / "carrel.db")) as database:
        query = "SELECT count(*) FROM credential JOIN user ON user.id = userId WHERE name = ?"
        return int(database.execute(query, [name]).fetchone()[0])


def test_a_page_of_the_hub_signs_nobody_in_unasked(hub: CarrelHub, openbis: OpenBIS) -> None:
    answer, _ = follow(Visitor(hub), link(openbis.sessions.begin("alice")), hub.url + "/user/bob/lab")
    assert "alice" in answer.text
    assert who(Visitor(hub)) == ""
