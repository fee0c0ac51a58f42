"""Leaves a mark in every folder that can be written (`leave`), or looks for marks of an earlier run (`find`).

`find home` looks in the home too, where a mark must be found: so the search is known to work.
"""

import contextlib
import os
import sys

from report import refused, say, succeeded

MARK = "mark-of-mallory.pth"
HOME = os.path.expanduser("~")


def folders() -> list[str]:
    found = []
    for folder, inner, _ in os.walk("/"):
        if folder.startswith(("/proc", "/sys")) or folder == HOME:
            inner[:] = []
        else:
            found.append(folder)
    return found


if sys.argv[1] == "leave":
    left = []
    for folder in [HOME, *folders()]:
        with contextlib.suppress(OSError):
            with open(f"{folder}/{MARK}", "w") as file:
                file.write("import this")
            left.append(folder)
    say("done", f"{len(left)} folders: {left[:8]}")
found = [folder for folder in folders() if os.path.lexists(f"{folder}/{MARK}")]
if "home" in sys.argv and os.path.lexists(f"{HOME}/{MARK}"):
    found.append(HOME)
if found:
    succeeded(found[:5])
refused("no mark is left")
