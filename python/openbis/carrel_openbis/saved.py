"""The file from which `Openbis()` takes its token: `~/.pybis/HOST.token`, without a newline, for its owner's eyes only."""

import contextlib
import os
import tempfile
from pathlib import Path


def save_token(path: str, token: str) -> None:
    """Writes it in one step; nobody else can read it at any time."""
    folder = Path(path).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, beside = tempfile.mkstemp(prefix=".", dir=folder)  # 0600
    try:
        with os.fdopen(number, "w") as file:
            file.write(token)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def forget_token(path: str, token: str) -> None:
    """Removes it, if it still is that one."""
    with contextlib.suppress(OSError):
        if Path(path).read_text() == token:
            os.unlink(path)
