"""Knows which cell a kernel is at, also when the kernel dies before it can say so."""

import json
from typing import Any
from weakref import WeakKeyDictionary

from jupyter_server.services.kernels.connection.base import deserialize_binary_message, deserialize_msg_from_ws_v1

DELIMITER = (
    b"<IDS|MSG>"  # between a message's addresses and its parts: signature, header, parent header, metadata, content
)


class Cells:
    """The requests to run code that a kernel was sent and hasn't finished, oldest first.

    What was sent counts, not only what the kernel says it has begun with: one that takes memory fast is dead before it can.
    """

    def __init__(self) -> None:
        self.unfinished: list[dict[str, Any]] = []
        self.were_lost = False

    @property
    def present(self) -> dict[str, Any]:
        """The header of the one the kernel is at; empty if it is at none."""
        return self.unfinished[0] if self.unfinished else {}

    def sent(self, header: dict[str, Any]) -> None:
        """Notes a new one; those from before a restart are lost."""
        if self.were_lost:
            self.unfinished.clear()
            self.were_lost = False
        self.unfinished.append(header)

    def lose(self) -> None:
        """Notes a restart. They are kept until the next is sent: every page that shows the kernel is told by itself."""
        self.were_lost = True

    def begin(self, header: dict[str, Any]) -> None:
        """Notes that the kernel is at this one, and so has done with those before it; also one that somebody else sent."""
        at = self.index(header)
        self.unfinished = [header] if at is None else self.unfinished[at:]
        self.were_lost = False

    def finish(self, header: dict[str, Any]) -> None:
        """Notes that the kernel has done with this one."""
        at = self.index(header)
        if at is not None:
            del self.unfinished[: at + 1]

    def index(self, header: dict[str, Any]) -> int | None:
        """Where a request is in the line."""
        ids = [one.get("msg_id") for one in self.unfinished]
        return ids.index(header.get("msg_id")) if header.get("msg_id") in ids else None


# Shared by all connections to a kernel, because a page that is loaded anew connects anew.
cells_of: WeakKeyDictionary[Any, Cells] = WeakKeyDictionary()


def cells(kernel: Any) -> Cells:
    """Those of a kernel."""
    return cells_of.setdefault(kernel, Cells())


def note_state(kernel: Any, parts: list[bytes]) -> None:
    """Notes what a kernel begins with and has done with.

    Every output passes here, so the JSON is only searched until it is sure to be of that kind.
    """
    start = parts.index(DELIMITER) if DELIMITER in parts else len(parts)
    if len(parts) < start + 6:
        return
    _, header, parent, _, content = parts[start + 1 : start + 6]
    if b'"status"' not in header or b'"execute_request"' not in parent:
        return
    if b'"busy"' in content:
        cells(kernel).begin(json.loads(parent))
    elif b'"idle"' in content:
        cells(kernel).finish(json.loads(parent))


def header_of(message: str | bytes, subprotocol: str | None) -> dict[str, Any]:
    """The header of a message that a page sends, in each of the ways in which JupyterLab does."""
    if subprotocol == "v1.kernel.websocket.jupyter.org":
        return json.loads(deserialize_msg_from_ws_v1(message)[1][0])
    return (deserialize_binary_message(message) if isinstance(message, bytes) else json.loads(message))["header"]
