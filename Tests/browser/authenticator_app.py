"""An authenticator app: RFC 6238 with SHA-1, six digits, steps of 30 s."""

import base64
import hashlib
import hmac
import struct
import time

SECONDS = 30


class AuthenticatorApp:
    """Shows codes for a secret; never the same twice, as a hub takes each once only."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.shown = 0

    def code(self) -> str:
        """The code of the present, or of the next step if that one was shown: hubs allow for a step on either side."""
        self.shown = max(int(time.time()) // SECONDS, self.shown + 1)
        digest = hmac.new(self.key, struct.pack(">Q", self.shown), hashlib.sha1).digest()
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"
