"""What the stand-in for Check-in is asked, what it answers, and what it remembers of it."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

# What a record shows to have been there, but not what it was.
SECRET_FIELDS = {
    "client_secret",
    "code",
    "code_verifier",
    "id_token_hint",
    "refresh_token",
    "subject_token",
    "token",
}
HIDDEN = "(secret)"


class Endpoint(StrEnum):
    """The addresses below that of the realm, as Keycloak has them."""

    DISCOVERY = "/.well-known/openid-configuration"
    AUTHORIZATION = "/protocol/openid-connect/auth"
    SIGN_IN = "/login-actions/authenticate"
    TOKEN = "/protocol/openid-connect/token"
    INTROSPECTION = "/protocol/openid-connect/token/introspect"
    USERINFO = "/protocol/openid-connect/userinfo"
    REVOCATION = "/protocol/openid-connect/revoke"
    KEYS = "/protocol/openid-connect/certs"
    LOGOUT = "/protocol/openid-connect/logout"


class Refusal(Exception):
    """An error of OAuth (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description, self.status = error, description, status


class PageRefusal(Exception):
    """What a person is told, because there is no program that may be told."""


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(content: Mapping[str, Any], status: int = HTTPStatus.OK) -> Answer:
    """JSON, which nobody may keep (RFC 6749 section 5.1)."""
    headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))
    return Answer(status, json.dumps(content).encode(), headers)


def page_answer(page: str, status: int = HTTPStatus.OK) -> Answer:
    """A page, which nobody may keep."""
    return Answer(status, page.encode(), (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")))


def redirect(address: str, fields: Mapping[str, str | None], cookie: str = "") -> Answer:
    """Sends a browser elsewhere, with fields added to the address; those that are None are left out."""
    query = urlencode({name: value for name, value in fields.items() if value is not None})
    mark = ("&" if urlsplit(address).query else "?") if query else ""
    headers = [("Location", f"{address}{mark}{query}"), ("Cache-Control", "no-store")]
    if cookie:
        headers.append(("Set-Cookie", cookie))
    return Answer(HTTPStatus.FOUND, b"", tuple(headers))


@dataclass(frozen=True)
class Request:
    """One request. Fields of a query and of a form are the last of their name; `repeated` are those given twice."""

    method: str
    endpoint: Endpoint
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    authorization: str = ""
    repeated: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """Where a request may come by GET and by POST, what it says either way."""
        return self.form if self.method == "POST" else self.query

    @property
    def bearer(self) -> str:
        """The access token that was shown (RFC 6750 section 2.1); empty without one."""
        scheme, _, token = self.authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def basic(self) -> tuple[str, str] | None:
        """Identifier and secret of a client, each encoded as in a form (RFC 6749 section 2.3.1)."""
        scheme, _, shown = self.authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = base64.b64decode(shown, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refusal("invalid_client", "unreadable Authorization", HTTPStatus.UNAUTHORIZED) from None
        identifier, _, secret = text.partition(":")
        return unquote_plus(identifier), unquote_plus(secret)

    def required(self, name: str) -> str:
        """A field that has to be there."""
        value = self.fields.get(name, "")
        if not value:
            raise Refusal("invalid_request", f"Missing parameter: {name}")
        return value


@dataclass(frozen=True)
class Seen:
    """What is remembered of a request, for assertions: its fields, and the values of those that aren't secret.

    `client` is the program that said who it was, `scheme` how: `Basic`, `Bearer` or nothing.
    """

    method: str
    endpoint: Endpoint
    query: dict[str, str]
    form: dict[str, str]
    client: str
    scheme: str

    @classmethod
    def of(cls, request: Request) -> "Seen":
        """Of one request."""
        scheme = request.authorization.partition(" ")[0]
        try:
            shown = request.basic
        except Refusal:
            shown = None
        client = shown[0] if shown else request.fields.get("client_id", "")
        return cls(request.method, request.endpoint, hidden(request.query), hidden(request.form), client, scheme)


def hidden(fields: Mapping[str, str]) -> dict[str, str]:
    """The same without the values of secrets."""
    return {name: HIDDEN if name in SECRET_FIELDS else value for name, value in fields.items()}


def parse_fields(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The fields of a query or a form, and the names of those given more than once."""
    pairs = parse_qsl(text, keep_blank_values=True)
    names = [name for name, _ in pairs]
    return dict(pairs), tuple(sorted({name for name in names if names.count(name) > 1}))
