"""Who has signed in at the stand-in for openBIS: sessions, and personal access tokens (reference `openbis.md` 4.4, 4.13)."""

import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from openbis_faults import Failure, SessionOver
from openbis_journal import Journal
from openbis_people import Person

DAY = 86_400_000
PREFIX = "$pat-"


def token_of(user: str) -> str:
    """A new token: the user, a date with milliseconds, and 32 digits."""
    now = time.time()
    date = time.strftime("%y%m%d%H%M%S", time.gmtime(now)) + f"{int(now * 1000) % 1000:03}"
    return f"{user}-{date}x{secrets.token_hex(16).upper()}"


@dataclass
class AccessToken:
    """A personal access token; times are in milliseconds."""

    token: str
    user: str
    session: str
    valid_from: int
    valid_to: int
    registered: int
    accessed: int
    is_revoked: bool = False


@dataclass
class Sessions:
    """Those that are signed in. Sessions end with the server; people and personal access tokens are kept."""

    journal: Journal
    people: dict[str, Person] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    # By token: the user, and when it is over if nothing is asked until then.
    active: dict[str, tuple[str, int]] = field(default_factory=dict)
    length: int = 720 * 60 * 1000
    longest_access: int = 30 * DAY
    warning: int = 3 * DAY
    # Seconds by which the clock is ahead.
    ahead: float = 0

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int((time.time() + self.ahead) * 1000)

    # People

    def put(self, person: Person) -> Person:
        """Somebody new, or somebody as they are now."""
        self.journal.write("person", asdict(person))
        self.people[person.user] = person
        return person

    def person_named(self, user: str) -> Person:
        """Somebody."""
        if user not in self.people:
            raise Failure(f"there is nobody named {user}")
        return self.people[user]

    # Sessions

    def login(self, user: str, password: str) -> str | None:
        """A token, or none for whoever doesn't know the password."""
        person = self.people.get(user)
        if person is None or not password or person.password != password:
            return None
        return self.begin(user)

    def begin(self, user: str) -> str:
        """A session without a password."""
        token = token_of(self.person_named(user).user)
        self.active[token] = (user, self.now() + self.length)
        return token

    def logout(self, token: str) -> None:
        """The end of a session."""
        self.active.pop(token, None)

    def expire(self, user: str | None = None) -> None:
        """The end of all sessions, or of all of somebody."""
        for token, (owner, _) in list(self.active.items()):
            if user in (None, owner):
                del self.active[token]

    def find(self, token: object) -> Person | None:
        """Whose token it is; asking makes the session last longer."""
        if not isinstance(token, str):
            return None
        now = self.now()
        if token in self.active:
            user, end = self.active[token]
            if now >= end:
                del self.active[token]
                return None
            self.active[token] = (user, now + self.length)
            return self.people[user]
        access = self.access_tokens.get(token)
        if access is None or access.is_revoked or not access.valid_from <= now < access.valid_to:
            return None
        access.accessed = now
        return self.people[access.user]

    def person_of(self, token: object) -> Person:
        """Whose token it is, or the refusal that every call but `isSessionActive` gives."""
        person = self.find(token)
        if person is None:
            raise SessionOver(token)
        return person

    # Personal access tokens

    def create_access(self, token: str, told: dict[str, Any]) -> AccessToken:
        """A personal access token; its life is cut to the longest there may be."""
        person = self.person_of(token)
        if token.startswith(PREFIX):
            raise Failure("Personal access tokens cannot be used to manage personal access tokens.")
        now = self.now()
        name, start, end = told.get("sessionName"), told.get("validFromDate"), told.get("validToDate")
        if not name:
            raise Failure("Session name cannot be empty.")
        if not isinstance(start, int) or not isinstance(end, int) or end <= start:
            raise Failure("Valid from date has to be before valid to date.")
        end = min(end, start + self.longest_access)
        access = AccessToken(PREFIX + token_of(person.user), person.user, name, start, end, now, now)
        return self.put_access(access)

    def put_access(self, access: AccessToken) -> AccessToken:
        """Keeps one."""
        self.journal.write("access", asdict(access))
        self.access_tokens[access.token] = access
        return access

    def revoke(self, token: str) -> None:
        """The end of one token, of either sort."""
        self.logout(token)
        if token in self.access_tokens:
            self.access_tokens[token].is_revoked = True
            self.put_access(self.access_tokens[token])

    def access_of(self, person: Person) -> list[AccessToken]:
        """Somebody's personal access tokens; an administrator sees everybody's."""
        return [one for one in self.access_tokens.values() if person.is_admin or one.user == person.user]
