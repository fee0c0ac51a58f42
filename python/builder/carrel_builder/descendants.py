"""Ending everything that a build has started, also what has hidden from its parent."""

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

SET_CHILD_SUBREAPER = 36
SET_PDEATHSIG = 1
PATIENCE = 5.0
"""Seconds until processes that can't be ended are left to the sandbox."""

_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """From now on, a process whose parent ends becomes our child, so that it can be found. Source: prctl(2)."""
    _libc.prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """In a new child: it is killed when the builder is. Source: prctl(2)."""
    _libc.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def descendants() -> list[int]:
    """All processes below this one, parents first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [os.getpid()]
    for process in found:
        found += parents.get(process, [])
    return found[1:]


def end_all() -> None:
    """Kills every descendant. They are stopped first, so that none can start another one meanwhile."""
    until = time.monotonic() + PATIENCE
    while (processes := descendants()) and time.monotonic() < until:
        for signal_number in (signal.SIGSTOP, signal.SIGKILL):
            for process in processes:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal_number)
        reap()
        time.sleep(0.02)


def reap() -> None:
    """Buries those that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
