"""What may be wrong with the stand-in for Nextcloud, on demand."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How a request is answered wrongly."""

    # With a status of no success, and `retry_after` if there is one.
    STATUS = "status"
    # As it should, after `seconds`.
    SLOW = "slow"
    # The connection is closed after `after` bytes of the request's body.
    CUT_REQUEST = "cut-request"
    # The connection is closed after `after` bytes of the answer's body.
    CUT_ANSWER = "cut-answer"
    # Nothing more comes after `after` bytes of the answer's body, until the faults are mended.
    STALL = "stall"
    # It is carried out, and the connection closed without an answer.
    SILENT = "silent"
    # A page with status 200.
    HTML = "html"


@dataclass
class Fault:
    """Which requests go wrong, and how."""

    kind: Kind
    # Of these methods; of all, if there are none.
    methods: list[str] = field(default_factory=list)
    # Whose decoded path matches this.
    path: str = ""
    # So many requests; None for all.
    count: int | None = 1
    # Not the first ones.
    skip: int = 0
    status: int = 500
    seconds: float = 0
    after: int = 0
    retry_after: str | None = None

    def meets(self, method: str, path: str) -> bool:
        """Whether a request is of those."""
        return (not self.methods or method in self.methods) and re.search(self.path, path) is not None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Fault":
        """A fault as the control address takes it."""
        return cls(**{**told, "kind": Kind(told["kind"])})


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[Fault] = []
        self.mended = threading.Event()

    def add(self, fault: Fault) -> None:
        """One more; the first that meets a request holds."""
        with self.lock:
            self.mended = threading.Event()
            self.waiting.append(fault)

    def mend(self) -> None:
        """Takes all away, and lets go on what stalls."""
        with self.lock:
            self.waiting.clear()
            self.mended.set()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of a request, which is used up by it."""
        with self.lock:
            for fault in self.waiting:
                if not fault.meets(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count <= 0:
                        self.waiting.remove(fault)
                return replace(fault)
        return None
