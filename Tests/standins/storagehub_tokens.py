"""Tokens of the stand-in for StorageHub: a realm as Keycloak has them, with UMA tickets (reference `egi.md` 1.6)."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from storagehub_messages import Answer, Request, base64url, json_answer

UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
REALM = "/auth/realms/d4science"
TOKEN = f"{REALM}/protocol/openid-connect/token"
KEYS = f"{REALM}/protocol/openid-connect/certs"


@dataclass
class Grant:
    """A token that was given out. One of a sign-in has no context."""

    user: str
    context: str
    ends: float
    # For how many calls it is good; none means any number.
    calls_left: int | None = None


@dataclass
class Realm:
    """Signs people in, and binds tokens to contexts."""

    issuer: str
    # Whose password is which, and in which contexts somebody is a member.
    passwords: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    roles: dict[str, list[str]] = field(default_factory=dict)
    # Seconds that a token of a sign-in and one for a context live.
    access_life: float = 3600
    context_life: float = 300
    # For how many calls a new token for a context is good.
    calls: int | None = None
    # Seconds by which the clock is ahead.
    ahead: float = 0
    # Old tokens of gCube: to whom and in which context they belong.
    old_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Who is known by an access token of another provider: a test asks it.
    recognise: Callable[[str], str | None] = lambda _: None
    made: int = 0
    grants: dict[str, Grant] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def revoke(self) -> None:
        """Makes every token worthless."""
        with self.lock:
            self.grants.clear()

    def limit_calls(self, calls: int | None) -> None:
        """From now on a token for a context, also one that there is, is good for so many calls."""
        with self.lock:
            self.calls = calls
            for grant in self.grants.values():
                grant.calls_left = calls if grant.context else None

    def whose(self, token: str) -> Grant | None:
        """To whom a token for a context belongs, if it holds; uses up a call."""
        if token in self.old_tokens:
            user, context = self.old_tokens[token]
            return Grant(user, context, self.now() + 1)
        with self.lock:
            grant = self.grants.get(token)
            if grant is None or not grant.context or self.now() >= grant.ends:
                return None
            if grant.calls_left is not None:
                if grant.calls_left == 0:
                    return None
                grant.calls_left -= 1
            return grant

    def answer(self, request: Request) -> Answer:
        """The token endpoint."""
        form = request.form
        givers: dict[str, Callable[[Request], Answer]] = {"password": self._sign_in, UMA: self._ticket}
        giver = givers.get(form.get("grant_type", ""))
        return giver(request) if giver else refusal("unsupported_grant_type")

    def keys(self) -> Answer:
        """The public key (RFC 7517)."""
        numbers = self.key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        modulus, exponent = numbers.n.to_bytes(size, "big"), numbers.e.to_bytes(3, "big")
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one"}
        return json_answer({"keys": [{**key, "n": base64url(modulus), "e": base64url(exponent)}]})

    def _sign_in(self, request: Request) -> Answer:
        """A token for a name and a password, in the place of what a browser does."""
        name = request.form.get("username", "")
        if name not in self.passwords or self.passwords[name] != request.form.get("password"):
            return refusal("invalid_grant", HTTPStatus.UNAUTHORIZED)
        return self._give(name, "", "account", self.access_life)

    def _ticket(self, request: Request) -> Answer:
        """A token for a context, which is named by its address in quotes: `%2Fd4science…`."""
        grant = self._signed_in(request.bearer)
        if grant is None or grant.context or self.now() >= grant.ends:
            return refusal("invalid_grant", HTTPStatus.UNAUTHORIZED)
        audience = request.form.get("audience", "")
        if not audience:
            return refusal("invalid_request")
        context = next((one for one in self.members.get(grant.user, ()) if quote(one, safe="") == audience), None)
        if context is None:
            return refusal("access_denied", HTTPStatus.FORBIDDEN)
        return self._give(grant.user, context, audience, self.context_life)

    def _signed_in(self, token: str) -> Grant | None:
        """Whose sign-in a token is of, here or at another provider."""
        name = self.recognise(token)
        with self.lock:
            return self.grants.get(token) if name is None else Grant(name, "", self.now() + 1)

    def _give(self, user: str, context: str, audience: str, life: float) -> Answer:
        """A signed token."""
        now = self.now()
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": user,
            "aud": audience,
            "exp": int(now + life),
            "iat": int(now),
            "jti": secrets.token_hex(8),
            "preferred_username": user,
        }
        if context:
            claims["resource_access"] = {audience: {"roles": self.roles.get(user, ["Member"])}}
            claims["authorization"] = {"permissions": []}
        token = self._sign(claims)
        with self.lock:
            self.grants[token] = Grant(user, context, now + life, self.calls if context else None)
            self.made += bool(context)
        said = {"access_token": token, "expires_in": int(life), "token_type": "Bearer", "upgraded": False}
        return json_answer(said)

    def _sign(self, claims: dict[str, Any]) -> str:
        """RS256 (RFC 7515)."""
        header = {"alg": "RS256", "typ": "JWT", "kid": "one"}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{base64url(self.key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def refusal(code: str, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
    """An error of OAuth (RFC 6749 section 5.2)."""
    return json_answer({"error": code}, status)
