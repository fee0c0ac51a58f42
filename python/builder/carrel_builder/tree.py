"""Reading the files of a repository that nobody trusts."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from carrel_builder.problems import Refusal, Usage
from carrel_builder.words import size

LIMIT = 10_000_000
"""How many bytes a configuration file may have."""

LINKS = 40
"""How many symbolic links may lie on the way to a file; as in Linux itself."""


class Tree:
    """A repository's files. Links are followed as far as they stay inside; every step is relative to an open folder."""

    def __init__(self, root: Path) -> None:
        try:
            self.root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise Usage("usage.folder", f"{root} isn't a folder that can be read: {error.strerror}.") from error

    def close(self) -> None:
        """Gives the descriptor back."""
        os.close(self.root)

    def is_there(self, path: str) -> bool:
        """Whether there is such a file or folder; a link that leads nowhere counts as none."""
        return self._mode(path) is not None

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder."""
        mode = self._mode(path)
        return mode is not None and stat.S_ISDIR(mode)

    def text(self, path: str) -> str:
        """What a file says; without the mark that some editors put before it."""
        data = self.data(path)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refusal(
                "file.encoding",
                f"{path} is written in UTF-16, as Windows PowerShell does.",
                f"Save {path} as UTF-8.",
                path,
            )
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"{path} isn't UTF-8: byte {error.start + 1} can't be read."
            raise Refusal("file.encoding", message, f"Save {path} as UTF-8.", path) from error

    def data(self, path: str) -> bytes:
        """The bytes of a file."""
        with self._opened(path) as descriptor:
            if descriptor is None:
                raise Refusal("file.missing", f"There is no {path}.", "", path)
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Refusal("file.kind", f"{path} isn't a file.", f"Make {path} an ordinary file.", path)
            if found.st_size > LIMIT:
                message = f"{path} has {size(found.st_size)}; {size(LIMIT)} is the most that is read."
                raise Refusal("file.large", message, "Put only what is to be installed into it.", path)
            with os.fdopen(os.dup(descriptor), "rb") as file:
                return file.read(LIMIT)

    def make_executable(self, path: str) -> None:
        """Sets the bits that a script needs, as repo2docker does."""
        with self._opened(path) as descriptor:
            if descriptor is not None:
                os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) | 0o111)

    def _mode(self, path: str) -> int | None:
        with self._opened(path) as descriptor:
            return None if descriptor is None else os.fstat(descriptor).st_mode

    @contextlib.contextmanager
    def _opened(self, path: str) -> Iterator[int | None]:
        """An open descriptor, or none when nothing is there."""
        descriptor = self._open(path)
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _open(self, path: str) -> int | None:
        """Walks to `path` from the root, one open folder at a time, and never above it."""
        folders = [os.dup(self.root)]
        wanted = path.split("/")[::-1]
        links = 0
        try:
            while wanted:
                part = wanted.pop()
                if part in ("", "."):
                    continue
                if part == "..":
                    if len(folders) == 1:
                        raise _leads_out(path)
                    os.close(folders.pop())
                    continue
                found = os.stat(part, dir_fd=folders[-1], follow_symlinks=False)
                if stat.S_ISLNK(found.st_mode):
                    links += 1
                    destination = os.readlink(part, dir_fd=folders[-1])
                    if destination.startswith("/") or links > LINKS:
                        raise _leads_out(path)
                    wanted += destination.split("/")[::-1]
                    continue
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                if stat.S_ISSOCK(found.st_mode) or stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
                    raise Refusal("file.kind", f"{path} isn't a file.", f"Make {path} an ordinary file.", path)
                folders.append(os.open(part, flags, dir_fd=folders[-1]))
            return folders.pop()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Refusal("file.unreadable", f"{path} can't be read: {error.strerror}.", "", path) from error
        finally:
            for folder in folders:
                os.close(folder)


def _leads_out(path: str) -> Refusal:
    return Refusal(
        "file.outside",
        f"{path} is a link that leads out of the repository.",
        f"Put the file itself at {path}.",
        path,
    )
