"""Tells whether a process died because the server's memory was at its limit, and says so in plain words."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from carrel_server import control_group
from carrel_server.sizes import readable

# Of two processes of one size, the kernel stops the one with the higher number; 1000 stands for all of the memory allowed.
STOPPED_BEFORE_THE_SERVER = 500
# A process with much memory takes a while to die after it was counted as killed; in seconds.
LONGEST_DEATH = 15.0
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}


def prefer_to_stop(process: int) -> None:
    """Lets the kernel stop this process and those it starts rather than the server, when memory runs out."""
    # It may have ended already. Raising the number needs no right.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text(str(STOPPED_BEFORE_THE_SERVER))


class KillWatch:
    """Watches the count of kills while a process lives; pure but for the `count` and the `clock` it is given."""

    def __init__(
        self, count: Callable[[], int | None] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        group = control_group.own()
        self.count = count or (lambda: group.memory_kills)
        self.clock = clock
        self.counted = self.count()
        self.rose_at: float | None = None

    def look(self) -> bool:
        """Whether the count has risen since it was last looked at."""
        now = self.count()
        rose = now is not None and self.counted is not None and now > self.counted
        if rose:
            self.rose_at = self.clock()
        self.counted = now
        return rose

    def explains(self, exit_code: int) -> bool:
        """Whether a process that ended so was stopped because of the limit."""
        self.look()
        return exit_code in KILLED and self.rose_at is not None and self.clock() - self.rose_at <= LONGEST_DEATH


def limit_text() -> str:
    """`2 GB of memory, the limit of this server,`, as far as the limit is known."""
    limit = control_group.own().memory_limit or int(os.environ.get("MEM_LIMIT") or 0)
    return f"more than {readable(limit)} of memory, the limit of this server," if limit else "more memory than there is"


def message(what: str) -> str:
    """What the person is told whose kernel or program was stopped; `what` begins the sentence."""
    return (
        f"{what} used {limit_text()} and was stopped.\n"
        "All notebooks and terminals of this server share its memory. What you can do: work on less data at once, shut down"
        " kernels you no longer need (“Running Terminals and Kernels”, at the left), or stop this server and start one with"
        " more memory, if your hub offers it."
    )
