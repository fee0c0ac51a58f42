"""Who signs in at the stand-in for Check-in, by which programs, and which claims they see."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# Which claims a scope gives.
PROFILE = ("name", "given_name", "family_name", "preferred_username")
EMAIL = ("email", "email_verified", "voperson_verified_email")
SCOPES: dict[str, tuple[str, ...]] = {
    "openid": ("sub", "acr", "client_id"),
    "profile": PROFILE,
    "email": EMAIL,
    "aarc": (*PROFILE, *EMAIL, "voperson_id"),
    "voperson_id": ("voperson_id",),
    "eduperson_entitlement": ("eduperson_entitlement",),
    "eduperson_scoped_affiliation": ("eduperson_scoped_affiliation",),
    "eduperson_assurance": ("eduperson_assurance",),
    "orcid": ("orcid",),
    "ssh_public_key": ("ssh_public_key",),
    "offline_access": (),
}
# The ID token holds these only; all others come from userinfo and introspection.
IN_ID_TOKEN = ("sub", "acr", "preferred_username")
SUBSTANTIAL = "https://aai.egi.eu/LoA#Substantial"


def subject_of(name: str) -> str:
    """An identifier as Check-in gives it: 64 hexadecimal digits at egi.eu."""
    return hashlib.sha256(name.encode()).hexdigest() + "@egi.eu"


def membership(organisation: str, role: str = "member", authority: str = "aai.egi.eu") -> str:
    """The entitlement of a member of a virtual organisation."""
    return f"urn:mace:egi.eu:group:{organisation}:role={role}#{authority}"


@dataclass
class Person:
    """A person with an account. `claims` may be changed at any time; all answers from then on show it."""

    subject: str
    name: str
    claims: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def with_defaults(cls, subject: str, name: str, changes: dict[str, Any]) -> "Person":
        """A person with all claims; a change to None takes a claim away."""
        claims = {
            "sub": subject,
            "voperson_id": subject,
            "preferred_username": name,
            "name": f"{name.title()} Example",
            "given_name": name.title(),
            "family_name": "Example",
            "email": f"{name}@example.org",
            "email_verified": True,
            "voperson_verified_email": [f"{name}@example.org"],
            "eduperson_entitlement": [],
            "eduperson_scoped_affiliation": ["member@example.org"],
            "eduperson_assurance": [SUBSTANTIAL, "https://refeds.org/assurance/IAP/low"],
            "acr": SUBSTANTIAL,
        }
        return cls(subject, name, {key: value for key, value in (claims | changes).items() if value is not None})

    @property
    def entitlements(self) -> list[str]:
        """Her `eduperson_entitlement`."""
        return list(self.claims.get("eduperson_entitlement", []))

    @entitlements.setter
    def entitlements(self, urns: Iterable[str]) -> None:
        self.claims["eduperson_entitlement"] = list(urns)

    def seen_with(self, scopes: Iterable[str]) -> dict[str, Any]:
        """What a program sees of her."""
        names = {name for scope in scopes for name in SCOPES[scope]}
        return {name: value for name, value in self.claims.items() if name in names}


@dataclass(frozen=True)
class Client:
    """A registered program. Without a secret it is a public one.

    `audience` is whom its access tokens are for: itself if nothing else is told.
    """

    identifier: str
    secret: str | None
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    audience: tuple[str, ...] = ()

    def account(self) -> Person:
        """Who the program itself is when it signs in for nobody; such an account has no user name."""
        claims = {"sub": subject_of(f"client {self.identifier}"), "client_id": self.identifier}
        return Person(claims["sub"], self.identifier, claims)
