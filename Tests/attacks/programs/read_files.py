"""Reads a file of somebody else by every path that may lead to it.

Arguments: keys of the target, each a path on the host; it succeeds when one of them holds the secret word (or, for
what has none, can be read at all).
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from report import refused, succeeded, target


def bind_sources() -> Iterator[str]:
    """The folders of the host that are behind this sandbox's mounts."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        yield line.split()[3]


def roots() -> Iterator[str]:
    """Other ways to the top of the host's files."""
    yield ""
    home = os.path.expanduser("~")
    yield home + "/.." * 12
    for pid in ["self", *filter(str.isdigit, os.listdir("/proc"))]:
        yield f"/proc/{pid}/root"
        yield f"/proc/{pid}/cwd" + "/.." * 12
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{pid}/fd"):
                yield f"/proc/{pid}/fd/{number}" + "/.." * 12


def links(path: str) -> Iterator[str]:
    """The path behind a symbolic link and a hard link in the own home, and beside what is mounted."""
    for make in (os.symlink, os.link):
        link = os.path.expanduser(f"~/link-{os.getpid()}-{make.__name__}")
        with contextlib.suppress(OSError):
            make(path, link)
            yield link
            os.unlink(link)
    for source in bind_sources():
        yield os.path.join(source, "..", "alice", os.path.basename(path))
    yield f"/home/alice/{os.path.basename(path)}"
    yield os.path.expanduser(f"~/../alice/{os.path.basename(path)}")


def holds(path: str, word: str) -> bool:
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return word.encode() in file.read(1 << 20)
    return False


known = target()
tried = 0
for key in sys.argv[1:]:
    file, word = known[key]["path"], known[key]["word"]
    for candidate in [*(root + file for root in roots()), *links(file)]:
        tried += 1
        if holds(candidate, word):
            succeeded(f"{key}: {candidate}")
refused(f"{tried} paths lead nowhere")
