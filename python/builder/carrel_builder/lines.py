"""Cuts a program's output into lines, at `\\r` too, and never keeps more of one than a little."""

import re
from collections.abc import Iterator

LONGEST = 16_384

ENDS = re.compile(rb"\r\n|\n|\r(?!\Z)")
"""A carriage return that comes last may be half of a line's end."""


class Lines:
    """Feed it bytes; it gives back lines with their ends."""

    def __init__(self) -> None:
        self.rest = b""
        self.is_skipping = False

    def feed(self, data: bytes) -> Iterator[tuple[str, str]]:
        """The lines that are whole now, each with `\\n` or `\\r`."""
        whole = self.rest + data
        begin = 0
        for end in ENDS.finditer(whole):
            if not self.is_skipping:
                line = whole[begin : end.start()][:LONGEST]
                yield line.decode(errors="replace"), "\r" if end.group() == b"\r" else "\n"
            self.is_skipping = False
            begin = end.end()
        self.rest = whole[begin:]
        if len(self.rest) > LONGEST:
            if not self.is_skipping:
                yield self.rest[:LONGEST].decode(errors="replace"), "\n"
            self.is_skipping = True
            self.rest = self.rest[-1:] if self.rest.endswith(b"\r") else b""

    def finish(self) -> Iterator[tuple[str, str]]:
        """What was left without an end."""
        if self.rest and not self.is_skipping:
            yield self.rest.rstrip(b"\r").decode(errors="replace"), "\n"
        self.rest = b""
