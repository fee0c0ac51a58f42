"""What the stand-in for StorageHub is asked and what it answers."""

import base64
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from storagehub_faults import EXCEPTIONS, HubError, InvalidCallParameters

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(content: Any, status: int = HTTPStatus.OK) -> Answer:
    """JSON."""
    return Answer(status, json.dumps(content).encode(), (("Content-Type", "application/json"),))


def text_answer(text: str, status: int = HTTPStatus.OK) -> Answer:
    """Plain text."""
    return Answer(status, text.encode(), (("Content-Type", "text/plain"),))


def error_answer(error: HubError) -> Answer:
    """An exception as it is sent (reference `egi.md` 3.4)."""
    name = f"{EXCEPTIONS}.{error.name}"
    said = {"exceptionClass": name, "message": str(error), "encodedTrace": "cnVu", "id": -1}
    return json_answer(said, error.status)


def base64url(content: bytes) -> str:
    """Base64 for URLs without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass(frozen=True)
class Request:
    """One request."""

    method: str
    # As it came, still encoded, without the query.
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, headers: dict[str, str], body: bytes) -> "Request":
        """Reads a target."""
        path, _, query = target.partition("?")
        return cls(method, path, parse_qs(query, keep_blank_values=True), headers, body)

    @property
    def type(self) -> str:
        """The content type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; none if it isn't one."""
        if self.type != FORM:
            return {}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """The token that was shown: in a header field, or as an old one in the address."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
        return self.headers.get("gcube-token") or self.first("gcube-token")

    def first(self, name: str, other: str = "") -> str:
        """The first of a field of the query."""
        return self.query.get(name, [other])[0]

    def json(self) -> dict[str, Any]:
        """An object in the body."""
        try:
            told = json.loads(self.body)
        except ValueError:
            raise InvalidCallParameters("this is no JSON") from None
        if not isinstance(told, dict):
            raise InvalidCallParameters("this is no object")
        return told

    def number(self, name: str) -> int:
        """A field of the query that must be a number."""
        text = self.first(name)
        if not re.fullmatch(r"\d{1,9}", text):
            raise InvalidCallParameters(f"{name} is no number")
        return int(text)

    def flag(self, name: str) -> bool:
        """A field of the query that is true or false."""
        return self.first(name).lower() == "true"

    def field(self, name: str) -> str:
        """A field of a form that must be there."""
        text = self.form.get(name)
        if text is None:
            raise InvalidCallParameters(f"{name} is missing")
        return text

    def parts(self) -> dict[str, list[bytes]]:
        """The parts of a form with files (RFC 7578), by name."""
        found = re.search(r'boundary="?([^";]+)"?', self.headers.get("content-type", ""))
        if self.type != MULTIPART or found is None:
            raise InvalidCallParameters("this is no form with files")
        mark = b"--" + found[1].encode()
        first, *pieces = (b"\r\n" + self.body).split(b"\r\n" + mark)
        if first or not pieces or not pieces[-1].startswith(b"--"):
            raise InvalidCallParameters("the form has no end")
        parts: dict[str, list[bytes]] = {}
        for piece in pieces[:-1]:
            head, _, content = piece.partition(b"\r\n\r\n")
            name = re.search(rb'(?i)content-disposition:[^\r\n]*[; ]name="([^"]*)"', head)
            if name is None:
                raise InvalidCallParameters("a part has no name")
            parts.setdefault(name[1].decode(), []).append(content)
        return parts
