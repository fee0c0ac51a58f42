"""What the hub says of programs that it ended, because they had something open that their user may not see any more."""

from contextlib import suppress
from pathlib import Path

# The hub leaves a file for each, called by the number that the process had here; nobody else can write there.
FOLDER = Path("/run/carrel/ended")


def word(process: int | None, since: float, folder: Path = FOLDER) -> str | None:
    """Why the hub ended a process that was started at a time; None if it didn't."""
    with suppress(OSError):
        path = folder / str(process)
        # Numbers come again.
        if path.stat().st_mtime >= since - 1:
            return path.read_text()
    return None


def message(what: str, why: str) -> str:
    """What the person is told whose kernel was ended; `what` begins the sentence."""
    return f"{what} was ended by the hub. {why}\nStart it again to go on; what it held in memory is lost."
