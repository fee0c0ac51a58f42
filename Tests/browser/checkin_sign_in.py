"""The authorization endpoint of the stand-in for Check-in, and its sign-in page.

OpenID Connect Core 3.1.2, RFC 7636 (PKCE: S256 always), RFC 9207 (`iss` in the answer).
"""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from checkin_ledger import Grant, Session
from checkin_messages import Answer, Endpoint, PageRefusal, Refusal, Request, page_answer, redirect
from checkin_pages import sign_in_page
from checkin_people import Client
from checkin_realm import Realm

COOKIE = "KEYCLOAK_IDENTITY"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Asked:
    """A request for sign-in that has been found good."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    state: str | None
    nonce: str | None
    prompts: frozenset[str]
    max_age: int | None


class SignIn:
    """The authorization endpoint. `pending` are the requests whose sign-in page is open."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.pending: dict[str, Asked] = {}

    def authorize(self, request: Request) -> Answer:
        """Gives a code where somebody is signed in already, and else the page."""
        client, redirect_uri = self.way_back(request)
        state = request.fields.get("state")
        try:
            asked = self.read(request, client, redirect_uri)
            session = self.session_for(request, asked)
        except Refusal as refusal:
            return self.refuse(redirect_uri, state, refusal)
        if session is not None:
            return self.enter(asked, session)
        ticket = secrets.token_urlsafe(16)
        self.pending[ticket] = asked
        action = self.realm.issuer + Endpoint.SIGN_IN
        people = list(self.realm.people.values())
        return page_answer(sign_in_page(action, ticket, client.identifier, people))

    def choose(self, request: Request) -> Answer:
        """A button of the page."""
        asked = self.pending.pop(request.form.get("request", ""), None)
        if asked is None:
            raise PageRefusal("This sign-in page was used already. Go back to where you came from and start again.")
        if "cancel" in request.form:
            return self.refuse(asked.redirect_uri, asked.state, Refusal("access_denied", "User denied access"))
        person = self.realm.people.get(request.form.get("person", ""))
        if person is None:
            raise PageRefusal("Nobody of that name has an account.")
        session = self.realm.ledger.session_of_cookie(request.cookies.get(COOKIE, ""))
        if session is not None and session.person is person:
            session.began = self.realm.now
        else:
            session = self.realm.ledger.open_session(person, self.realm.now)
        return self.enter(asked, session)

    def way_back(self, request: Request) -> tuple[Client, str]:
        """The program that asks and where to answer; nothing may be sent anywhere until both are known to be right."""
        if {"client_id", "redirect_uri"} & set(request.repeated):
            raise PageRefusal("Invalid parameter: given twice")
        client = self.realm.clients.get(request.fields.get("client_id", ""))
        if client is None:
            raise PageRefusal("Client not found.")
        redirect_uri = request.fields.get("redirect_uri", "")
        if redirect_uri not in client.redirect_uris:
            raise PageRefusal("Invalid parameter: redirect_uri")
        return client, redirect_uri

    def read(self, request: Request, client: Client, redirect_uri: str) -> Asked:
        """What is asked; refused if it isn't as it should be."""
        fields = request.fields
        if request.repeated:
            raise Refusal("invalid_request", f"duplicated parameter: {' '.join(request.repeated)}")
        if request.required("response_type") != "code":
            raise Refusal("unsupported_response_type", "only code is offered")
        if fields.get("response_mode", "query") != "query":
            raise Refusal("invalid_request", "Invalid parameter: response_mode")
        if request.required("code_challenge_method") != "S256":
            raise Refusal("invalid_request", "Invalid parameter: code challenge method is not S256")
        if not CHALLENGE.fullmatch(request.required("code_challenge")):
            raise Refusal("invalid_request", "Invalid parameter: code_challenge")
        prompts = frozenset(fields.get("prompt", "").split())
        if "none" in prompts and len(prompts) > 1:
            raise Refusal("invalid_request", "Invalid parameter: prompt")
        max_age = fields.get("max_age")
        if max_age is not None and not max_age.isdecimal():
            raise Refusal("invalid_request", "Invalid parameter: max_age")
        return Asked(
            client,
            redirect_uri,
            self.realm.scopes_of(fields.get("scope", "")),
            fields["code_challenge"],
            fields.get("state"),
            fields.get("nonce"),
            prompts,
            None if max_age is None else int(max_age),
        )

    def session_for(self, request: Request, asked: Asked) -> Session | None:
        """The session that answers without a page; refused if no page may be shown and there is none."""
        session = self.realm.ledger.session_of_cookie(request.cookies.get(COOKIE, ""))
        is_old = session is not None and asked.max_age is not None and self.realm.now - session.began > asked.max_age
        if session is None or is_old or {"login", "select_account"} & asked.prompts:
            if "none" in asked.prompts:
                raise Refusal("login_required", "User is not authenticated")
            return None
        return session

    def enter(self, asked: Asked, session: Session) -> Answer:
        """Sends the browser back with a code."""
        realm = self.realm
        grant = Grant(session.person, asked.client, asked.scopes, session.began, session)
        realm.ledger.open_grant(grant)
        code = realm.ledger.new_code(grant, asked.redirect_uri, asked.challenge, asked.nonce, realm.now)
        fields = {"state": asked.state, "session_state": session.identifier, "iss": realm.issuer, "code": code}
        return redirect(asked.redirect_uri, fields, cookie_of(realm, session.secret))

    def refuse(self, redirect_uri: str, state: str | None, refusal: Refusal) -> Answer:
        """Sends the browser back with an error."""
        fields = {"error": refusal.error, "error_description": refusal.description}
        return redirect(redirect_uri, fields | {"state": state, "iss": self.realm.issuer})


def cookie_of(realm: Realm, value: str) -> str:
    """The cookie that keeps somebody signed in; an empty one is forgotten."""
    address = urlsplit(realm.issuer)
    secure = "; Secure" if address.scheme == "https" else ""
    end = "" if value else "; Max-Age=0"
    return f"{COOKIE}={value}; Path={address.path}/; HttpOnly; SameSite=Lax{secure}{end}"
