"""What may be wrong with the stand-in for Check-in, on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any


class Fault(Enum):
    """How an endpoint answers wrongly, until it is mended."""

    # No byte until it is mended; then as it should.
    SLOW_HEAD = auto()
    # The head at once, then a space every tenth of a second until it is mended; then the answer.
    SLOW_BODY = auto()
    # A page, with status 200.
    HTML = auto()
    # 302 to the same address.
    REDIRECT_TO_ITSELF = auto()
    # Status 500 and a page.
    INTERNAL_ERROR = auto()
    # Status 200 and 2 MiB of JSON.
    TOO_MUCH = auto()
    # The connection is closed in the middle of the body.
    CUT_OFF = auto()


class TokenKind(StrEnum):
    """What is signed; the value is what the claim `typ` says."""

    IDENTITY = "ID"
    ACCESS = "Bearer"
    LOGOUT = "Logout"


class SignedWith(Enum):
    """How a token is signed."""

    CURRENT_KEY = auto()
    # A key that was published once.
    RETIRED_KEY = auto()
    # A key that never was published; the header names it.
    STRANGERS_KEY = auto()
    # HS256, the current public key being the secret.
    PUBLIC_KEY_AS_SECRET = auto()
    # `alg` is `none` and there is no signature.
    NOTHING = auto()


@dataclass(frozen=True)
class Forgery:
    """In what a token differs from what it should be. A change to None takes a field away."""

    signed_with: SignedWith = SignedWith.CURRENT_KEY
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    # Seconds by which it is moved into the past, with all its times.
    age: float = 0


HONEST = Forgery()
UNSIGNED = Forgery(SignedWith.NOTHING)
WRONG_AUDIENCE = Forgery(claims={"aud": "somebody-else", "azp": "somebody-else"})
WRONG_ISSUER = Forgery(claims={"iss": "https://aai.example.org/auth/realms/egi"})
EXPIRED = Forgery(age=7200)
BY_RETIRED_KEY = Forgery(SignedWith.RETIRED_KEY)
BY_STRANGER = Forgery(SignedWith.STRANGERS_KEY)
BY_PUBLIC_KEY = Forgery(SignedWith.PUBLIC_KEY_AS_SECRET)


def many_entitlements(size: int = 200_000) -> list[str]:
    """Well-formed entitlements that are so many characters together, at least."""
    one = len(f"urn:mace:egi.eu:group:vo{0:06}.example.org:role=member#aai.egi.eu")
    return [
        f"urn:mace:egi.eu:group:vo{number:06}.example.org:role=member#aai.egi.eu" for number in range(size // one + 1)
    ]


MANY_ENTITLEMENTS = Forgery(claims={"eduperson_entitlement": many_entitlements()})


def changed(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same with changes; a change to None takes a field away."""
    return {name: value for name, value in {**content, **changes}.items() if value is not None}
