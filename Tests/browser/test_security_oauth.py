"""The OAuth provider against a hostile signed-in user who knows her own server's secret (reference 1.11)."""

import base64
import concurrent.futures
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from carrel_hub import CarrelHub
from hub_people import Visitor, person
from inside import run_inside

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CLIENT = "jupyterhub-user-oamallory"
REDIRECT = "/user/oamallory/oauth_callback"


class Client:
    """Mallory, with the secret of her server's OAuth client."""

    def __init__(self, hub: CarrelHub) -> None:
        self.hub = hub
        self.one = person(hub, "oamallory")
        token = hub.token("oamallory")
        hub.start_server("oamallory", token)
        self.secret = run_inside(
            hub, "oamallory", token, "import os; print(os.environ['JUPYTERHUB_API_TOKEN'])"
        ).strip()

    def authorize(self, visitor: Visitor | None = None, **changed: str | None) -> requests.Response:
        """The browser's half."""
        given: dict[str, str | None] = {
            "client_id": CLIENT,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        query = {name: value for name, value in (given | changed).items() if value is not None}
        return (visitor or self.one).ask("GET", "/hub/api/oauth2/authorize?" + urlencode(query))

    def code(self, visitor: Visitor | None = None) -> str:
        """A good code."""
        return parse_qs(urlsplit(self.authorize(visitor).headers["Location"]).query)["code"][0]

    def exchange(self, code: str, **changed: str | None) -> requests.Response:
        """The server's half."""
        given: dict[str, Any] = {
            "client_id": CLIENT,
            "client_secret": self.secret,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        form = {name: value for name, value in (given | changed).items() if value is not None}
        return requests.post(self.hub.url + "/hub/api/oauth2/token", data=form, timeout=60)

    def is_live(self, token: str) -> bool:
        """Whether a token still names somebody."""
        return self.hub.ask("GET", "/hub/api/user", token).status_code == 200


@pytest.fixture(scope="module")
def client(hub: CarrelHub) -> Client:
    """One hostile client for all tests here."""
    hub.add_user("oavictim")
    hub.start_server("oavictim", hub.token("oavictim"))
    return Client(hub)


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "/user/oavictim/oauth_callback"},
        {"redirect_uri": "//evil.example" + REDIRECT},
        {"redirect_uri": "https://evil.example" + REDIRECT},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": REDIRECT + "?x"},
        {"redirect_uri": "/user/oamallory/../oavictim/oauth_callback"},
        {"client_id": "jupyterhub-user-OAMallory"},
        {"client_id": CLIENT + "\0"},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
def test_codes_go_to_the_registered_address_only(client: Client, changed: dict[str, str | None]) -> None:
    """Anything else is a page, never a redirect."""
    answer = client.authorize(**changed)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "scope", ["admin:users", "access:servers", "inherit", "access:servers!server=oavictim/", "tokens", "servers"]
)
def test_a_server_cant_ask_for_more(client: Client, scope: str) -> None:
    """Its token opens it, and nothing else."""
    assert "error=invalid_scope" in client.authorize(scope=scope).headers["Location"]


def test_nobody_gets_a_code_for_somebody_elses_server(client: Client) -> None:
    """Nor does a victim's browser get one for mallory's."""
    answer = client.authorize(client_id="jupyterhub-user-oavictim", redirect_uri="/user/oavictim/oauth_callback")
    assert answer.status_code == 403
    other = person(client.hub, "oavisitor")
    assert client.authorize(other).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"client_secret": "x" * 32}, 401),
        ({"client_secret": None}, 401),
        ({"client_id": "jupyterhub-user-oavictim"}, 401),
        ({"code_verifier": None}, 400),
        ({"code_verifier": "w" * 50}, 400),
        ({"redirect_uri": "/user/oavictim/oauth_callback"}, 400),
        ({"grant_type": "password"}, 400),
        ({"grant_type": "client_credentials"}, 400),
        ({"grant_type": "refresh_token"}, 400),
    ],
)
def test_a_code_alone_is_worth_nothing(client: Client, changed: dict[str, str | None], status: int) -> None:
    """Secret, verifier, address and client must all be right."""
    answer = client.exchange(client.code(), **changed)
    assert answer.status_code == status
    assert "access_token" not in answer.text


def test_a_code_works_once(client: Client) -> None:
    """Shown twice, what was made from it is revoked; shown eight times at once, at most one token is made."""
    code = client.code()
    token = client.exchange(code).json()["access_token"]
    assert client.is_live(token)
    assert client.exchange(code).status_code == 400
    assert not client.is_live(token)
    code = client.code()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.exchange(code).status_code, range(8)))
    assert answers.count(200) <= 1, answers


def test_sign_out_ends_tokens_and_codes(client: Client) -> None:
    """Also a code that wasn't exchanged yet."""
    again = Visitor(client.hub)
    again.try_to_sign_in("oamallory", "a long enough pass phrase 7")
    token = client.exchange(client.code(again)).json()["access_token"]
    code = client.code(again)
    assert client.is_live(token)
    again.post("/hub/logout")
    assert not client.is_live(token)
    assert client.exchange(code).status_code == 400
    assert again.ask("GET", "/hub/home").status_code == 302


def test_disabling_and_stopping_end_tokens(client: Client) -> None:
    """The server's own token goes with the server, a user's tokens with the account."""
    hub = client.hub
    hub.add_user("oadisabled")
    token = hub.token("oadisabled")
    hub.start_server("oadisabled", token)
    own = run_inside(hub, "oadisabled", token, "import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").strip()
    assert client.is_live(own)
    hub.command("user", "disable", "oadisabled")
    assert not client.is_live(own)
    assert not client.is_live(token)
