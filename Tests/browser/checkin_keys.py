"""The keys of the stand-in for Check-in, and the tokens that are signed with them.

Made with nothing but RSA itself, so that a library that reads these tokens is not proved by its own hand.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Signer = Callable[[bytes], bytes]


def base64url(content: bytes) -> str:
    """Base64 for URLs without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def half_hash(text: str) -> str:
    """What `at_hash` holds of an access token (OpenID Connect Core 3.1.3.6), for RS256."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16])


def encode(header: Mapping[str, Any], claims: Mapping[str, Any], signer: Signer) -> str:
    """A token in compact form (RFC 7515 section 3.1)."""
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (dict(header), dict(claims)))
    return f"{signed}.{base64url(signer(signed.encode()))}"


def no_signature(_: bytes) -> bytes:
    """Nothing, as goes with the algorithm `none`."""
    return b""


class Key:
    """An RSA key with an identifier of its own."""

    def __init__(self, use: str = "sig", algorithm: str = "RS256") -> None:
        self.identifier = secrets.token_urlsafe(16)
        self.use, self.algorithm = use, algorithm
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, content: bytes) -> bytes:
        """The signature RS256."""
        return self.private.sign(content, padding.PKCS1v15(), SHA256())

    def sign_with_public(self, content: bytes) -> bytes:
        """HS256 with the public key's text as the secret: what a verifier falls for that trusts the header's `alg`."""
        public = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(public, content, "sha256")

    def public(self) -> dict[str, str]:
        """The public half, as it is published (RFC 7517)."""
        numbers = self.private.public_key().public_numbers()
        modulus, exponent = (
            base64url(number.to_bytes((number.bit_length() + 7) // 8)) for number in (numbers.n, numbers.e)
        )
        return {
            "kid": self.identifier,
            "kty": "RSA",
            "alg": self.algorithm,
            "use": self.use,
            "n": modulus,
            "e": exponent,
        }


class KeyRing:
    """The key that signs now, those that are still published, and those that no longer are.

    Among the published is one for encryption, as in Keycloak's: a client must not verify with it.
    """

    def __init__(self) -> None:
        self.current = Key()
        self.published = [self.current]
        self.retired: list[Key] = []
        self.stranger = Key()
        self.encryption = Key(use="enc", algorithm="RSA-OAEP")

    def rotate(self) -> None:
        """Signs with a new key from now on; the old ones stay published."""
        self.current = Key()
        self.published = [*self.published, self.current]

    def retire(self) -> None:
        """Publishes the current key alone."""
        self.retired = [*self.retired, *(key for key in self.published if key is not self.current)]
        self.published = [self.current]

    def public(self) -> dict[str, list[dict[str, str]]]:
        """The key set as it is published."""
        return {"keys": [key.public() for key in (self.encryption, *self.published)]}
