"""A kernel's websocket that says in the running cell why its kernel was stopped."""

import asyncio
import json
from typing import Any
from weakref import WeakKeyDictionary

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from carrel_server.memory_kills import message

DELIMITER = (
    b"<IDS|MSG>"  # between a message's addresses and its parts: signature, header, parent header, metadata, content
)
# Which request each kernel is busy with, as its parent header's JSON; shared, because a page that is loaded anew connects anew.
running: WeakKeyDictionary[Any, bytes] = WeakKeyDictionary()


def note_state(kernel: Any, parts: list[bytes]) -> None:
    """Remembers the request that a kernel begins with, and forgets it when it is done.

    Every output passes here, so the JSON is only searched; a wrong guess would cost no more than a message in another cell.
    """
    start = parts.index(DELIMITER) if DELIMITER in parts else len(parts)
    if len(parts) < start + 6:
        return
    _, header, parent, _, content = parts[start + 1 : start + 6]
    if b'"status"' not in header or b'"execute_request"' not in parent:
        return
    if b'"busy"' in content:
        running[kernel] = parent
    elif b'"idle"' in content and running.get(kernel) == parent:
        del running[kernel]


class Connection(ZMQChannelsWebsocketConnection):
    """Stock's, with a message before a kernel's restart."""

    def connect(self) -> asyncio.Future[None] | None:
        """Opens the connection, and then tells what happened to the kernel while there was none."""
        connected = super().connect()
        if connected is not None:
            connected.add_done_callback(self.catch_up)
        return connected

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Passes on what a kernel says."""
        if getattr(stream, "channel", stream) == "iopub":
            note_state(self.kernel_manager, outgoing_msg)
        super().handle_outgoing_message(stream, outgoing_msg)

    def on_kernel_restarted(self) -> None:
        """Called when a kernel was found dead, just before it is started again."""
        self.explain()
        super().on_kernel_restarted()

    def on_restart_failed(self) -> None:
        """Called when a kernel was found dead too often."""
        self.explain()
        super().on_restart_failed()

    def explain(self) -> None:
        """Writes into the running cell that the kernel was stopped for memory, if it was."""
        provisioner = self.kernel_manager.provisioner
        if not getattr(provisioner, "stopped_for_memory", False):
            return
        iopub = self.channels.get("iopub")
        if iopub is not None and not iopub.closed():
            iopub.flush()  # what the kernel said last, which request it was busy with, comes first
        provisioner.explained = True
        self.write_message_for_running_cell()

    def catch_up(self, _: object) -> None:
        """Explains a stop that nobody was connected for, and shows the restart too, so that no cell seems to run for ever."""
        provisioner = self.kernel_manager.provisioner
        if getattr(provisioner, "missed_stop", False):
            provisioner.missed_stop = False
            self.write_message_for_running_cell()
            super().on_kernel_restarted()

    def write_message_for_running_cell(self) -> None:
        """Stock's way of writing to a cell's standard error."""
        parent = running.get(self.kernel_manager)
        self.write_stderr(message("Your kernel"), json.loads(parent) if parent else {})
