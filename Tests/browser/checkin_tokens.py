"""The token endpoint of the stand-in for Check-in.

RFC 6749 sections 4.1.3, 4.4 and 6, RFC 7636 section 4.6, RFC 8693 (token exchange), OpenID Connect Core 3.1.3 and 12.
"""

import hashlib
import secrets
from typing import Any

from checkin_contexts import TICKET, Contexts
from checkin_faults import TokenKind
from checkin_keys import base64url, half_hash
from checkin_ledger import AccessToken, Code, Grant
from checkin_messages import Answer, Refusal, Request, json_answer
from checkin_people import IN_ID_TOKEN, Client
from checkin_realm import Realm

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TYPE = "urn:ietf:params:oauth:token-type:refresh_token"


class Tokens:
    """Gives tokens for what a program shows."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.grants = {
            "authorization_code": self.redeem,
            "refresh_token": self.refresh,
            "client_credentials": self.for_program,
            EXCHANGE: self.exchange,
        }

    def answer(self, request: Request) -> Answer:
        """The token endpoint."""
        if request.form.get("grant_type") == TICKET:
            return json_answer(Contexts(self.realm).ticket(request))
        client = self.realm.authenticated_client(request)
        if request.repeated:
            raise Refusal("invalid_request", f"duplicated parameter: {' '.join(request.repeated)}")
        grant_type = request.required("grant_type")
        if grant_type not in self.grants:
            raise Refusal("unsupported_grant_type", f"Unsupported grant_type {grant_type}")
        return json_answer(self.grants[grant_type](client, request))

    def redeem(self, client: Client, request: Request) -> dict[str, Any]:
        """For an authorization code, which is good once."""
        ledger, shown = self.realm.ledger, request.required("code")
        code = ledger.codes.pop(shown, None)
        if code is None:
            # Whoever shows it again may have stolen it: what came of it ends (RFC 6749 section 10.5).
            if shown in ledger.used_codes:
                ledger.used_codes[shown].is_revoked = True
            raise Refusal("invalid_grant", "Code not valid")
        ledger.used_codes[shown] = code.grant
        self.check(code, client, request)
        refresh_token = ledger.new_refresh_token(code.grant) if "offline_access" in code.grant.scopes else None
        return self.tokens(code.grant, code.grant.scopes, refresh_token, code.nonce)

    def check(self, code: Code, client: Client, request: Request) -> None:
        """Refuses a code that is somebody else's, late, or shown without what it was asked with."""
        if code.grant.client.identifier != client.identifier:
            raise Refusal("invalid_grant", "Code was issued to another client")
        if request.form.get("redirect_uri") != code.redirect_uri:
            raise Refusal("invalid_grant", "Incorrect redirect_uri")
        if self.realm.now > code.ends or not code.grant.is_live:
            raise Refusal("invalid_grant", "Code is expired")
        verifier = request.form.get("code_verifier", "")
        if not verifier:
            raise Refusal("invalid_grant", "PKCE code verifier not specified")
        if base64url(hashlib.sha256(verifier.encode()).digest()) != code.challenge:
            raise Refusal("invalid_grant", "PKCE verification failed: Code mismatch")

    def refresh(self, client: Client, request: Request) -> dict[str, Any]:
        """For a refresh token; with rotation each is good once, and one that comes again ends the grant."""
        ledger, shown = self.realm.ledger, request.required("refresh_token")
        if shown in ledger.used_refresh_tokens:
            ledger.used_refresh_tokens[shown].is_revoked = True
            raise Refusal("invalid_grant", "Maximum allowed refresh token reuse exceeded")
        grant = ledger.refresh_tokens.get(shown)
        if grant is None or grant.client.identifier != client.identifier:
            raise Refusal("invalid_grant", "Invalid refresh token")
        if not grant.is_live:
            raise Refusal("invalid_grant", "Session not active")
        scopes = self.realm.scopes_of(request.form.get("scope", "")) or grant.scopes
        if not set(scopes) <= set(grant.scopes):
            raise Refusal("invalid_scope", "more than was granted")
        return self.tokens(grant, scopes, self.next_refresh_token(shown, grant))

    def next_refresh_token(self, shown: str, grant: Grant) -> str | None:
        """The one that takes the place of a used one; without rotation there is none, and the old one stays good."""
        ledger = self.realm.ledger
        if not self.realm.rotates_refresh_tokens:
            return None
        if ledger.refresh_tokens.pop(shown, None) is None:
            raise Refusal("invalid_grant", "Maximum allowed refresh token reuse exceeded")
        ledger.used_refresh_tokens[shown] = grant
        return ledger.new_refresh_token(grant)

    def for_program(self, client: Client, request: Request) -> dict[str, Any]:
        """For a program in its own name."""
        if client.secret is None:
            raise Refusal("unauthorized_client", "Public client not allowed to retrieve service account")
        scopes = self.realm.scopes_of(request.form.get("scope", ""))
        grant = self.realm.ledger.open_grant(Grant(client.account(), client, scopes, self.realm.now))
        return self.tokens(grant, scopes)

    def exchange(self, client: Client, request: Request) -> dict[str, Any]:
        """For another program's access token: in the same person's name, and with a refresh token if one is asked."""
        subject = self.realm.live_token(request.required("subject_token"))
        if subject is None or request.form.get("subject_token_type", ACCESS_TYPE) != ACCESS_TYPE:
            raise Refusal("invalid_token", "Invalid subject token")
        held = subject.grant.scopes
        scopes = self.realm.scopes_of(request.form.get("scope", "")) or held
        if not set(scopes) <= {*held, "offline_access"}:
            raise Refusal("invalid_scope", "more than the subject token has")
        wanted = request.form.get("requested_token_type", ACCESS_TYPE)
        if wanted not in (ACCESS_TYPE, REFRESH_TYPE):
            raise Refusal("invalid_request", "requested_token_type unsupported")
        grant = Grant(subject.grant.person, client, scopes, subject.grant.began, subject.grant.session)
        self.realm.ledger.open_grant(grant)
        refresh_token = self.realm.ledger.new_refresh_token(grant) if wanted == REFRESH_TYPE else None
        return self.tokens(grant, scopes, refresh_token) | {"issued_token_type": wanted}

    def tokens(
        self, grant: Grant, scopes: tuple[str, ...], refresh_token: str | None = None, nonce: str | None = None
    ) -> dict[str, Any]:
        """The whole answer (RFC 6749 section 5.1, OpenID Connect Core 3.1.3.3)."""
        access_token = self.access_token(grant, scopes)
        content: dict[str, Any] = {
            "access_token": access_token,
            "expires_in": int(self.realm.token_life),
            "token_type": "Bearer",
            "scope": " ".join(scopes),
            "not-before-policy": 0,
        }
        if grant.session is not None:
            content["session_state"] = grant.session.identifier
        if refresh_token is not None:
            content |= {"refresh_token": refresh_token, "refresh_expires_in": 0}
        if "openid" in scopes:
            content["id_token"] = self.identity_token(grant, scopes, access_token, nonce)
        return content

    def access_token(self, grant: Grant, scopes: tuple[str, ...]) -> str:
        """A JWT.

        Whom Check-in's are for isn't written anywhere: here it is the program itself, or whom it was registered with.
        """
        now, identifier = self.realm.now, secrets.token_hex(16)
        audience = list(grant.client.audience) or grant.client.identifier
        claims = self.common(grant) | {"aud": audience, "jti": identifier, "scope": " ".join(scopes)}
        text = self.realm.token(TokenKind.ACCESS, claims)
        held = AccessToken(grant, identifier, scopes, audience, now, now + self.realm.token_life)
        self.realm.ledger.access_tokens[text] = held
        return text

    def identity_token(self, grant: Grant, scopes: tuple[str, ...], access_token: str, nonce: str | None) -> str:
        """Says who signed in, and little else (OpenID Connect Core 2)."""
        seen = grant.person.seen_with(scopes)
        claims = self.common(grant) | {name: seen[name] for name in IN_ID_TOKEN if name in seen}
        claims |= {"aud": grant.client.identifier, "at_hash": half_hash(access_token)}
        return self.realm.token(TokenKind.IDENTITY, claims if nonce is None else claims | {"nonce": nonce})

    def common(self, grant: Grant) -> dict[str, Any]:
        """What both kinds of token say."""
        now = self.realm.now
        claims = {
            "sub": grant.person.subject,
            "azp": grant.client.identifier,
            "iat": now,
            "exp": now + self.realm.token_life,
            "auth_time": grant.began,
        }
        return claims if grant.session is None else claims | {"sid": grant.session.identifier}
