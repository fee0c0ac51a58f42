"""What the hub reads: one JSON object a line, as repo2docker's `--json-logs`."""

import json
import re
from typing import Any, TextIO

from carrel_builder.problems import Problem
from carrel_builder.words import size

LINE = 4096
"""The most bytes that a line may have, its end included."""

TOTAL = 4_000_000

CONTROLS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a stranger's output could do to a terminal, colours too. Tabs stay."""

CUT = " … (cut)"


class Output:
    """Writes phases and messages, no more than a total of bytes; how it ended is always written."""

    def __init__(self, stream: TextIO, total: int = TOTAL) -> None:
        self.stream = stream
        self.total = total
        self.left = total
        self.is_full = False

    def say(self, phase: str, message: str, end: str = "\n") -> None:
        """A message of ours or of a program. `end` is `\\r` for a line that the next one replaces."""
        if self.is_full:
            return
        line = encoded({"phase": phase, "message": CONTROLS.sub("", message)}, end)
        self.left -= len(line.encode())
        if self.left < 0:
            self.is_full = True
            line = encoded(
                {"phase": phase, "message": f"More than {size(self.total)} was printed; the rest isn't shown."}, "\n"
            )
        self._write(line)

    def built(self, message: str, about: dict[str, Any]) -> None:
        """The end that everyone wants, with what the hub needs to start a server; `environment.json` has the rest."""
        wanted = (
            "repository",
            "commit",
            "rules",
            "pack",
            "python",
            "own_kernel",
            "kernels",
            "content",
            "start",
            "bytes",
        )
        fields = {"phase": "built", "message": message, "environment": {name: about.get(name) for name in wanted}}
        self._write(encoded(fields, "\n"))

    def failed(self, problem: Problem) -> None:
        """The other end."""
        message = f"{problem.message} {problem.remedy}".strip()
        self._write(encoded({"phase": "failed", "message": message, **_rest(problem)}, "\n"))

    def _write(self, line: str) -> None:
        self.stream.write(line)
        self.stream.flush()


def _rest(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "file": problem.file and problem.file[:200], "remedy": problem.remedy[:500]}


def encoded(fields: dict[str, Any], end: str) -> str:
    """The line for a message, cut so that all of it fits."""
    message: str = fields["message"]
    line = _dumped(fields, message, end)
    keep = min(len(message.encode()), LINE)
    while len(line.encode()) > LINE and keep > 0:
        line = _dumped(fields, message.encode()[:keep].decode(errors="ignore") + CUT, end)
        keep -= max(8, (len(line.encode()) - LINE) // 6)
    return line


def _dumped(fields: dict[str, Any], message: str, end: str) -> str:
    return json.dumps({**fields, "message": message + end}, ensure_ascii=False) + "\n"
