"""What came of an attack, and waiting for it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What came of an attack, as its program says."""

    outcome: str
    detail: str

    def __str__(self) -> str:
        return f"{self.outcome}: {self.detail}"


def read(text: str) -> Outcome:
    """The outcome of a run, from what the helpers print."""
    # IPython says in between when a full home takes no history.
    lines = [line for line in text.splitlines() if line.startswith("{")]
    assert lines, text
    ran = json.loads(lines[-1])
    lines = [line for line in ran["said"].splitlines() if line.startswith("{")]
    # A filter may answer a call by ending the program.
    if not lines and ran["code"] < 0:
        return Outcome("refused", f"ended by signal {-ran['code']}")
    assert lines, ran
    said = json.loads(lines[-1])
    return Outcome(said["outcome"], said["detail"])


def wait_until(happens: Callable[[], object], within: float = 120) -> None:
    """Waits for what another program does and tells nobody."""
    deadline = time.monotonic() + within
    while not happens():
        assert time.monotonic() < deadline, happens
        time.sleep(0.02)
