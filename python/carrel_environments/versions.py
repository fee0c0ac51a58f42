"""The folders of an environment: one a version, and a link to the one in use.

`carrel` knows the same names (Sources/CarrelSpawn/Environments): it removes versions that no server uses any more.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

WHOLE = "environment.whole"
"""In a version, written last."""

RETIRED = "environment.retired"
"""In a version that isn't in use any more; its time is when that came to be."""


def digest(parts: list[bytes]) -> str:
    """Twelve characters that change when any part does."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:12]


@contextlib.contextmanager
def lock(target: Path, on_wait: object = None) -> Iterator[IO[str]]:
    """Holds the environment's lock; calls `on_wait` first if another process has it."""
    with target.with_name(f".{target.name}.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            if callable(on_wait):
                on_wait()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield held


def is_whole(folder: Path) -> bool:
    """Whether a version was built to its end."""
    return (folder / WHOLE).exists()


def current(target: Path) -> Path | None:
    """The version in use."""
    return target.with_name(os.readlink(target)) if target.is_symlink() else None


def versions(target: Path) -> list[Path]:
    """All versions, whole or not."""
    return sorted(target.parent.glob(f"{target.name}-{'[0-9a-f]' * 12}"))


def switch(target: Path, folder: Path) -> None:
    """Points the link `target` at `folder`, in one step, and notes since when the one before is out of use."""
    before = current(target)
    (folder / RETIRED).unlink(missing_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(folder.name)
    beside.replace(target)
    if before is not None and before != folder and is_whole(before):
        with contextlib.suppress(OSError):
            (before / RETIRED).touch()


def remove_halves(target: Path) -> list[str]:
    """Removes what interrupted builds of this target left, and says what that was."""
    halves = [folder for folder in versions(target) if not is_whole(folder)]
    for folder in halves:
        shutil.rmtree(folder)
    return [folder.name for folder in halves]
