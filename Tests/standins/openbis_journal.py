"""What the stand-in for openBIS remembers across a restart: one line of JSON for each thing that was made."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """A file that only grows. A line without an end, as a sudden stop leaves one, was never written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_new = not path.exists() or path.stat().st_size == 0
        self._held: list[bytes] | None = None
        if not self.is_new:
            content = path.read_bytes()
            if not content.endswith(b"\n"):
                path.write_bytes(content[: content.rfind(b"\n") + 1])
        self._file = path.open("ab")

    def read(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """All that is remembered, oldest first: what it is, and the thing."""
        with self.path.open("rb") as file:
            for line in file:
                yield json.loads(line)

    def write(self, what: str, thing: dict[str, Any]) -> None:
        """Remembers a thing, or how it is now."""
        line = json.dumps([what, thing]).encode() + b"\n"
        if self._held is not None:
            self._held.append(line)
            return
        self._file.write(line)
        self._file.flush()

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Many things in one go."""
        self._held = []
        try:
            yield
        finally:
            lines, self._held = self._held, None
            self._file.write(b"".join(lines))
            self._file.flush()

    def close(self) -> None:
        """Nothing more is written."""
        self._file.close()
