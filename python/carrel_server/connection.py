"""A kernel's websocket that says in the running cell why its kernel was stopped."""

import asyncio
import contextlib
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from carrel_server.cells import cells, header_of, note_state
from carrel_server.provisioner import explanation


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

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Passes on what a page says."""
        if (b"execute_request" if isinstance(incoming_msg, bytes) else "execute_request") in incoming_msg:
            # What can't be read is refused by stock, in its own words.
            with contextlib.suppress(Exception):
                header = header_of(incoming_msg, self.subprotocol)
                if header["msg_type"] == "execute_request":
                    cells(self.kernel_manager).sent(header)
        super().handle_incoming_message(incoming_msg)

    def on_kernel_restarted(self) -> None:
        """Called when a kernel was found dead, just before it is started again."""
        self.explain()
        cells(self.kernel_manager).lose()
        super().on_kernel_restarted()

    def on_restart_failed(self) -> None:
        """Called when a kernel was found dead too often."""
        self.explain()
        super().on_restart_failed()

    def explain(self) -> None:
        """Writes into the running cell why the kernel was stopped, if that is known."""
        provisioner = self.kernel_manager.provisioner
        text = getattr(provisioner, "explanation", None)
        if text is None:
            return
        iopub = self.channels.get("iopub")
        if iopub is not None and not iopub.closed():
            iopub.flush()  # what the kernel said last, which request it was busy with, comes first
        provisioner.explained = True
        self.write_message_for_running_cell(text)

    def catch_up(self, _: object) -> None:
        """Explains a stop that nobody was connected for, and shows the restart too, so that no cell seems to run for ever."""
        provisioner = self.kernel_manager.provisioner
        if getattr(provisioner, "missed_stop", False):
            provisioner.missed_stop = False
            self.write_message_for_running_cell(explanation(True, provisioner.missed_word))
            super().on_kernel_restarted()

    def write_message_for_running_cell(self, text: str | None) -> None:
        """Stock's way of writing to a cell's standard error."""
        self.write_stderr(text or "", cells(self.kernel_manager).present)
