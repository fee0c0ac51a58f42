"""Tokens for contexts of D4Science, as its Keycloak gives them: a UMA ticket for an access token (egi.md 1.6)."""

import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from checkin_faults import TokenKind
from checkin_messages import Refusal, Request
from checkin_realm import Realm

TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket"


class Contexts:
    """Gives tokens for contexts to their members, who are in the realm's `contexts`."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm

    def ticket(self, request: Request) -> dict[str, Any]:
        """A token whose audience is the context; the request shows an access token instead of the program's secret."""
        shown = self.realm.live_token(request.bearer)
        if shown is None:
            raise Refusal("invalid_grant", "Invalid bearer token", HTTPStatus.UNAUTHORIZED)
        quoted = request.required("audience")
        context, person = unquote(quoted), shown.grant.person
        if quoted == context or context not in self.realm.contexts:
            raise Refusal("invalid_client", "Client specified by audience not found")
        if person.subject not in self.realm.contexts[context]:
            raise Refusal("access_denied", "not_authorized", HTTPStatus.FORBIDDEN)
        now = self.realm.now
        claims = {
            "sub": person.subject,
            "azp": shown.grant.client.identifier,
            "aud": quoted,
            "iat": now,
            "exp": now + self.realm.token_life,
            "jti": secrets.token_hex(16),
            "resource_access": {quoted: {"roles": ["Member"]}},
            "authorization": {"permissions": [{"rsname": "jupyter"}]},
        }
        text = self.realm.token(TokenKind.ACCESS, claims)
        return {
            "upgraded": False,
            "access_token": text,
            "expires_in": int(self.realm.token_life),
            "token_type": "Bearer",
        }
