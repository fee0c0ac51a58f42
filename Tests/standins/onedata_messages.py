"""Requests and answers of the stand-in for Onedata."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qs, quote, unquote, urlsplit

from onedata_errors import Refusal

PIECE = 1 << 16
LONGEST_JSON = 1 << 20


class CutUpload(Exception):
    """A fault broke off the request in the middle."""


class Body:
    """What comes with a request, piece by piece."""

    def __init__(self, stream: BinaryIO, length: int | None) -> None:
        self.stream = stream
        # What is still to come; None while a chunked body goes on.
        self.rest = length
        # After so many bytes it is broken off.
        self.limit: int | None = None
        self.taken = 0

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they come."""
        source = self._chunks() if self.rest is None else self._plain()
        for piece in source:
            if self.limit is not None and self.taken + len(piece) >= self.limit:
                yield piece[: self.limit - self.taken]
                raise CutUpload
            self.taken += len(piece)
            yield piece
        if self.limit is not None:
            raise CutUpload

    def _plain(self) -> Iterator[bytes]:
        while self.rest:
            piece = self._read(min(self.rest, PIECE))
            self.rest -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size = int(self.stream.readline(100).split(b";")[0], 16)
            left = size
            while left:
                piece = self._read(min(left, PIECE))
                left -= len(piece)
                yield piece
            self.stream.readline(100)
            if size == 0:
                self.rest = 0
                return

    def _read(self, size: int) -> bytes:
        piece = self.stream.read1(size)  # type: ignore[attr-defined]
        if not piece:
            raise ConnectionResetError
        return piece

    def json(self) -> Any:
        """The JSON in it; None if there is nothing."""
        data = bytearray()
        for piece in self.pieces():
            data += piece
            if len(data) > LONGEST_JSON:
                raise Refusal("badValueNotAllowed", key="body")
        if not data:
            return None
        try:
            return json.loads(data)
        except ValueError:
            raise Refusal("badValueNotAllowed", key="body") from None


@dataclass
class Request:
    """What is asked."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Body
    # What stands in the path where the route has a name.
    found: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path as it came, encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's fields."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def field(self, name: str, default: str = "") -> str:
        """The first value of one field."""
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A number in the query, within bounds."""
        text = self.field(name, str(default))
        try:
            value = int(text)
        except ValueError:
            raise Refusal("badValueInteger", key=name) from None
        if value < low:
            raise Refusal("badValueTooLow", key=name, limit=low)
        if value > high:
            raise Refusal("badValueTooHigh", key=name, limit=high)
        return value

    def part(self, name: str) -> str:
        """What stands in the path, decoded."""
        return unquote(self.found[name])

    @property
    def token(self) -> str | None:
        """The token of its headers."""
        shown = self.headers.get("X-Auth-Token") or self.headers.get("Macaroon")
        kind, _, bearer = self.headers.get("Authorization", "").partition(" ")
        return shown or (bearer if kind == "Bearer" else None)


@dataclass
class Answer:
    """What goes back; a body of pieces comes with its length."""

    status: int = HTTPStatus.NO_CONTENT
    pieces: Iterable[bytes] = ()
    length: int = 0
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Route:
    """A call: its name, its method, its path with `{names}`, and who answers."""

    name: str
    method: str
    path: str
    answer: Callable[[Request], Answer]


def json_answer(value: Any, status: int = HTTPStatus.OK, *headers: tuple[str, str]) -> Answer:
    """JSON."""
    body = json.dumps(value).encode()
    return Answer(status, (body,), len(body), (("Content-Type", "application/json"), *headers))


def created(location: str, value: Any) -> Answer:
    """Something new."""
    return json_answer(value, HTTPStatus.CREATED, ("Location", quote(location)))


def refusal_answer(refusal: Refusal) -> Answer:
    """An error."""
    return json_answer({"error": refusal.error}, refusal.status)
