"""What may be wrong with the stand-in for Onedata, on demand."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a call is answered wrongly."""

    # No byte of the answer until it is mended.
    SLOW = "slow"
    # The answer's head and so many bytes of its body, and no more until it is mended.
    STALL = "stall"
    # The connection is closed after so many bytes of the answer's body.
    CUT = "cut"
    # The connection is closed after so many bytes of the request's body; those were taken.
    CUT_UPLOAD = "cut-upload"
    # An error with that status.
    STATUS = "status"
    # A page instead of JSON.
    HTML = "html"


@dataclass
class Fault:
    """One fault: at which door (`zone` or a provider's name) and at which call (`*` is each)."""

    kind: Kind
    door: str
    call: str = "*"
    # Bytes, for those that let some pass.
    after: int = 0
    status: int = 500
    retry_after: str | None = None
    # How often it is still done; None is until it is mended.
    times: int | None = None
    mended: threading.Event = field(default_factory=threading.Event)


class Faults:
    """Those that are on."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.on: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """From now on."""
        with self.lock:
            self.on.append(fault)

    def mend(self) -> None:
        """Everything is well again; answers that were held back are sent."""
        with self.lock:
            for fault in self.on:
                fault.mended.set()
            self.on.clear()

    def take(self, door: str, call: str) -> Fault | None:
        """The fault of this one call."""
        with self.lock:
            for fault in self.on:
                if fault.door == door and fault.call in ("*", call):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self.on.remove(fault)
                    return fault
        return None
