"""Says once in a session, after `pip install` into the shared environment, that it doesn't last and what does.

`carrel_pip_hint.pth` loads this in every Python of the shared environment that has `install` among its arguments; so it is
seen with `pip`, `python -m pip`, `%pip` and `!pip` alike, and not with the pip of an environment of one's own.
"""

import atexit
import contextlib
import os
import re
import sys
import tempfile
from pathlib import Path

HINT = """
Note: what is installed here is gone when this server stops. To keep packages, make an environment of your own:
    carrel-env create NAME PACKAGE …
It lasts, and is a kernel of its name. In JupyterLab: Kernel > New Environment…
"""
ELSEWHERE = {"--user", "--target", "-t", "--prefix", "--root", "--help", "-h", "--dry-run", "--report"}


def installs(words: list[str]) -> bool:
    """Whether a command line is that of a pip that installs into its own environment."""
    match words[1:]:
        case ["-m", "pip", *rest]:
            pass
        case [program, *rest] if re.fullmatch(r"pip[0-9.]*", Path(program).name):
            pass
        case _:
            return False
    options = {word.partition("=")[0] for word in rest}
    return "install" in rest and not options & ELSEWHERE


def tell() -> None:
    """Says it, unless it was said since the server began: its `/tmp` goes with it."""
    mark = Path(tempfile.gettempdir()) / ".carrel-pip-hint"
    with contextlib.suppress(OSError):
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sys.stderr.write(HINT)


if os.environ.get("JUPYTERHUB_SERVICE_PREFIX") and installs(sys.orig_argv):
    atexit.register(tell)
