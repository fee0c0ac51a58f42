"""A program that signs people in by OpenID Connect: Authlib's client, and a browser without a screen."""

import threading
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url

CALLBACK = "https://carrel.example.org/hub/oauth_callback"
VO = "vo.notebooks.egi.eu"
SECRET = "the secret of carrel"
FAREWELL = "https://carrel.example.org/hub/logged-out"
# Seconds that a call may take.
PATIENCE = 30


class Forms(HTMLParser):
    """The forms of a page: where each goes, its hidden fields, and its buttons by their labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self._open: tuple[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What a form is made of."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.fields[given["name"]] = given["value"]
        elif tag == "button":
            self._open = (given["name"], given["value"])

    def handle_data(self, data: str) -> None:
        """The label of a button."""
        if self._open is not None:
            self.buttons[data], self._open = self._open, None


class ScreenlessBrowser:
    """Cookies, and buttons that are found by their labels; stops where it is sent to another host."""

    def __init__(self, trust: str | bool = True) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = trust
        self.answer = requests.Response()

    def open(self, address: str) -> Self:
        """Goes to an address, and on to where it is sent on the same host."""
        return self._follow(self.session.get(address, allow_redirects=False, timeout=PATIENCE))

    def click(self, label: str) -> Self:
        """Sends the page's form by one of its buttons."""
        forms = Forms(self.answer.text)
        name, value = forms.buttons[label]
        address = urljoin(self.answer.url, forms.action)
        form = {**forms.fields, name: value}
        return self._follow(self.session.post(address, data=form, allow_redirects=False, timeout=PATIENCE))

    @property
    def buttons(self) -> list[str]:
        """The labels of the page's buttons."""
        return list(Forms(self.answer.text).buttons)

    @property
    def sent_to(self) -> str:
        """The address on another host to which it was sent; empty if it shows a page."""
        return self.answer.headers.get("Location", "")

    @property
    def sent_with(self) -> dict[str, str]:
        """The fields of that address."""
        return dict(parse_qsl(urlsplit(self.sent_to).query))

    def _follow(self, answer: requests.Response) -> Self:
        here = urlsplit(answer.url).netloc
        while answer.is_redirect and urlsplit(urljoin(answer.url, answer.headers["Location"])).netloc == here:
            to = urljoin(answer.url, answer.headers["Location"])
            answer = self.session.get(to, allow_redirects=False, timeout=PATIENCE)
        self.answer = answer
        return self


class RelyingParty(OAuth2Session, OpenIDMixin):
    """Authlib's client, which knows nothing but the issuer and what it was registered with."""

    def __init__(self, issuer: str, trust: str | bool = True, **registration: Any) -> None:
        how = {
            "client_id": "carrel",
            "client_secret": SECRET,
            "redirect_uri": CALLBACK,
            "scope": "openid profile email voperson_id eduperson_entitlement offline_access",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        }
        super().__init__(**how | registration)
        self.trust_env = False
        self.verify = trust
        self.issuer = issuer
        self.server_metadata: dict[str, Any] = {}
        self.verifier = generate_token(48)
        self.nonce = generate_token(20)

    def load_server_metadata(self) -> dict[str, Any]:
        """What discovery says, checked by Authlib."""
        if not self.server_metadata:
            answer = self.get(get_well_known_url(self.issuer, external=True), withhold_token=True)
            answer.raise_for_status()
            metadata = OpenIDProviderMetadata(answer.json())
            metadata.validate()
            if metadata["issuer"] != self.issuer:
                raise ValueError(f"another issuer: {metadata['issuer']}")
            self.server_metadata = dict(metadata)
        return self.server_metadata

    def _get_session(self) -> Self:
        return self

    def endpoint(self, name: str) -> str:
        """An address, by its name in the metadata without `_endpoint`."""
        return self.load_server_metadata()[f"{name}_endpoint"]

    def address(self, **more: str) -> str:
        """Where a browser is sent to sign in."""
        more = {"nonce": self.nonce} | more
        address, self.state = self.create_authorization_url(
            self.endpoint("authorization"), code_verifier=self.verifier, **more
        )
        return address

    def redeem(self, address: str, **more: str) -> dict[str, Any]:
        """Tokens for the address that the browser came back to."""
        more = {"code_verifier": self.verifier} | more
        return self.fetch_token(self.endpoint("token"), authorization_response=address, state=self.state, **more)

    def sign_in(self, browser: ScreenlessBrowser, name: str, **more: str) -> dict[str, Any]:
        """Somebody signs in by the page."""
        browser.open(self.address(**more)).click(f"Sign in as {name}")
        return self.redeem(browser.sent_to)

    def identify(self, tokens: dict[str, Any], nonce: str | None = None) -> dict[str, Any]:
        """The claims of the ID token, if it is good. Authlib asks only when told to whether it is for this program."""
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        return self.parse_id_token(tokens, nonce, options)

    def renew(self, refresh_token: str | None = None, **more: str) -> dict[str, Any]:
        """New tokens for a refresh token."""
        return self.refresh_token(self.endpoint("token"), refresh_token, **more)

    def introspect(self, token: str) -> dict[str, Any]:
        """What the provider says of a token."""
        answer = self.introspect_token(self.endpoint("introspection"), token)
        answer.raise_for_status()
        return answer.json()

    def logout_address(self, id_token: str | None, back: str | None = FAREWELL, **more: str) -> str:
        """Where a browser is sent to sign out."""
        return self.create_logout_url(back, id_token, "bye", **more)["url"]


class BackChannel:
    """Where a program is told of logouts; `received` are the tokens."""

    def __init__(self) -> None:
        self.received: list[str] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """One token."""
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                received.append(parse_qs(form)["logout_token"][0])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hub/backchannel_logout"

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
