"""Starts kernels so that memory running out stops a kernel and not the server, and knows afterwards that it did."""

from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from carrel_server.memory_kills import KillWatch, prefer_to_stop


class CarrelProvisioner(LocalProvisioner):
    """Stock's local kernels. `stopped_for_memory` says of one that has ended whether the limit was why.

    `explained` is set by whoever tells a person so. If nobody was there to be told when the kernel was started again,
    `missed_stop` says so until somebody is.
    """

    stopped_for_memory = False
    explained = False
    missed_stop = False
    watch: KillWatch | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Starts the kernel, or starts it again."""
        self.missed_stop = self.missed_stop or (self.stopped_for_memory and not self.explained)
        self.stopped_for_memory = self.explained = False
        self.watch = KillWatch()
        connection = await super().launch_kernel(cmd, **kwargs)
        if self.pid is not None:
            prefer_to_stop(self.pid)
        return connection

    async def poll(self) -> int | None:
        """Its exit code, or None while it runs; asked every few seconds."""
        code = await super().poll()
        if self.watch is not None and self.has_process and not self.stopped_for_memory:
            if code is None:
                self.watch.look()
            else:
                self.stopped_for_memory = self.watch.explains(code)
        return code
