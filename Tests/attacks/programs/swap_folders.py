"""Has a folder of the home be now a folder, now a link that leads out of it, thousands of times a second.

Arguments: `make`, which makes the folder; `swap` and where the link leads.
"""

import ctypes
import os
import sys
import threading
from pathlib import Path

from report import hold, say

TOP = Path.home() / "swap"
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def exchange(one: Path, other: Path) -> None:
    libc = ctypes.CDLL(None)
    names = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    while not is_over.is_set():
        libc.renameat2(*names)


if sys.argv[1] == "make":
    (TOP / "place/inner").mkdir(parents=True)
    (TOP / "place/inner/file.txt").write_text("one\n")
    (TOP / "place/inner/gone.txt").write_text("one\n")
    say("done", "a folder")
(TOP / "place/inner/file.txt").write_text("two\n")
(TOP / "place/inner/gone.txt").unlink()
(TOP / "other").symlink_to(sys.argv[2])
is_over = threading.Event()
worker = threading.Thread(target=exchange, args=(TOP / "place", TOP / "other"))
worker.start()
hold(longest=900)
is_over.set()
worker.join()
say("done", "swapped")
