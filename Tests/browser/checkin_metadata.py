"""What the stand-in for Check-in says of itself: discovery (OpenID Connect Discovery 1.0) and its keys."""

from typing import Any

from checkin_faults import changed
from checkin_messages import Answer, Endpoint, Request, json_answer
from checkin_people import SCOPES
from checkin_realm import Realm
from checkin_tokens import EXCHANGE

ADDRESSES = {
    "authorization_endpoint": Endpoint.AUTHORIZATION,
    "token_endpoint": Endpoint.TOKEN,
    "introspection_endpoint": Endpoint.INTROSPECTION,
    "userinfo_endpoint": Endpoint.USERINFO,
    "end_session_endpoint": Endpoint.LOGOUT,
    "jwks_uri": Endpoint.KEYS,
    "revocation_endpoint": Endpoint.REVOCATION,
}


def metadata(realm: Realm) -> dict[str, Any]:
    """The document, with the changes that a test wants."""
    claims = {name for names in SCOPES.values() for name in names} - {"client_id"}
    said = {
        "issuer": realm.issuer,
        **{name: realm.issuer + path for name, path in ADDRESSES.items()},
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", EXCHANGE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": list(realm.auth_methods),
        "introspection_endpoint_auth_methods_supported": list(realm.auth_methods),
        "revocation_endpoint_auth_methods_supported": list(realm.auth_methods),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "claims_supported": sorted(claims),
        "prompt_values_supported": ["none", "login", "select_account"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
    return changed(said, realm.metadata)


class Metadata:
    """The two documents."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm

    def discovery(self, _: Request) -> Answer:
        """Where everything is."""
        return json_answer(metadata(self.realm))

    def keys(self, _: Request) -> Answer:
        """With which keys tokens are signed."""
        return json_answer(self.realm.keys.public())
