"""Tokens of the stand-in for Onedata: whose they are, what limits them, and why they don't hold."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from onedata_errors import Refusal, unauthorized

Caveat = dict[str, Any]
# What tokens begin with.
BEGINNING = "MDA"


@dataclass(frozen=True)
class Place:
    """Where a token is shown: `ozw-onezone` or `opw-` and a provider's id."""

    service: str
    # Whether limits of service and interface are looked at; `infer_access_token_scope` doesn't.
    is_strict: bool = True
    address: str = "127.0.0.1"


@dataclass
class Token:
    """A token of a user: named if it has a name, else temporary."""

    text: str
    id: str
    user: str
    caveats: list[Caveat]
    name: str | None = None
    is_revoked: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    created: int = field(default_factory=lambda: int(time.time()))

    def limits(self, kind: str) -> list[Caveat]:
        """The caveats of one type."""
        return [caveat for caveat in self.caveats if caveat["type"] == kind]

    @property
    def is_readonly(self) -> bool:
        """Whether nothing may be changed with it."""
        return bool(self.limits("data.readonly"))

    @property
    def ends(self) -> int | None:
        """When it ends, in seconds since 1970; None if it doesn't."""
        return min((caveat["validUntil"] for caveat in self.limits("time")), default=None)


KINDS = {
    "time": "validUntil",
    "ip": "whitelist",
    "interface": "interface",
    "service": "whitelist",
    "data.readonly": None,
    "data.path": "whitelist",
    "data.objectid": "whitelist",
}


def check_caveats(caveats: Any) -> list[Caveat]:
    """Caveats as they were sent, if they are some."""
    if not isinstance(caveats, list):
        raise Refusal("badValueNotAllowed", key="caveats")
    for caveat in caveats:
        kind = caveat.get("type") if isinstance(caveat, dict) else None
        member = KINDS.get(kind, "") if isinstance(kind, str) else ""
        if member == "" or (member is not None and member not in caveat):
            raise Refusal("badValueNotAllowed", key="caveats", allowed=list(KINDS))
    return caveats


def allows(pattern: str, service: str) -> bool:
    """Whether a line of a service caveat lets a service in; `opw-*` means every provider."""
    return pattern == service or (pattern.endswith("-*") and service.startswith(pattern[:-1]))


def is_kept(caveat: Caveat, place: Place, now: float) -> bool:
    """Whether a limit that isn't about data is kept to."""
    match caveat["type"]:
        case "time":
            return now <= caveat["validUntil"]
        case "ip":
            return place.address in caveat["whitelist"]
        case "interface":
            return not place.is_strict or caveat["interface"] == "rest"
        case "service":
            return not place.is_strict or any(allows(one, place.service) for one in caveat["whitelist"])
        case _:
            return True


class Ledger:
    """All tokens there are."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.tokens: dict[str, Token] = {}

    def make(self, user: str, caveats: Sequence[Caveat] = (), name: str | None = None) -> Token:
        """A new token; a name is a user's once only."""
        with self.lock:
            if name is not None and self.named(user, name):
                raise Refusal("badValueIdentifierOccupied", key="name")
            text = BEGINNING + secrets.token_urlsafe(120)
            token = Token(text, secrets.token_hex(16), user, list(caveats), name)
            self.tokens[text] = token
            return token

    def named(self, user: str, name: str) -> Token | None:
        """A user's token of that name."""
        return next((one for one in self.tokens.values() if (one.user, one.name) == (user, name)), None)

    def named_of(self, user: str) -> list[Token]:
        """A user's named tokens."""
        return [one for one in self.tokens.values() if one.user == user and one.name is not None]

    def by_id(self, identifier: str) -> Token:
        """The token with that id."""
        found = next((one for one in self.tokens.values() if one.id == identifier), None)
        if found is None:
            raise Refusal("notFound")
        return found

    def remove(self, token: Token) -> None:
        """Makes a token worthless for ever."""
        with self.lock:
            self.tokens.pop(token.text, None)

    def expire(self, text: str) -> None:
        """Lets a token end a minute ago."""
        self.tokens[text].caveats.append({"type": "time", "validUntil": int(self.now()) - 60})

    def examine(self, text: str, place: Place) -> Token:
        """The token, if it holds there; else the refusal says why not."""
        if not text.startswith(BEGINNING):
            raise Refusal("badToken")
        token = self.tokens.get(text)
        if token is None:
            raise Refusal("tokenInvalid")
        if token.is_revoked:
            raise Refusal("tokenRevoked")
        for caveat in token.caveats:
            if not is_kept(caveat, place, self.now()):
                raise Refusal("tokenCaveatUnverified", caveat=caveat)
        return token

    def admit(self, text: str, place: Place) -> Token:
        """As `examine`, with the refusal that a request gets that shows the token in a header."""
        try:
            return self.examine(text, place)
        except Refusal as refusal:
            raise unauthorized(refusal) from None
