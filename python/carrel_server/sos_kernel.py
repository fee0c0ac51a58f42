"""`python -m carrel_server.sos_kernel -f CONNECTION_FILE`: the stock SoS kernel, but for three things.

Tables go to and from R in a way of our own: stock's needs R's package `arrow`, which Debian doesn't have, and tries to install
it when a table is passed. And a kernel that SoS has just started is listened to until it is quiet: stock takes what it still
says about its start for the end of the first cell, whose output then is lost. And when SoS ends, so do the kernels that it has
started.
"""

import contextlib
import time
from queue import Empty
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from sos_notebook.kernel import SoS_Kernel
from sos_r import kernel as r

from carrel_server import sos_tables

# Seconds: how long a kernel may take to become quiet, and after which it is asked again.
DEADLINE, PAUSE = 60.0, 2.0


class Kernel(SoS_Kernel):
    """Stock's, which waits for kernels."""

    async def run_cell(self, code: str, silent: bool, store_history: bool, on_error: Any = None) -> Any:
        """Runs code in the kernel that is in use."""
        if not getattr(self.KC, "carrel_is_quiet", False):
            await_quiet(self.KC)
            self.KC.carrel_is_quiet = True
        return await super().run_cell(code, silent, store_history, on_error)

    def do_shutdown(self, restart: bool) -> Any:
        """Ends the kernels that it has started, at once: R doesn't go when it is only asked to."""
        for manager, _ in self.kernels.values():
            with contextlib.suppress(Exception):
                manager.shutdown_kernel(now=True)
        return super().do_shutdown(restart)


def await_quiet(client: Any, deadline: float = DEADLINE) -> None:
    """Reads what a kernel says, until it has answered a question put now; gives up silently when it never does."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        question = client.kernel_info()
        asked = time.monotonic()
        while time.monotonic() < asked + PAUSE:
            try:
                message = client.iopub_channel.get_msg(timeout=PAUSE)
            except Empty:
                break
            is_answer = message["parent_header"].get("msg_id") == question
            if is_answer and message["content"].get("execution_state") == "idle":
                return


if __name__ == "__main__":
    sos_tables.install(r)
    IPKernelApp.launch_instance(kernel_class=Kernel)
