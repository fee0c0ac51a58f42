"""The folder in which an environment is built, and where it stays: programs in it name their own folder."""

import fcntl
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from carrel_builder import RULES
from carrel_builder.disk import entries
from carrel_builder.problems import Problem, Usage

WHOLE = "environment.whole"
"""The mark of an environment that can be used; made last, in one step."""

BUILDING = "environment.building"
"""The mark of one that is being built, or was when its builder ended."""

ABOUT = "environment.json"
LOCK = ".builder.lock"
"""Not `.lock`, which uv takes for itself."""


class Target:
    """One at a time builds in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.content = self.folder / "content"
        self.work = self.folder / ".work"
        self.kernel = self.folder / "kernel"
        self.lock: int | None = None

    def take(self) -> None:
        """Makes the folder and locks it."""
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            strangers = {path.name for path in self.folder.iterdir()} - {LOCK}
            if strangers and not strangers & {WHOLE, BUILDING}:
                raise Usage(
                    "usage.target", f"{self.folder} holds something that isn't an environment; nothing was touched."
                )
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            lock = os.open(self.folder / LOCK, flags, 0o644)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.lock = lock  # from here on, what is in the folder is ours
        except BlockingIOError as error:
            raise Problem(
                "target.busy", "This environment is being built already.", "Wait for the other build."
            ) from error
        except OSError as error:
            raise Usage("usage.target", f"{self.folder} can't be used: {error.strerror}.") from error

    def found(self, repository: str, commit: str) -> dict[str, Any] | None:
        """What is known of the environment, when it is whole and the one that is wanted."""
        if not (self.folder / WHOLE).exists():
            return None
        about = json.loads((self.folder / ABOUT).read_text())
        if (about["repository"], about["commit"], about["rules"]) != (repository, commit, RULES):
            raise Usage("usage.target", f"{self.folder} holds the environment of another repository or commit.")
        return about

    def begin(self) -> bool:
        """Empties it of what an earlier build left, and marks it; says whether there was something."""
        was_begun = (self.folder / BUILDING).exists()
        (self.folder / BUILDING).touch()
        self.empty(but={BUILDING})
        self.work.mkdir()
        for name in ("tmp", "cache"):
            (self.work / name).mkdir()
        return was_begun

    def empty(self, but: frozenset[str] | set[str] = frozenset()) -> None:
        """Removes what is in it, the mark last."""
        kept = {LOCK, *but}
        for path in sorted(self.folder.iterdir(), key=lambda path: path.name == BUILDING):
            if path.name not in kept:
                remove(path)

    def finish(self, about: dict[str, Any]) -> None:
        """Writes what is known of it, and makes it whole."""
        remove(self.work)
        new = self.folder / f"{ABOUT}.new"
        with new.open("w") as file:
            json.dump(about, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / ABOUT)
        (self.folder / BUILDING).replace(self.folder / WHOLE)

    def disarm(self) -> int:
        """Takes away pipes, sockets and devices, and the right of programs to become someone else."""
        removed = 0
        for path, about in entries(self.folder):
            mode = about.st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                os.unlink(path)
                removed += 1
            elif not stat.S_ISLNK(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                os.chmod(path, stat.S_IMODE(mode) & 0o1777)
        return removed


def remove(path: Path) -> None:
    """Removes a file or a folder, also one whose owner has forbidden it to himself."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return

    for folder, about in entries(path):
        if stat.S_ISDIR(about.st_mode) and about.st_mode & 0o700 != 0o700:
            os.chmod(folder, 0o700)
            remove(Path(folder))
    shutil.rmtree(path)
