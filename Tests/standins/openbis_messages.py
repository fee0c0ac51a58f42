"""What the stand-in for openBIS is asked and what it answers."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, unquote

from openbis_faults import Failure

TOKEN = re.compile(r"(\$pat-)?[^\s\"'=&]*-\d{15}x[0-9A-F]{32}")
# Where a request holds plain numbers; elsewhere one stands for an object that came before.
NUMBERS = frozenset(
    {"@id", "from", "count", "value", "validFromDate", "validToDate", "wishedNumberOfStreams", "version"}
)


@dataclass
class Request:
    """One request."""

    method: str
    # Decoded, without the query.
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, headers: dict[str, str]) -> Self:
        """Reads a target."""
        path, _, query = target.partition("?")
        return cls(method, unquote(path), parse_qs(query, keep_blank_values=True), headers)

    def first(self, name: str, other: str = "") -> str:
        """The first of a field of the query."""
        return self.query.get(name, [other])[0]

    def number(self, name: str) -> int:
        """A field of the query that must be a number."""
        text = self.first(name, "0")
        if not re.fullmatch(r"\d{1,15}", text):
            raise Failure(f"{name} is no number")
        return int(text)

    def json(self) -> dict[str, Any]:
        """An object in the body; no content type is asked for (reference 4.2)."""
        try:
            told = json.loads(self.body)
        except ValueError:
            raise Failure("the body is no JSON") from None
        if not isinstance(told, dict):
            raise Failure("the body is no object")
        return told


@dataclass(frozen=True)
class Answer:
    """A whole answer; a long body comes in pieces, and then `length` tells how much that will be."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    pieces: Iterable[bytes] | None = None
    length: int = 0

    def whole(self) -> bytes:
        """All of the body."""
        return self.body if self.pieces is None else b"".join(self.pieces)


@dataclass(frozen=True)
class Call:
    """What a request wants: a name for tests and faults, what is noted of it, and how it is answered."""

    name: str
    params: Any = None
    number: Any = None
    is_remote_call: bool = False


def json_answer(content: Any, kind: str = "application/json") -> Answer:
    """JSON."""
    return Answer(body=json.dumps(content).encode(), headers=(("Content-Type", kind),))


def page_answer(title: str, text: str, status: int = HTTPStatus.OK) -> Answer:
    """A page for people."""
    page = f"<!doctype html><title>{title}</title><h1>{text}</h1>"
    return Answer(status, page.encode(), (("Content-Type", "text/html;charset=utf-8"),))


def result(number: Any, content: Any) -> Answer:
    """A result (JSON-RPC 2.0 section 5): without a member for an error, because clients look whether there is one."""
    return json_answer({"jsonrpc": "2.0", "id": number, "result": content})


def error(number: Any, failure: Failure) -> Answer:
    """A refusal, with status 200 as every other answer."""
    told = {"exceptionTypeName": failure.kind, "message": str(failure)}
    return json_answer({"jsonrpc": "2.0", "id": number, "error": {"code": 0, "message": str(failure), "data": told}})


def masked(told: Any) -> Any:
    """The same without tokens."""
    match told:
        case dict():
            return {key: masked(value) for key, value in told.items()}
        case list():
            return [masked(value) for value in told]
        case str():
            return TOKEN.sub("…", told)
    return told


def resolved(told: Any, known: dict[str, Any] | None = None) -> Any:
    """A parameter with the objects that its bare numbers stand for (reference 4.3); `@id` may be a text as well."""
    known = {} if known is None else known
    if isinstance(told, list):
        return [known.get(str(one), one) if is_number(one) else resolved(one, known) for one in told]
    if not isinstance(told, dict):
        return told
    read: dict[str, Any] = {}
    if "@id" in told:
        known[str(told["@id"])] = read
    for key, value in told.items():
        stands_for = is_number(value) and key not in NUMBERS
        read[key] = known.get(str(value), value) if stands_for else resolved(value, known)
    return read


def is_number(told: Any) -> bool:
    """Whether it is a bare whole number."""
    return isinstance(told, int) and not isinstance(told, bool)


def numbered(content: Any) -> Any:
    """An answer as Jackson writes it: each object has a number, and where it comes again there is the number alone."""
    seen: dict[int, int] = {}

    def of(told: Any) -> Any:
        if isinstance(told, list):
            return [of(one) for one in told]
        if not isinstance(told, dict):
            return told
        if "@type" not in told:
            return {key: of(value) for key, value in told.items()}
        if id(told) in seen:
            return seen[id(told)]
        seen[id(told)] = len(seen) + 1
        return {"@type": told["@type"], "@id": seen[id(told)]} | {
            key: of(value) for key, value in told.items() if key != "@type"
        }

    return of(content)
