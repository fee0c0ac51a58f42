"""The realm of the stand-in for Check-in: whom and what it knows, what tests change of it, and how it signs."""

import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from checkin_faults import HONEST, Fault, Forgery, SignedWith, TokenKind, changed
from checkin_keys import KeyRing, Signer, encode, no_signature
from checkin_ledger import AccessToken, Ledger
from checkin_messages import Endpoint, Refusal, Request, Seen
from checkin_people import SCOPES, Client, Person, membership, subject_of

PATH = "/auth/realms/egi"
BASIC, POST = "client_secret_basic", "client_secret_post"


class Realm:
    """Everything but HTTP. Its attributes are for tests to read and to change while it serves.

    `token_life` is in seconds, and `ahead` the seconds by which its clock differs. `rotates_refresh_tokens` makes each
    good for one use. `auth_methods` are the ways in which programs may show their secret, `metadata` what discovery
    says otherwise than it is (None takes a field away), `contexts` the subjects who are in each context of D4Science, `requests` all that it was asked, in order.
    """

    def __init__(self, url: str) -> None:
        self.issuer = url + PATH
        self.token_life = 3600.0
        self.ahead = 0.0
        self.rotates_refresh_tokens = False
        self.auth_methods: tuple[str, ...] = (BASIC, POST)
        self.metadata: dict[str, Any] = {}
        self.people: dict[str, Person] = {}
        self.clients: dict[str, Client] = {}
        self.contexts: dict[str, set[str]] = {}
        self.keys = KeyRing()
        self.ledger = Ledger()
        self.requests: list[Seen] = []
        self._asked = threading.Condition()
        self._forgeries: dict[TokenKind, Forgery] = {}
        self._faults: dict[Endpoint, tuple[Fault, threading.Event]] = {}

    # Who is known

    def add_person(self, subject: str, name: str, **claims: Any) -> Person:
        """Somebody with an account, whose button on the sign-in page has this name; a claim of None is left out."""
        person = Person.with_defaults(subject, name, claims)
        self.people[subject] = person
        return person

    def add_member(self, name: str, *organisations: str) -> Person:
        """Somebody with a plain account who is a member of virtual organisations."""
        urns = [membership(organisation) for organisation in organisations]
        return self.add_person(subject_of(name), name, eduperson_entitlement=urns)

    def add_client(
        self,
        identifier: str,
        secret: str | None,
        redirect_uris: Iterable[str],
        post_logout_redirect_uris: Iterable[str] = (),
        backchannel_logout_uri: str | None = None,
        audience: Iterable[str] = (),
    ) -> Client:
        """A program that may sign people in; a public one if it has no secret."""
        places = tuple(redirect_uris), tuple(post_logout_redirect_uris)
        client = Client(identifier, secret, *places, backchannel_logout_uri, tuple(audience))
        self.clients[identifier] = client
        return client

    def revoke_person(self, subject: str) -> None:
        """Ends her sessions and tokens without telling anybody: a refresh is refused. She may sign in anew."""
        self.ledger.revoke(self.people[subject])

    # Keys

    def rotate(self) -> None:
        """Signs with a new key; the old ones stay published."""
        self.keys.rotate()

    def retire(self) -> None:
        """Publishes the current key alone."""
        self.keys.retire()

    # Faults

    def spoil(self, endpoint: Endpoint, fault: Fault) -> None:
        """Makes an endpoint answer wrongly until it is mended."""
        self.mend(endpoint)
        self._faults[endpoint] = (fault, threading.Event())

    def mend(self, *endpoints: Endpoint) -> None:
        """Makes endpoints answer well again, all if none is named; slow answers go on."""
        for endpoint in endpoints or tuple(self._faults):
            if endpoint in self._faults:
                self._faults.pop(endpoint)[1].set()

    def fault_of(self, endpoint: Endpoint) -> tuple[Fault | None, threading.Event]:
        """What is wrong with an endpoint, and what tells that it has been mended."""
        return self._faults.get(endpoint, (None, threading.Event()))

    def forge(self, kind: TokenKind, forgery: Forgery = HONEST) -> None:
        """Makes all tokens of a kind false from now on; without a forgery they are good again.

        Userinfo and introspection go by what was given out, whatever a false access token says of itself. Raises
        LookupError if it is to be signed with a retired key and there is none.
        """
        self._signing(forgery.signed_with)
        self._forgeries[kind] = forgery

    def seen(self, endpoint: Endpoint) -> list[Seen]:
        """What an endpoint was asked."""
        return [request for request in list(self.requests) if request.endpoint == endpoint]

    def await_request(self, endpoint: Endpoint, number: int = 1, within: float = 60) -> Seen:
        """The first request to an endpoint, or the one of that number; waits for it."""
        with self._asked:
            if not self._asked.wait_for(lambda: len(self.seen(endpoint)) >= number, timeout=within):
                raise TimeoutError(f"{endpoint} was asked {len(self.seen(endpoint))} times, not {number}")
        return self.seen(endpoint)[number - 1]

    # What the endpoints need

    def note(self, seen: Seen) -> None:
        """Remembers a request."""
        with self._asked:
            self.requests.append(seen)
            self._asked.notify_all()

    @property
    def now(self) -> float:
        """Its time, in seconds since 1970."""
        return time.time() + self.ahead

    def token(self, kind: TokenKind, claims: Mapping[str, Any], forgery: Forgery | None = None) -> str:
        """A signed token, false if tokens of its kind are to be, or as a forgery says."""
        forgery = forgery or self._forgeries.get(kind, HONEST)
        header = {"alg": "RS256", "typ": "logout+jwt" if kind is TokenKind.LOGOUT else "JWT"}
        added, signer = self._signing(forgery.signed_with)
        content = {"iss": self.issuer, "typ": kind, "jti": secrets.token_hex(16)} | claims
        for name in ("iat", "exp", "nbf", "auth_time"):
            if name in content:
                content[name] = int(content[name] - forgery.age)
        return encode(changed(header | added, forgery.header), changed(content, forgery.claims), signer)

    def _signing(self, way: SignedWith) -> tuple[dict[str, Any], Signer]:
        """What the header says of a way to sign, and how it is done."""
        match way:
            case SignedWith.CURRENT_KEY:
                key = self.keys.current
            case SignedWith.RETIRED_KEY:
                if not self.keys.retired:
                    raise LookupError("no key is retired: call rotate() and retire() first")
                key = self.keys.retired[-1]
            case SignedWith.STRANGERS_KEY:
                key = self.keys.stranger
            case SignedWith.PUBLIC_KEY_AS_SECRET:
                key = self.keys.current
                return {"alg": "HS256", "kid": key.identifier}, key.sign_with_public
            case SignedWith.NOTHING:
                return {"alg": "none"}, no_signature
        return {"kid": key.identifier}, key.sign

    def authenticated_client(self, request: Request) -> Client:
        """The program that asks, by its secret; a public one by its name alone (RFC 6749 section 2.3)."""
        basic = request.basic
        method = BASIC if basic else POST
        if basic and "client_secret" in request.form:
            raise Refusal("invalid_request", "two ways of client authentication at once")
        identifier, secret = basic or (request.form.get("client_id", ""), request.form.get("client_secret", ""))
        client = self.clients.get(identifier)
        problem = Refusal("invalid_client", "Invalid client or Invalid client credentials", HTTPStatus.UNAUTHORIZED)
        if client is None:
            raise problem
        if client.secret is None:
            return client
        if method not in self.auth_methods or not secrets.compare_digest(client.secret.encode(), secret.encode()):
            raise problem
        return client

    def live_token(self, text: str) -> AccessToken | None:
        """An access token that is good, by its text."""
        found = self.ledger.access_tokens.get(text)
        return found if found and found.is_live(self.now) else None

    def scopes_of(self, text: str) -> tuple[str, ...]:
        """The scopes that a request names, each once; unknown ones are refused."""
        names = tuple(dict.fromkeys(text.split()))
        unknown = [name for name in names if name not in SCOPES]
        if unknown:
            raise Refusal("invalid_scope", f"Invalid scopes: {' '.join(unknown)}")
        return names

    def change_client(self, identifier: str, **changes: Any) -> None:
        """Registers a program otherwise: its fields by name."""
        self.clients[identifier] = replace(self.clients[identifier], **changes)
