"""Starts kernels so that memory running out stops a kernel and not the server, and knows afterwards why one was stopped."""

import time
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from carrel_server import endings
from carrel_server.memory_kills import KILLED, KillWatch, message, prefer_to_stop


class CarrelProvisioner(LocalProvisioner):
    """Stock's local kernels. `stopped_for_memory` says of one that has ended whether the limit was why, and `word_of_hub`
    what the hub says if it was the one who ended it.

    `explained` is set by whoever tells a person so. If nobody was there to be told when the kernel was started again,
    `missed_stop` says so until somebody is.
    """

    stopped_for_memory = False
    word_of_hub: str | None = None
    started_at = 0.0
    explained = False
    missed_stop = False
    missed_word: str | None = None
    watch: KillWatch | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Starts the kernel, or starts it again."""
        if self.explanation is not None and not self.explained:
            self.missed_stop, self.missed_word = True, self.word_of_hub
        self.stopped_for_memory = self.explained = False
        self.word_of_hub = None
        self.started_at = time.time()
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
                if code in KILLED and not self.stopped_for_memory:
                    self.word_of_hub = endings.word(self.pid, self.started_at)
        return code

    @property
    def explanation(self) -> str | None:
        """Why the kernel was stopped, for its person; None if nobody here knows."""
        return explanation(self.stopped_for_memory, self.word_of_hub)


def explanation(for_memory: bool, word_of_hub: str | None) -> str | None:
    """The sentences for a kernel that was stopped."""
    if word_of_hub is not None:
        return endings.message("Your kernel", word_of_hub)
    return message("Your kernel") if for_memory else None
