"""Conditions of requests to the stand-in for Nextcloud: If-Match, If-None-Match, If, and locks."""

import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from nextcloud_errors import Refusal
from nextcloud_tree import Names, Node

LIST = re.compile(r"(?:<([^>]*)>\s*)?\(([^)]*)\)")
CONDITION = re.compile(r"(Not\s+)?(?:<([^>]*)>|\[([^\]]*)\])", re.IGNORECASE)


def check_tags(headers: Mapping[str, str], node: Node | None) -> None:
    """Refuses a request whose If-Match or If-None-Match doesn't hold (RFC 9110 §13.1)."""
    wanted, unwanted = headers.get("If-Match"), headers.get("If-None-Match")
    tag = None if node is None or node.is_folder else f'"{node.etag}"'
    if wanted is not None and not (node is not None and wanted.strip() == "*") and tag not in tags(wanted):
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "An If-Match header was specified, but none matched")
    if unwanted is None:
        return
    if (unwanted.strip() == "*" and node is not None) or (tag is not None and tag in tags(unwanted)):
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "An If-None-Match header was specified, but it matched")


def tags(field: str) -> list[str]:
    """The entity tags of a field."""
    return [one.strip() for one in field.split(",")]


@dataclass(frozen=True)
class Lock:
    """An exclusive lock for writing."""

    person: str
    names: Names
    token: str
    owner: str
    ends: float


class Locks:
    """The locks that hold."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, Names], Lock] = {}
        self.guard = threading.Lock()

    def of(self, person: str, names: Names) -> Lock | None:
        """The lock of that file."""
        with self.guard:
            lock = self.held.get((person, names))
            if lock is not None and lock.ends < time.monotonic():
                del self.held[person, names]
                return None
            return lock

    def give(self, person: str, names: Names, owner: str, seconds: float, token: str | None = None) -> Lock:
        """A new lock, or a longer one."""
        lock = Lock(
            person, names, token or f"opaquelocktoken:{secrets.token_hex(16)}", owner, time.monotonic() + seconds
        )
        with self.guard:
            self.held[person, names] = lock
        return lock

    def take(self, person: str, names: Names) -> None:
        """No lock any more."""
        with self.guard:
            self.held.pop((person, names), None)

    def require(self, person: str, names: Names, field: str | None) -> None:
        """Refuses a change of what is locked unless the request shows the token."""
        lock = self.of(person, names)
        if lock is not None and f"<{lock.token}>" not in (field or ""):
            raise Refusal(HTTPStatus.LOCKED, f'"{"/".join(names)}" is locked')


def check_if(
    field: str | None,
    own: Names,
    names_of: Callable[[str], Names | None],
    node_of: Callable[[Names], Node | None],
    lock_of: Callable[[Names], Lock | None],
) -> None:
    """Refuses a request whose field If doesn't hold: each address needs a list that is true (RFC 4918 §10.4)."""
    if field is None:
        return
    holds: dict[Names | None, bool] = {}
    place: Names | None = own
    for url, conditions in LIST.findall(field):
        if url:
            place = names_of(url)
        holds[place] = holds.get(place, False) or all_true(conditions, place, node_of, lock_of)
    if not holds or not all(holds.values()):
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "The header If was specified, but its conditions don't hold")


def all_true(
    conditions: str,
    place: Names | None,
    node_of: Callable[[Names], Node | None],
    lock_of: Callable[[Names], Lock | None],
) -> bool:
    """Whether all conditions of a list hold."""
    node = None if place is None else node_of(place)
    lock = None if place is None else lock_of(place)
    for negation, token, tag in CONDITION.findall(conditions):
        if tag:
            is_true = node is not None and tag.removeprefix("W/") == f'"{node.etag}"'
        else:
            is_true = lock is not None and lock.token == token
        if is_true == bool(negation):
            return False
    return True
