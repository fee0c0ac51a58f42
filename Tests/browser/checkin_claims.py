"""What the stand-in for Check-in tells of tokens: userinfo, introspection (RFC 7662) and revocation (RFC 7009)."""

from http import HTTPStatus

from checkin_messages import Answer, Refusal, Request, json_answer
from checkin_realm import Realm

AUTHORITY = "https://idp.example.org/saml"


class Claims:
    """The three endpoints."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm

    def userinfo(self, request: Request) -> Answer:
        """All claims that the token's scopes give (OpenID Connect Core 5.3)."""
        token = self.realm.live_token(request.bearer)
        if token is None:
            return refused(HTTPStatus.UNAUTHORIZED, "invalid_token", "Token verification failed")
        if "openid" not in token.scopes:
            return refused(HTTPStatus.FORBIDDEN, "insufficient_scope", "Missing openid scope")
        return json_answer(token.grant.person.seen_with(token.scopes))

    def introspect(self, request: Request) -> Answer:
        """Whether a token is good, and if so, what is known of it; asked by programs with a secret."""
        client = self.realm.authenticated_client(request)
        if client.secret is None:
            raise Refusal("invalid_request", "Client not allowed.", HTTPStatus.FORBIDDEN)
        shown = request.required("token")
        token = self.realm.live_token(shown)
        if token is None:
            return json_answer({"active": False})
        grant = token.grant
        known = {
            "active": True,
            "iss": self.realm.issuer,
            "sub": grant.person.subject,
            "aud": token.audience,
            "client_id": grant.client.identifier,
            "azp": grant.client.identifier,
            "iat": int(token.issued),
            "exp": int(token.ends),
            "auth_time": int(grant.began),
            "jti": token.identifier,
            "scope": " ".join(token.scopes),
            "token_type": "Bearer",
            "authenticating_authority": AUTHORITY,
        }
        return json_answer(grant.person.seen_with(token.scopes) | known)

    def revoke(self, request: Request) -> Answer:
        """Ends an access token, or all that a refresh token stands for; an unknown one is as good as ended."""
        client = self.realm.authenticated_client(request)
        shown, ledger = request.required("token"), self.realm.ledger
        access = ledger.access_tokens.get(shown)
        grant = access.grant if access else ledger.refresh_tokens.get(shown)
        if grant is not None and grant.client.identifier != client.identifier:
            raise Refusal("invalid_token", "Unmatching clients")
        if access is not None:
            access.is_revoked = True
        elif grant is not None:
            grant.is_revoked = True
        return Answer(HTTPStatus.OK)


def refused(status: int, error: str, description: str) -> Answer:
    """As resources refuse a token (RFC 6750 section 3)."""
    answer = json_answer({"error": error, "error_description": description}, status)
    challenge = f'Bearer realm="egi", error="{error}", error_description="{description}"'
    return Answer(answer.status, answer.body, (*answer.headers, ("WWW-Authenticate", challenge)))
