"""What the stand-in for Nextcloud does with a person's files over WebDAV."""

import contextlib
import mimetypes
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from nextcloud_conditions import Lock, Locks, check_if, check_tags
from nextcloud_errors import Refusal
from nextcloud_http import Answer, Request
from nextcloud_people import Person
from nextcloud_properties import View, asked_for, multistatus, nodes, response
from nextcloud_tree import PART, Names, Node, Tree, save

XML = {"Content-Type": "application/xml; charset=utf-8"}
VERBS = "OPTIONS, GET, HEAD, DELETE, PROPFIND, PUT, PROPPATCH, COPY, MOVE, REPORT, PATCH"
CLASSES = (
    "1, 3, extended-mkcol, access-control, calendarserver-principal-property-search, nextcloud-checksum-update, "
    "nc-calendar-search, nc-enable-birthday-calendar"
)


@dataclass(frozen=True)
class Place:
    """What a request is about: somebody's file, seen at an address."""

    view: View
    names: Names
    request: Request
    locks: Locks
    # Where uploads are put together before they are files.
    scratch: Path
    offers_locks: bool

    @property
    def tree(self) -> Tree:
        """The files."""
        return self.view.tree

    @property
    def person(self) -> Person:
        """Whose they are."""
        return self.view.person

    @property
    def node(self) -> Node | None:
        """What is there."""
        return self.tree.node(self.names)

    def lock_of(self, names: Names) -> Lock | None:
        """The lock of a file."""
        return self.locks.of(self.person.name, names)

    def require(self, *changed: Names) -> None:
        """Refuses a change unless all conditions of the request hold, and no lock of others is in the way."""
        for names in changed:
            self.locks.require(self.person.name, names, self.request.headers.get("If"))

    def check(self) -> None:
        """Refuses a request whose conditions don't hold."""
        check_tags(self.request.headers, self.node)
        self.check_states(self.names)

    def check_states(self, own: Names) -> None:
        """Refuses a request whose field If doesn't hold."""
        check_if(self.request.headers.get("If"), own, self.names_of, self.tree.node, self.lock_of)

    def names_of(self, url: str) -> Names | None:
        """The names at an address; None for another place."""
        base = os.fsdecode(unquote_to_bytes(self.view.base))
        path = os.fsdecode(unquote_to_bytes(urlsplit(url).path))
        if path != base and not path.startswith(base + "/"):
            return None
        return tuple(part for part in path.removeprefix(base).split("/") if part)

    def destination(self) -> Names:
        """Where something is to go."""
        names = self.names_of(self.request.headers.get("Destination", ""))
        if not names:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Destination header is missing or elsewhere")
        return names

    def require_room(self, size: int) -> None:
        """Refuses what is more than the quota."""
        available = self.view.available()
        if available >= 0 and size > available + (self.node.size if self.node is not None else 0):
            raise Refusal(HTTPStatus.INSUFFICIENT_STORAGE, f"Insufficient space, {size} required")

    def finish_upload(self, source: Path, names: Names) -> Answer:
        """Makes a file of what was uploaded."""
        headers = self.request.headers
        field = headers.get("X-OC-Mtime")
        was_there = self.tree.node(names) is not None
        modified = float(field) if field else None
        node = self.tree.put(names, source, modified, headers.get("OC-Checksum", ""))
        told = written(node)
        if field:
            told["X-OC-MTime"] = "accepted"
        return Answer(HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED, told)


def written(node: Node) -> dict[str, str]:
    """The header fields about a file that was written."""
    tag = f'"{node.etag}"'
    return {"ETag": tag, "OC-ETag": tag, "OC-FileId": f"{node.number:08}ocstandin123"}


def options(place: Place) -> Answer:
    """What can be done."""
    classes, verbs = CLASSES, VERBS
    if place.offers_locks:
        classes, verbs = classes.replace("1, 3", "1, 2, 3"), f"{verbs}, LOCK, UNLOCK"
    return Answer(HTTPStatus.OK, {"DAV": classes, "Allow": verbs, "MS-Author-Via": "DAV"})


def propfind(place: Place) -> Answer:
    """Properties, of what is in a folder too."""
    names = asked_for(place.request.body())
    depth = place.request.headers.get("Depth", "1")
    place.tree.existing(place.names)
    responses = (response(names, node, place.view) for node in nodes(place.view, place.names, depth))
    return Answer(HTTPStatus.MULTI_STATUS, {**XML, "DAV": CLASSES}, parts=gathered(multistatus(responses)))


