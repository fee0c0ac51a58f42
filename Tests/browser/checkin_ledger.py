"""What the stand-in for Check-in has given out: sessions of browsers, codes, and tokens with what they stand for.

Requests are served by threads. What may be used once is taken out of a dictionary by `pop`, which one of them wins.
"""

import secrets
from dataclasses import dataclass, field

from checkin_people import Client, Person

CODE_LIFE = 60.0


@dataclass
class Session:
    """A browser in which a person has signed in. `clients` are the programs she entered from it.

    Programs know the identifier; the secret is the browser's cookie.
    """

    person: Person
    began: float
    identifier: str = field(default_factory=lambda: secrets.token_hex(16))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    clients: dict[str, Client] = field(default_factory=dict)
    is_over: bool = False


@dataclass
class Grant:
    """What a program may do in somebody's name: all tokens that come from one code stand for one grant."""

    person: Person
    client: Client
    scopes: tuple[str, ...]
    began: float
    session: Session | None = None
    is_revoked: bool = False

    @property
    def is_live(self) -> bool:
        """Whether its tokens are good. One with `offline_access` outlives its session, as in Keycloak."""
        if self.is_revoked:
            return False
        return "offline_access" in self.scopes or self.session is None or not self.session.is_over


@dataclass(frozen=True)
class Code:
    """An authorization code, and what it must be shown with."""

    grant: Grant
    redirect_uri: str
    challenge: str
    nonce: str | None
    ends: float


@dataclass
class AccessToken:
    """An access token: a name for its grant, or for a part of what that allows, until it ends."""

    grant: Grant
    identifier: str
    scopes: tuple[str, ...]
    audience: str | list[str]
    issued: float
    ends: float
    is_revoked: bool = False

    def is_live(self, now: float) -> bool:
        """Whether it is good."""
        return not self.is_revoked and now < self.ends and self.grant.is_live


@dataclass
class Ledger:
    """All of it, by what is shown."""

    sessions: dict[str, Session] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    used_codes: dict[str, Grant] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    used_refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)

    def live_sessions(self) -> list[Session]:
        """Those that aren't over."""
        return [session for session in list(self.sessions.values()) if not session.is_over]

    def session_of_cookie(self, secret: str) -> Session | None:
        """The session of a browser."""
        return next((session for session in self.live_sessions() if session.secret == secret), None)

    def session_with(self, identifier: str) -> Session | None:
        """The session that programs know by a name."""
        return next((session for session in self.live_sessions() if session.identifier == identifier), None)

    def open_session(self, person: Person, now: float) -> Session:
        """A new session."""
        session = Session(person, now)
        self.sessions[session.identifier] = session
        return session

    def open_grant(self, grant: Grant) -> Grant:
        """Keeps a grant."""
        self.grants.append(grant)
        if grant.session is not None:
            grant.session.clients[grant.client.identifier] = grant.client
        return grant

    def new_code(self, grant: Grant, redirect_uri: str, challenge: str, nonce: str | None, now: float) -> str:
        """A code for a grant."""
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(grant, redirect_uri, challenge, nonce, now + CODE_LIFE)
        return code

    def new_refresh_token(self, grant: Grant) -> str:
        """A refresh token for a grant."""
        token = secrets.token_urlsafe(32)
        self.refresh_tokens[token] = grant
        return token

    def revoke(self, person: Person) -> list[Session]:
        """Ends all that was given out in somebody's name; gives the sessions that ended."""
        for grant in list(self.grants):
            if grant.person is person:
                grant.is_revoked = True
        ended = [session for session in self.live_sessions() if session.person is person]
        for session in ended:
            session.is_over = True
        return ended
