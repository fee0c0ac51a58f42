"""What may be wrong with the stand-in for openBIS: refusals of its own, and faults on demand."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Failure(Exception):
    """A refusal as openBIS words it; `kind` is the Java class that the answer names (reference `openbis.md` 4.2)."""

    kind = "ch.systemsx.cisd.common.exceptions.UserFailureException"


class SessionOver(Failure):
    """The token is none, or was one."""

    kind = "ch.systemsx.cisd.common.exceptions.InvalidSessionException"

    def __init__(self, token: object) -> None:
        super().__init__(f"Session token '{token}' is invalid: user is not logged in.")


class NotFound(Failure):
    """There is no such object."""

    kind = "ch.ethz.sis.openbis.generic.asapi.v3.exceptions.ObjectNotFoundException"

    def __init__(self, sort: str, identifier: str) -> None:
        super().__init__(f"Object with {sort} = [{identifier}] has not been found.")


class NotAllowed(Failure):
    """It is in a space where the person may not do that."""

    kind = "ch.ethz.sis.openbis.generic.asapi.v3.exceptions.UnauthorizedObjectAccessException"

    def __init__(self, sort: str, identifier: str) -> None:
        super().__init__(f"Access denied to object with {sort} = [{identifier}].")


class NoRoom(Failure):
    """The disk of the data store is full."""

    kind = "ch.systemsx.cisd.common.exceptions.EnvironmentFailureException"

    def __init__(self) -> None:
        super().__init__("No space left on device")


class Kind(StrEnum):
    """How a call is answered wrongly."""

    # No byte of the answer until it is mended, or until so many seconds are over.
    SLOW = "slow"
    # The answer's head and so many bytes of its body, and no more until it is mended.
    STALL = "stall"
    # The connection is closed after so many bytes of the answer's body.
    CUT = "cut"
    # The connection is closed after so many bytes of the request's body; nothing was done.
    CUT_UPLOAD = "cut-upload"
    # Done as it should, but the connection is closed before a byte of the answer.
    MUTE = "mute"
    # Another status, with a page; nothing was done.
    STATUS = "status"
    # A page, with status 200; nothing was done.
    HTML = "html"
    # Refused as openBIS refuses, with these words; nothing was done.
    ERROR = "error"
    # The true answer with a byte changed: the one at that place of its body, counted from the end if negative.
    DAMAGE = "damage"


@dataclass
class Fault:
    """One fault: at which call (`*` is each), the first ones spared, so many times."""

    kind: Kind
    call: str = "*"
    after: int = 0
    status: int = 500
    retry_after: str = ""
    message: str = "Something went wrong."
    retriable: bool = False
    seconds: float | None = None
    skip: int = 0
    # How often it is still done; None is until it is mended.
    times: int | None = None
    # Set when the first call came upon it, and when it was mended.
    met: threading.Event = field(default_factory=threading.Event)
    mended: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def read(cls, told: dict[str, Any]) -> "Fault":
        """A fault as the control address takes it."""
        return cls(**{**told, "kind": Kind(told["kind"])})


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

    def take(self, call: str) -> Fault | None:
        """The fault of a call, which is used up by it; what is told by the control address has no name and no faults."""
        return self._take(lambda fault: fault.kind is not Kind.CUT_UPLOAD and call and fault.call in ("*", call))

    def take_upload(self, call: str) -> Fault | None:
        """The fault that a call meets while its body still comes."""
        return self._take(lambda fault: fault.kind is Kind.CUT_UPLOAD and call and fault.call in ("*", call))

    def _take(self, fits: Callable[[Fault], object]) -> Fault | None:
        with self._lock:
            for fault in self._now:
                if not fits(fault) or fault.times == 0:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                fault.met.set()
                return fault
        return None