def proppatch(place: Place) -> Answer:
    """Says that properties are set; the time of the last change is."""
    node = place.tree.existing(place.names)
    root = ElementTree.fromstring(place.request.body())
    for one in root.iter("{DAV:}lastmodified"):
        with contextlib.suppress(ValueError):
            os.utime(place.tree.path(place.names), (float(one.text or ""), float(one.text or "")))
    names = [one.tag for group in root.iter("{DAV:}prop") for one in group]
    answer = multistatus([response(names, node, place.view)])
    return Answer(HTTPStatus.MULTI_STATUS, XML, parts=answer)


def get(place: Place) -> Answer:
    """The content of a file, or a part of it."""
    node = place.tree.existing(place.names)
    place.check()
    if node.is_folder:
        words = "This is a WebDAV address, for programs."
        return Answer(HTTPStatus.OK, {"Content-Type": "text/plain"}, words.encode())
    tag = f'"{node.etag}"'
    headers = {
        "ETag": tag,
        "OC-ETag": tag,
        "Last-Modified": formatdate(node.modified, usegmt=True),
        "Content-Type": mimetypes.guess_type(node.names[-1])[0] or "application/octet-stream",
        "Accept-Ranges": "bytes",
    }
    if node.checksums:
        headers["OC-Checksum"] = node.checksums
    first, last = 0, node.size - 1
    status = HTTPStatus.OK
    if field := place.request.headers.get("Range"):
        first, last = wanted_range(field, node.size)
        headers["Content-Range"] = f"bytes {first}-{last}/{node.size}"
        status = HTTPStatus.PARTIAL_CONTENT
    length = last - first + 1
    return Answer(status, headers, parts=content(place.tree.path(place.names), first, length), length=length)


def wanted_range(field: str, size: int) -> tuple[int, int]:
    """The first and the last byte that a field `Range` wants."""
    unit, _, text = field.partition("=")
    start, _, end = text.partition("-")
    try:
        first = int(start) if start else max(0, size - int(end))
        last = min(int(end), size - 1) if start and end else size - 1
    except ValueError:
        return 0, size - 1
    if unit.strip() != "bytes" or first > last or first >= size:
        raise Refusal(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "The start offset is beyond the size of the file")
    return first, last


def content(path: Path, first: int, length: int) -> Iterator[bytes]:
    """Bytes of a file."""
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (part := file.read(min(PART, length))):
            length -= len(part)
            yield part


def put(place: Place) -> Answer:
    """A file with new content; it is put in its place when all of it is there."""
    place.tree.require_parent(place.names)
    place.check()
    place.require(place.names)
    length = place.request.headers.get("Content-Length")
    place.require_room(int(length or 0))
    if place.node is not None and place.node.is_folder:
        raise Refusal(HTTPStatus.CONFLICT, "PUT is not allowed on non-files.")
    part = place.scratch / f"put-{secrets.token_hex(8)}"
    try:
        size = save(place.request.read, part)
        if not place.request.is_whole() or (length is not None and size != int(length)):
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Expected filesize of {length} bytes but read {size} bytes")
        place.require_room(size)
        place.check()
        return place.finish_upload(part, place.names)
    finally:
        part.unlink(missing_ok=True)


def make_folder(place: Place) -> Answer:
    """A new folder."""
    place.check_states(place.names)
    if place.request.body():
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The request body for the MKCOL request must have an xml type")
    place.tree.make_folder(place.names)
    return Answer(HTTPStatus.CREATED, {"OC-FileId": f"{place.tree.existing(place.names).number:08}ocstandin123"})


def delete(place: Place) -> Answer:
    """Something is gone, with all below."""
    place.tree.existing(place.names)
    if not place.names:
        raise Refusal(HTTPStatus.FORBIDDEN, "The root can't be deleted")
    place.check()
    place.require(place.names)
    place.tree.remove(place.names)
    return Answer(HTTPStatus.NO_CONTENT)


