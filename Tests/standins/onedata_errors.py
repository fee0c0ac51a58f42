"""What the stand-in for Onedata answers when something is wrong: one shape, and a status for each id."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

STATUSES: Mapping[str, int] = {
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "notFound": HTTPStatus.NOT_FOUND,
    "alreadyExists": HTTPStatus.CONFLICT,
    "serviceUnavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "temporaryFailure": HTTPStatus.SERVICE_UNAVAILABLE,
    "timeout": HTTPStatus.SERVICE_UNAVAILABLE,
    "noConnectionToOnezone": HTTPStatus.SERVICE_UNAVAILABLE,
    "internalServerError": HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Refusal(Exception):
    """An answer that says no; ids that aren't in the table are bad requests."""

    def __init__(self, name: str, **details: Any) -> None:
        super().__init__(name)
        self.name = name
        self.details = details

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return STATUSES.get(self.name, HTTPStatus.BAD_REQUEST)

    @property
    def error(self) -> dict[str, Any]:
        """The error as it is sent, also inside another one."""
        said = {"id": self.name, "description": describe(self.name, self.details)}
        return said | ({"details": self.details} if self.details else {})


def describe(name: str, details: Mapping[str, Any]) -> str:
    """A sentence for a person."""
    if name == "posix":
        return f"Operation failed with POSIX error: {details['errno']}."
    return f"The request was refused: {name}."


def posix(errno: str) -> Refusal:
    """A refusal of the file system; a missing file is `enoent` with status 400, not 404."""
    return Refusal("posix", errno=errno)


def unauthorized(reason: Refusal | None = None) -> Refusal:
    """Whoever asks isn't known, for the reason that their token gives."""
    return Refusal("unauthorized", authError=reason.error) if reason else Refusal("unauthorized")
