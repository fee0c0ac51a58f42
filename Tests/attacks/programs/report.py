"""How a program of an attacker says what came of it: one line of JSON, as the last thing it prints."""

import json
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).parent


def target() -> dict[str, Any]:
    """What a well-informed attacker knows: where things are on the host, who runs there, who listens."""
    known: dict[str, Any] = json.loads((HERE / "target.json").read_text())
    return known


def say(outcome: str, detail: str) -> NoReturn:
    print(json.dumps({"attack": Path(sys.argv[0]).stem, "outcome": outcome, "detail": detail[:500]}), flush=True)
    sys.exit(0)


def refused(detail: object) -> NoReturn:
    say("refused", str(detail))


def succeeded(detail: object) -> NoReturn:
    say("succeeded", str(detail))


def hold(longest: float = 60) -> None:
    """Says that everything is taken, and keeps it until the test has looked what that does to others.

    By removing a file, as a full disk always allows that.
    """
    (HERE / "not-yet").unlink()
    until = time.monotonic() + longest
    while time.monotonic() < until and (HERE / "keep").exists():
        time.sleep(0.02)