def transfer(place: Place) -> Answer:
    """Something is elsewhere, or a copy of it is."""
    is_move = place.request.method == "MOVE"
    target = place.destination()
    place.tree.existing(place.names)
    place.check()
    place.tree.require_parent(target)
    if target[: len(place.names)] == place.names:
        raise Refusal(HTTPStatus.CONFLICT, "The destination may not be part of the same subtree as the source path.")
    place.require(*([place.names] if is_move else []), target)
    was_there = clear(place, target)
    (place.tree.move if is_move else place.tree.copy)(place.names, target)
    status = HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED
    return Answer(status, written(place.tree.existing(target)))


def clear(place: Place, target: Names) -> bool:
    """Removes what is in the way, if that may be; says whether there was something."""
    was_there = place.tree.node(target) is not None
    if was_there and place.request.headers.get("Overwrite", "T") == "F":
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "The destination node already exists, and the overwrite header")
    if was_there:
        place.tree.remove(target)
    return was_there


def patch(place: Place) -> Answer:
    """The checksum is made anew."""
    if place.request.headers.get("X-Recalculate-Hash", "").lower() != "sha1":
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED)
    told = place.tree.recalculate(place.names)
    return Answer(HTTPStatus.NO_CONTENT, {"OC-Checksum": told})


def lock(place: Place) -> Answer:
    """A lock, or a longer one; a name without a file becomes an empty one."""
    if not place.offers_locks:
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "There was no plugin in the system that was willing to handle this")
    seconds = lock_time(place.request.headers.get("Timeout", ""))
    body = place.request.body()
    held = place.lock_of(place.names)
    if not body:
        place.check_states(place.names)
        if held is None:
            raise Refusal(HTTPStatus.PRECONDITION_FAILED, "There is no lock to refresh")
        given = place.locks.give(place.person.name, place.names, held.owner, seconds, held.token)
    else:
        if held is not None:
            raise Refusal(HTTPStatus.LOCKED, "It is locked")
        owner = ElementTree.fromstring(body).find("{DAV:}owner")
        given = place.locks.give(place.person.name, place.names, "".join(owner.itertext()) if owner else "", seconds)
    is_new = place.node is None
    if is_new:
        empty = place.scratch / f"lock-{secrets.token_hex(8)}"
        empty.touch()
        place.tree.require_parent(place.names)
        place.tree.put(place.names, empty, None, "")
    headers = {**XML, **({"Lock-Token": f"<{given.token}>"} if body else {})}
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Answer(status, headers, discovery(given, seconds).encode())


def discovery(held: Lock, seconds: int) -> str:
    """What is told of a lock."""
    return (
        '<?xml version="1.0"?><d:prop xmlns:d="DAV:"><d:lockdiscovery><d:activelock><d:lockscope><d:exclusive/>'
        "</d:lockscope><d:locktype><d:write/></d:locktype><d:depth>0</d:depth>"
        f"<d:timeout>Second-{seconds}</d:timeout><d:locktoken><d:href>{held.token}</d:href></d:locktoken>"
        f"<d:owner>{escape(held.owner)}</d:owner></d:activelock></d:lockdiscovery></d:prop>"
    )


def lock_time(field: str) -> int:
    """The seconds of a field `Timeout`; half an hour at most."""
    text = field.split(",")[0].strip().removeprefix("Second-")
    return min(int(text), 1800) if text.isdecimal() else 1800


def unlock(place: Place) -> Answer:
    """No lock any more."""
    held = place.lock_of(place.names)
    if held is None or place.request.headers.get("Lock-Token", "").strip() != f"<{held.token}>":
        raise Refusal(HTTPStatus.CONFLICT, "The lock token doesn't match")
    place.locks.take(place.person.name, place.names)
    return Answer(HTTPStatus.NO_CONTENT)


def gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same in larger parts."""
    waiting: list[bytes] = []
    for number, part in enumerate(parts, 1):
        waiting.append(part)
        if number % 64 == 0:
            yield b"".join(waiting)
            waiting = []
    yield b"".join(waiting)


VERB: dict[str, Callable[[Place], Answer]] = {
    "OPTIONS": options,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "GET": get,
    "HEAD": get,
    "PUT": put,
    "MKCOL": make_folder,
    "DELETE": delete,
    "MOVE": transfer,
    "COPY": transfer,
    "PATCH": patch,
    "LOCK": lock,
    "UNLOCK": unlock,
}


def answer(place: Place) -> Answer:
    """The answer to a request about files."""
    verb = VERB.get(place.request.method)
    if verb is None:
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED)
    told = verb(place)
    return replace(told, headers={"X-Sabre-Version": "stand-in", **told.headers})
