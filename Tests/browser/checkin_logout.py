"""How sessions end at the stand-in for Check-in.

A person ends her own (RP-Initiated Logout 1.0), or an administrator does; programs are told (Back-Channel Logout 1.0).
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from checkin_faults import Forgery, TokenKind
from checkin_ledger import Session
from checkin_messages import Answer, Endpoint, PageRefusal, Request, page_answer, redirect
from checkin_pages import log_out_page, logged_out_page
from checkin_people import Client
from checkin_realm import Realm
from checkin_sign_in import COOKIE, cookie_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TOKEN_LIFE = 120
# Seconds that a program may take to answer.
PATIENCE = 10


@dataclass(frozen=True)
class Told:
    """A program that was told of an end; `status` is None if it couldn't be reached."""

    client: str
    session: str
    status: int | None


class Logout:
    """The end of sessions.

    `told` is what programs answered, `trust` a file with the authorities that their certificates may be of.
    """

    def __init__(self, realm: Realm, trust: Path | None) -> None:
        self.realm = realm
        self.trust = trust
        self.told: list[Told] = []

    def answer(self, request: Request) -> Answer:
        """The end session endpoint, by link and by form."""
        fields = request.fields
        hint = self.read_hint(fields.get("id_token_hint", ""))
        back = self.way_back(fields, hint)
        session = self.session_meant(request, hint)
        if hint is None and session is not None and not (request.method == "POST" and "confirmed" in fields):
            kept = {name: value for name, value in fields.items() if name != "id_token_hint"}
            return page_answer(log_out_page(self.realm.issuer + Endpoint.LOGOUT, kept))
        if session is not None:
            self.end([session])
        forgotten = cookie_of(self.realm, "")
        if back is not None:
            return redirect(back, {"state": fields.get("state")}, forgotten)
        done = page_answer(logged_out_page())
        return Answer(done.status, done.body, (*done.headers, ("Set-Cookie", forgotten)))

    def session_meant(self, request: Request, hint: dict[str, Any] | None) -> Session | None:
        """The session that the ID token was given out in, and without one that of the browser."""
        if hint is not None:
            return self.realm.ledger.session_with(str(hint.get("sid")))
        return self.realm.ledger.session_of_cookie(request.cookies.get(COOKIE, ""))

    def way_back(self, fields: dict[str, str], hint: dict[str, Any] | None) -> str | None:
        """Where the browser goes afterwards; only to addresses that the program has registered."""
        wanted = fields.get("post_logout_redirect_uri")
        named, of_hint = fields.get("client_id"), str(hint.get("azp")) if hint else None
        if named is not None and of_hint is not None and named != of_hint:
            raise PageRefusal("Invalid parameter: client_id")
        if wanted is None:
            return None
        client = self.realm.clients.get(named or of_hint or "")
        if client is None:
            raise PageRefusal("Either the parameter client_id or the parameter id_token_hint is required.")
        if wanted not in client.post_logout_redirect_uris:
            raise PageRefusal("Invalid redirect uri")
        return wanted

    def read_hint(self, text: str) -> dict[str, Any] | None:
        """The claims of an ID token that was given out here; it may have expired."""
        if not text:
            return None
        signed, _, signature = text.rpartition(".")
        try:
            header, claims = (json.loads(decoded(part)) for part in signed.split("."))
            shown = decoded(signature)
        except (ValueError, binascii.Error):
            raise PageRefusal("Invalid parameter: id_token_hint") from None
        for key in (*self.realm.keys.published, *self.realm.keys.retired):
            if key.identifier == header.get("kid") and key.sign(signed.encode()) == shown:
                return claims
        raise PageRefusal("Invalid parameter: id_token_hint")

    def end(self, sessions: Iterable[Session]) -> None:
        """Ends sessions and tells the programs that took part in them; returns when they have answered."""
        for session in sessions:
            session.is_over = True
            for client in list(session.clients.values()):
                if client.backchannel_logout_uri is not None:
                    self.told.append(self.tell(client, client.backchannel_logout_uri, session))

    def tell(self, client: Client, address: str, session: Session) -> Told:
        """Tells one program."""
        form = {"logout_token": self.token(client, session)}
        how = {"timeout": PATIENCE, "allow_redirects": False, "verify": str(self.trust) if self.trust else True}
        try:
            with requests.Session() as caller:
                caller.trust_env = False
                status = caller.post(address, data=form, **how).status_code
        except requests.RequestException:
            status = None
        return Told(client.identifier, session.identifier, status)

    def token(self, client: Client, session: Session, forgery: Forgery | None = None) -> str:
        """What a program is told (Back-Channel Logout 2.4)."""
        now = self.realm.now
        claims = {
            "aud": client.identifier,
            "iat": now,
            "exp": now + LOGOUT_TOKEN_LIFE,
            "sub": session.person.subject,
            "sid": session.identifier,
            "events": {EVENT: {}},
        }
        return self.realm.token(TokenKind.LOGOUT, claims, forgery)


def decoded(part: str) -> bytes:
    """A part of a token."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
