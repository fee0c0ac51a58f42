"""What may be wrong with the stand-in for StorageHub, on demand."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

EXCEPTIONS = "org.gcube.common.storagehub.model.exceptions"


class HubError(Exception):
    """An exception of StorageHub (reference `egi.md` 3.4): its class decides the status."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    name = "BackendGenericError"


class BackendGenericError(HubError):
    """Something went wrong behind it."""


class InvalidItemException(HubError):
    """The item isn't of a kind with which this can be done."""

    name = "InvalidItemException"


class IdNotFoundException(HubError):
    """No such item."""

    status = HTTPStatus.NOT_FOUND
    name = "IdNotFoundException"


class InvalidCallParameters(HubError):
    """A field is missing or can't be."""

    status = HTTPStatus.BAD_REQUEST
    name = "InvalidCallParameters"


class ItemLockedException(HubError):
    """Somebody else works on it."""

    status = HTTPStatus.CONFLICT
    name = "ItemLockedException"


class UserNotAuthorizedException(HubError):
    """It is somebody else's."""

    status = HTTPStatus.FORBIDDEN
    name = "UserNotAuthorizedException"


class QuotaExceeded(HubError):
    """The workspace is full. The reference tells nothing of it; this is how HTTP says it (RFC 4918 section 11.5)."""

    status = HTTPStatus.INSUFFICIENT_STORAGE


class FaultKind(StrEnum):
    """How a call is answered wrongly."""

    # Another status, with a page; nothing was done.
    STATUS = "status"
    # No byte until it is mended; then as it should.
    SLOW_HEAD = "slow-head"
    # The head and half of the body at once, the rest when it is mended.
    SLOW_BODY = "slow-body"
    # The true answer up to so many bytes of its body, then the connection is closed.
    CUT = "cut"
    # So many bytes of the body of a request are read, then the connection is closed; nothing was done.
    CUT_UPLOAD = "cut-upload"
    # Done as it should, but the connection is closed before a byte of the answer.
    MUTE = "mute"
    # A page, with status 200.
    HTML = "html"


@dataclass
class Fault:
    """A fault for the calls of a method (any, if it is empty) below a path, so many times."""

    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1_000_000
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    retry_after: str = ""
    after: int = 0
    # Set when the first call came upon it, and when it was mended.
    met: threading.Event = field(default_factory=threading.Event)
    mended: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def read(cls, told: dict[str, Any]) -> "Fault":
        """A fault as the control address takes it."""
        return cls(**{**told, "kind": FaultKind(told["kind"])})

    def fits(self, method: str, path: str) -> bool:
        """Whether it is about such a call."""
        return self.method in ("", method) and self.path in path


class Faults:
    """The faults that there are now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """From now on."""
        with self._lock:
            self._now.append(fault)
        return fault

    def mend(self) -> None:
        """All is well again; what was held back goes on."""
        with self._lock:
            mended, self._now = self._now, []
        for fault in mended:
            fault.mended.set()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of a call, which is used up by it."""
        with self._lock:
            for fault in self._now:
                if fault.times > 0 and fault.fits(method, path):
                    fault.times -= 1
                    fault.met.set()
                    return fault
        return None
