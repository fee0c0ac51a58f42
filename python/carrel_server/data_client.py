"""The hub's data gateway as a server sees it: WebDAV (RFC 4918) over a socket; needs nothing but the standard library."""

import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

from carrel_server.hub_call import SocketConnection

# Seconds without a byte. The gateway itself says sooner that a service is away; which folders there are it knows.
DEADLINE, SHORT = 120.0, 5.0
PIECE = 1 << 18
PREFIX = "/dav/"
DAV, OURS = "{DAV:}", "{urn:carrel:data}"
MULTI_STATUS = 207
ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>'
    b"<resourcetype/><getcontentlength/><getlastmodified/><creationdate/></prop></propfind>"
)


class DataError(Exception):
    """The gateway didn't do what it was asked; the words are for the user."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Entry:
    """A file or folder; the size is in bytes."""

    name: str
    is_folder: bool
    size: int
    modified: datetime


class DataClient:
    """Asks the gateway; each call uses a connection of its own, so that they can be made from any thread.

    A path is like `b2drop/rivers/a.csv`. All calls raise DataError.
    """

    def __init__(self, socket: str, token: str) -> None:
        self._socket, self._token = socket, token

    def folders(self) -> list[Entry]:
        """What there is at the top; asks nobody but the gateway."""
        return self._found("", "1", SHORT)[1:]

    def entries(self, path: str) -> list[Entry]:
        """What is in a folder."""
        return self._found(path, "1")[1:]

    def entry(self, path: str) -> Entry:
        """One file or folder."""
        return self._found(path, "0")[0]

    def read(self, path: str) -> bytes:
        """A whole file."""
        with self._asked("GET", path) as answer:
            return answer.read()

    def write(self, path: str, content: bytes | IO[bytes], size: int) -> None:
        """Puts a file in the place of what there is, once all of it has come."""
        with self._asked("PUT", path, content, {"Content-Length": str(size)}) as answer:
            answer.read()

    def make_folder(self, path: str) -> None:
        """Makes a folder."""
        with self._asked("MKCOL", path) as answer:
            answer.read()

    def remove(self, path: str) -> None:
        """Removes a file, or a folder with all that is in it."""
        with self._asked("DELETE", path) as answer:
            answer.read()

    def move(self, old: str, new: str) -> None:
        """Moves or renames; what has the new name stays, and then it is an error."""
        headers = {"Destination": self._address(new), "Overwrite": "F"}
        with self._asked("MOVE", old, headers=headers) as answer:
            answer.read()

    def _found(self, path: str, depth: str, deadline: float = DEADLINE) -> list[Entry]:
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        with self._asked("PROPFIND", path, ASKED, headers, deadline) as answer:
            if answer.status != MULTI_STATUS:
                raise DataError(502, "The data gateway gave an answer that can't be understood.")
            try:
                return [_entry(response) for response in ElementTree.fromstring(answer.read()).iter(f"{DAV}response")]
            except (ElementTree.ParseError, ValueError) as error:
                raise DataError(502, "The data gateway gave an answer that can't be understood.") from error

    @contextlib.contextmanager
    def _asked(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        headers: dict[str, str] | None = None,
        deadline: float = DEADLINE,
    ) -> Iterator[http.client.HTTPResponse]:
        connection = SocketConnection(self._socket, deadline)
        connection.blocksize = PIECE
        with contextlib.closing(connection):
            try:
                shown = {"Authorization": f"Bearer {self._token}"} | (headers or {})
                # Who refuses doesn't read the rest of what is sent; the reason has come all the same.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    connection.request(method, self._address(path), body, shown)
                answer = connection.getresponse()
                if answer.status >= 300:
                    raise _refusal(answer)
                yield answer
            except (OSError, http.client.HTTPException) as error:
                raise DataError(503, "The data gateway doesn't answer at the moment. Try again in a minute.") from error

    @staticmethod
    def _address(path: str) -> str:
        return PREFIX + quote(path.strip("/"))


def _entry(response: ElementTree.Element) -> Entry:
    """What one `response` of a multistatus says."""
    path = unquote(urlsplit(response.findtext(f"{DAV}href", "")).path).rstrip("/")
    said = {one.tag: one for one in response.iterfind(f"{DAV}propstat/{DAV}prop/*")}
    kind, size, modified = (said.get(DAV + name) for name in ("resourcetype", "getcontentlength", "getlastmodified"))
    return Entry(
        name=path.rsplit("/", 1)[-1],
        is_folder=kind is not None and kind.find(f"{DAV}collection") is not None,
        size=int(size.text) if size is not None and size.text else 0,
        modified=parsedate_to_datetime(modified.text)
        if modified is not None and modified.text
        else datetime.fromtimestamp(0, UTC),
    )


def _refusal(answer: http.client.HTTPResponse) -> DataError:
    """The gateway's own words, if there are any."""
    words = ""
    with contextlib.suppress(ElementTree.ParseError, OSError, http.client.HTTPException):
        said = ElementTree.fromstring(answer.read(1 << 16))
        parts = [said.findtext(OURS + name, "") for name in ("message", "remedy")]
        words = " ".join(part for part in parts if part)
    return DataError(answer.status, words or f"The data gateway answered with status {answer.status}.")
