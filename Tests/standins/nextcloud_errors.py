"""Refusals of the stand-in for Nextcloud, as its DAV library words them."""

from http import HTTPStatus
from xml.sax.saxutils import escape

NAMES = {
    HTTPStatus.BAD_REQUEST: "BadRequest",
    HTTPStatus.UNAUTHORIZED: "NotAuthenticated",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.NOT_FOUND: "NotFound",
    HTTPStatus.METHOD_NOT_ALLOWED: "MethodNotAllowed",
    HTTPStatus.CONFLICT: "Conflict",
    HTTPStatus.PRECONDITION_FAILED: "PreconditionFailed",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "RequestedRangeNotSatisfiable",
    HTTPStatus.LOCKED: "Locked",
    HTTPStatus.NOT_IMPLEMENTED: "NotImplemented",
    HTTPStatus.SERVICE_UNAVAILABLE: "ServiceUnavailable",
    HTTPStatus.INSUFFICIENT_STORAGE: "InsufficientStorage",
}


class Refusal(Exception):
    """A request that isn't carried out."""

    def __init__(self, status: HTTPStatus, words: str = "", **headers: str) -> None:
        super().__init__(words or status.phrase)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def body(self) -> bytes:
        """What stands in the answer."""
        name = NAMES.get(self.status, "Exception")
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">'
            f"<s:exception>Sabre\\DAV\\Exception\\{name}</s:exception><s:message>{escape(str(self))}</s:message>"
            "</d:error>"
        ).encode()
