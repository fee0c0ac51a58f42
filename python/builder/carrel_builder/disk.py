"""How much a folder takes on the disk."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path


def entries(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """All that lies in it, links not followed; what vanishes meanwhile is left out."""
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    try:
                        about = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    yield entry.path, about
                    if stat.S_ISDIR(about.st_mode):
                        waiting.append(entry.path)
        except OSError:
            continue


def used(folder: Path) -> int:
    """Bytes on the disk; a file with several names counts once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for _, about in entries(folder):
        if about.st_nlink > 1 and not stat.S_ISDIR(about.st_mode):
            if (about.st_dev, about.st_ino) in seen:
                continue
            seen.add((about.st_dev, about.st_ino))
        total += about.st_blocks * 512
    return total
