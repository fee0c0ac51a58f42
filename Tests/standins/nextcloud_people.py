"""The people of the stand-in for Nextcloud, and who may come in."""

import base64
import binascii
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus

from nextcloud_errors import Refusal


@dataclass
class Person:
    """Somebody with files there."""

    # The user id, which stands in addresses.
    name: str
    # The app password.
    password: str
    # What is typed at sign-in; may differ from the user id.
    login: str
    # The bytes that they may have; None for as many as they like.
    quota: int | None = None


class People:
    """Everybody, and how often the password was wrong of late."""

    def __init__(self, throttle_after: int = 10, throttle_seconds: float = 30) -> None:
        self.by_name: dict[str, Person] = {}
        self.throttle_after = throttle_after
        self.throttle_seconds = throttle_seconds
        self.failures = 0
        self.last_failure = 0.0
        self.lock = threading.Lock()

    def add(self, name: str, password: str, login: str | None = None) -> Person:
        """One more."""
        person = Person(name, password, login or name)
        self.by_name[name] = person
        return person

    def sign_in(self, field: str | None) -> Person:
        """Whose request it is, by its field `Authorization`."""
        login, password = self.credentials(field)
        person = next((one for one in self.by_name.values() if login in (one.login, one.name)), None)
        if person is not None and person.password == password:
            self.failures = 0
            return person
        if field is not None:
            self.count_failure()
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "No public access to this resource., Username or password was incorrect",
            WWW_Authenticate='Basic realm="Nextcloud", charset="UTF-8"',
        )

    def count_failure(self) -> None:
        """Slows down who guesses; a right password still comes in."""
        with self.lock:
            now = time.monotonic()
            if now - self.last_failure > self.throttle_seconds:
                self.failures = 0
            self.failures += 1
            self.last_failure = now
            if self.failures > self.throttle_after:
                raise Refusal(
                    HTTPStatus.TOO_MANY_REQUESTS, "Reached maximum delay", Retry_After=str(int(self.throttle_seconds))
                )

    @staticmethod
    def credentials(field: str | None) -> tuple[str, str]:
        """Name and password; empty ones if there are none."""
        scheme, _, text = (field or "").partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            name, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return name, password
