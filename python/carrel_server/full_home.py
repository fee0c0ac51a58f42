"""What a person is told when a file can't be written because there is no room."""

import errno
import os
import shutil
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from carrel_server.sizes import readable

FULL = {errno.ENOSPC, errno.EDQUOT}
# SQLite says that the disk is full, or only that it couldn't write (IOERR_WRITE, IOERR_FSYNC), as it does for a full quota.
FULL_DATABASE = {13, 778, 1034}


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says that there is no room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) in FULL_DATABASE:
            return True
        if isinstance(error, shutil.Error) and any(os.strerror(number) in str(error) for number in FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


@dataclass(frozen=True)
class Use:
    """What a folder holds, in bytes on the disk: all of it, and the entries that hold most."""

    total: int
    biggest: list[tuple[str, int]]
    is_whole: bool


def measure(folder: Path, seconds: float = 3) -> Use:
    """Adds up a folder without following links or entering other file systems, for so many seconds at most."""
    deadline = time.monotonic() + seconds
    sizes: Counter[str] = Counter()
    counted: set[int] = set()
    device = folder.stat().st_dev
    waiting = [(folder, "")]
    while waiting and time.monotonic() < deadline:
        place, top = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            continue
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if status.st_dev != device or status.st_ino in counted:
                continue
            if status.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                counted.add(status.st_ino)
            sizes[top or entry.name] += status.st_blocks * 512
            if entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), top or entry.name))
    return Use(sizes.total(), sizes.most_common(3), not waiting)


def full_place(path: Path, home: Path) -> Path | None:
    """The folder that has no room: the home, or the one where the file system of `path` begins; None if that is all there is."""
    while not path.exists():
        path = path.parent
    device = path.stat().st_dev
    if path.is_relative_to(home) and home.stat().st_dev == device:
        return home
    while path != path.parent and path.parent.stat().st_dev == device:
        path = path.parent
    return path if path != path.parent else None


def storage_page(environment: dict[str, str]) -> str:
    """Where a person asks for more room."""
    host = environment.get("JUPYTERHUB_HOST", "")
    return f"{host}{environment.get('JUPYTERHUB_BASE_URL', '/')}hub/storage"


def explanation(path: Path, environment: dict[str, str]) -> str:
    """What happened to the file at `path`, why, and what to do."""
    home = Path(environment.get("HOME") or "/").resolve()
    place = full_place(path.parent.resolve(), home)
    what = "Your home is full" if place == home else f"The folder “{place}” is full" if place else "The disk is full"
    sentences = [f"“{path.name}” could not be written.", f"{what}."]
    if place is not None:
        use = measure(place)
        quota = environment.get("CARREL_HOME_QUOTA", "") if place == home else ""
        of = f" of {readable(int(quota))}" if quota.isdecimal() and int(quota) >= use.total else ""
        sentences[-1] = f"{what}: it holds {'' if use.is_whole else 'more than '}{readable(use.total)}{of}."
        biggest = ", ".join(f"{name} ({readable(size)})" for name, size in use.biggest)
        if biggest:
            sentences.append(f"Most of it: {biggest}.")
    sentences.append("What the file held before is kept." if path.exists() else "Nothing was left behind.")
    sentences.append(f"Delete what you no longer need, or ask for more room: {storage_page(environment)}")
    return " ".join(sentences)
