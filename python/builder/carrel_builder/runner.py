"""Runs the programs of a build, one after the other, within its limits."""

import os
import resource
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carrel_builder.descendants import die_with_parent, end_all
from carrel_builder.disk import used
from carrel_builder.lines import Lines
from carrel_builder.output import Output
from carrel_builder.problems import Problem
from carrel_builder.words import duration, size

LOOK = 1.0
"""Seconds between two looks at the disk, at least; longer where looking takes long."""

AFTER_END = 1_000_000
"""Bytes read after a program's end: those it wrote itself, not what it left running writes without end."""

SHOWN_WHEN_FULL = 4096
"""Bytes looked at of each read when nothing more is passed on: enough to know the last lines."""

LAST = 40
"""Lines kept of each program, to see why it failed."""


@dataclass
class Limits:
    """What a build may use."""

    deadline: float
    """Seconds from its begin."""
    disk: int
    """Bytes in its folder."""
    begun: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds until the deadline."""
        return self.begun + self.deadline - time.monotonic()


@dataclass
class Ended:
    """How a program ended."""

    code: int
    last: list[str]

    def said(self, *words: str) -> bool:
        """Whether one of these is in its last lines."""
        text = "\n".join(self.last).lower()
        return any(word in text for word in words)


class Runner:
    """Starts programs and passes on what they print."""

    def __init__(self, output: Output, folder: Path, limits: Limits) -> None:
        self.output = output
        self.folder = folder
        self.limits = limits
        self.phase = "fetching"
        self.next_look = 0.0

    def run(
        self,
        command: list[str],
        cwd: Path,
        environment: dict[str, str],
        disk: int | None = None,
        too_large: Callable[[], Problem] | None = None,
    ) -> Ended:
        """Runs one to its end, and ends with it all that it has left running.

        `disk` is a smaller limit on the folder for this program alone, `too_large` what to say then.
        """
        limit = min(disk or self.limits.disk, self.limits.disk)

        def prepare() -> None:
            die_with_parent()
            os.umask(0o022)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limits.disk, self.limits.disk))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        try:
            child = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                preexec_fn=prepare,  # noqa: PLW1509 - there are no threads
                start_new_session=True,
            )
        except OSError as error:
            return Ended(127, [f"{command[0]}: {error.strerror}"])
        try:
            last = self._follow(child, limit, too_large)
            self._look(limit, too_large)
        finally:
            end_all()
            child.poll()
            if child.stdout is not None:
                child.stdout.close()
        return Ended(child.returncode if child.returncode is not None else -9, list(last))

    def _follow(
        self, child: "subprocess.Popen[bytes]", limit: int, too_large: Callable[[], Problem] | None
    ) -> deque[str]:
        """Passes its output on until the program itself has ended; what it left in the background isn't waited for."""
        assert child.stdout is not None
        descriptor = child.stdout.fileno()
        os.set_blocking(descriptor, False)
        lines, last, after_end = Lines(), deque[str](maxlen=LAST), 0
        ending = os.pidfd_open(child.pid)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(descriptor, selectors.EVENT_READ)
                selector.register(ending, selectors.EVENT_READ)
                while True:
                    ready = {key.fd for key, _ in selector.select(min(LOOK, max(self.limits.left(), 0)))}
                    if descriptor in ready:
                        data = _read(descriptor)
                        if data == b"":
                            selector.unregister(descriptor)
                        shown = (data or b"")[-SHOWN_WHEN_FULL if self.output.is_full else 0 :]
                        self._pass_on(lines.feed(shown), last)
                        after_end += len(data or b"") if ending in ready else 0
                    if ending in ready and (descriptor not in ready or after_end > AFTER_END):
                        child.wait()
                        break
                    self._check(limit, too_large)
        finally:
            os.close(ending)
        self._pass_on(lines.finish(), last)
        return last

    def _pass_on(self, lines: Iterator[tuple[str, str]], last: deque[str]) -> None:
        for line, end in lines:
            last.append(line[:400])
            self.output.say(self.phase, line, end)

    def check_deadline(self) -> None:
        """Ends the build when its time is over."""
        if self.limits.left() <= 0:
            raise Problem(
                "build.deadline",
                f"The build took longer than {duration(self.limits.deadline)} and was ended.",
                "Do less in it, or ask the operator for a later deadline.",
            )

    def _check(self, limit: int, too_large: Callable[[], Problem] | None) -> None:
        self.check_deadline()
        if time.monotonic() >= self.next_look:
            self._look(limit, too_large)

    def _look(self, limit: int, too_large: Callable[[], Problem] | None) -> None:
        begun = time.monotonic()
        amount = used(self.folder)
        ended = time.monotonic()
        self.next_look = ended + max(LOOK, 10 * (ended - begun))
        if amount > limit:
            raise too_large() if too_large else disk_full(self.limits.disk)


def disk_full(limit: int) -> Problem:
    """The build wrote too much."""
    return Problem(
        "build.disk",
        f"The build wrote more than {size(limit)} and was ended.",
        "Download large files when the notebook runs, or ask the operator for more.",
    )


def _read(descriptor: int) -> bytes | None:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return None
