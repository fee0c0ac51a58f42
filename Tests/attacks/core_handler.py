"""What the machine does with programs that crash (`core_pattern`): for the time of one attack."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATTERN = Path("/proc/sys/kernel/core_pattern")


@contextmanager
def core_handler(folder: Path, kind: str) -> Iterator[None]:
    """With `pipe`, the kernel runs a program as root, as crash reporters of distributions have it do; else a file."""
    before = PATTERN.read_text()
    handler = folder / "core-handler"
    handler.write_text(f"#!/bin/sh\ncat >/dev/null\necho $1 >>{shlex.quote(str(folder / 'crashes'))}\n")
    handler.chmod(0o700)
    PATTERN.write_text(f"|{handler} %P" if kind == "pipe" else "core")
    try:
        yield
    finally:
        PATTERN.write_text(before)
