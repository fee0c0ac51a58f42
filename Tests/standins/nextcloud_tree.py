"""A person's files in the stand-in for Nextcloud: a folder on the disk, and what is known besides."""

import contextlib
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from nextcloud_errors import Refusal

Names = tuple[str, ...]
PART = 1 << 20
FORBIDDEN = {".htaccess", ".user.ini"}


@dataclass(frozen=True)
class Node:
    """A file or folder."""

    names: Names
    is_folder: bool
    size: int
    modified: float
    number: int
    etag: str
    checksums: str


class Tree:
    """Files and folders below one folder. Names are as Python has those of the disk, also if they aren't UTF-8."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # Changes of etags are one at a time.
        self.lock = threading.RLock()
        # Folders get other etags at each start, as changes before it are forgotten.
        self.start = secrets.token_hex(8)
        self.versions: dict[Names, int] = {}
        self.checksums: dict[Names, tuple[str, str]] = {}
        self.numbers: dict[Names, int] = {}

    def path(self, names: Names) -> Path:
        """Where it is on the disk."""
        return self.folder.joinpath(*names)

    def node(self, names: Names) -> Node | None:
        """What is of that name; None if there is nothing."""
        try:
            found = os.stat(self.path(names), follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "File name is too long") from error
        return self.described(names, found)

    def described(self, names: Names, found: os.stat_result) -> Node:
        """A node for what the disk says."""
        is_folder = not self.is_file(found)
        mark = (self.start, names, self.versions.get(names, 0)) if is_folder else ()
        told = f"{found.st_ino} {'' if is_folder else found.st_ctime_ns} {'' if is_folder else found.st_size} {mark}"
        etag = hashlib.md5(told.encode(errors="surrogateescape"), usedforsecurity=False).hexdigest()[:26]
        checksums, of_etag = self.checksums.get(names, ("", ""))
        return Node(
            names,
            is_folder,
            found.st_size,
            found.st_mtime,
            self.numbers.setdefault(names, found.st_ino),
            etag,
            checksums if of_etag == etag else "",
        )

    @staticmethod
    def is_file(found: os.stat_result) -> bool:
        """Whether it is a file, not a folder."""
        return (found.st_mode & 0o170000) == 0o100000

    def existing(self, names: Names) -> Node:
        """What is of that name."""
        node = self.node(names)
        if node is None:
            raise Refusal(HTTPStatus.NOT_FOUND, f"File with name {'/'.join(names)} could not be located")
        return node

    def children(self, names: Names) -> Iterator[Node]:
        """What is in a folder, as the disk gives it."""
        with os.scandir(self.path(names)) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    yield self.described((*names, entry.name), entry.stat(follow_symlinks=False))

    def size_below(self, names: Names = ()) -> int:
        """The bytes of all files below."""
        total = 0
        for folder, _, files in os.walk(self.path(names)):
            for file in files:
                with contextlib.suppress(FileNotFoundError):
                    total += os.lstat(os.path.join(folder, file)).st_size
        return total

    # Changes

    def require_parent(self, names: Names) -> None:
        """Refuses what has no folder above it, or a name that may not be."""
        if names and (names[-1] in FORBIDDEN or "\\" in names[-1]):
            raise Refusal(HTTPStatus.FORBIDDEN, "Invalid path")
        parent = self.node(names[:-1])
        if parent is None or not parent.is_folder:
            raise Refusal(HTTPStatus.CONFLICT, "Files cannot be created in non-existent collections")

    def touch(self, *changed: Names) -> None:
        """Gives all folders above what changed another etag."""
        with self.lock:
            for names in changed:
                for length in range(len(names) + 1):
                    above = names[:length]
                    self.versions[above] = self.versions.get(above, 0) + 1

    def make_folder(self, names: Names) -> None:
        """A new folder."""
        if self.node(names) is not None:
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The resource you tried to create already exists")
        self.require_parent(names)
        self.path(names).mkdir()
        self.forget(names)
        self.touch(names)

    def put(self, names: Names, source: Path, modified: float | None, checksums: str) -> Node:
        """Puts a file that is whole in the place of what is there."""
        if modified is not None:
            os.utime(source, (modified, modified))
        try:
            os.replace(source, self.path(names))
        except OSError as error:
            source.unlink(missing_ok=True)
            raise Refusal(HTTPStatus.CONFLICT, "A folder is in the way") from error
        self.touch(names)
        node = self.existing(names)
        self.checksums[names] = (checksums, node.etag)
        return self.existing(names)

    def remove(self, names: Names) -> None:
        """Deletes it and all below."""
        node = self.existing(names)
        if node.is_folder:
            shutil.rmtree(self.path(names))
        else:
            self.path(names).unlink()
        self.forget(names)
        self.touch(names)

    def move(self, names: Names, target: Names) -> None:
        """Renames it; nothing is in the way any more."""
        os.rename(self.path(names), self.path(target))
        self.carry(self.numbers, names, target)
        sums, _ = self.checksums.pop(names, ("", ""))
        self.touch(names, target)
        self.checksums[target] = (sums, self.existing(target).etag)

    def copy(self, names: Names, target: Names) -> None:
        """Copies it and all below."""
        if self.existing(names).is_folder:
            shutil.copytree(self.path(names), self.path(target))
        else:
            shutil.copy2(self.path(names), self.path(target))
        self.touch(target)

    def forget(self, names: Names) -> None:
        """Nothing more is known of what was there."""
        with self.lock:
            for known in (self.numbers, self.checksums):
                for one in [one for one in known if one[: len(names)] == names]:
                    del known[one]

    def carry(self, known: dict[Names, int], names: Names, target: Names) -> None:
        """What was known of one place holds for another."""
        with self.lock:
            for one in [one for one in known if one[: len(names)] == names]:
                known[target + one[len(names) :]] = known.pop(one)

    def recalculate(self, names: Names) -> str:
        """The SHA-1 checksum of what is on the disk."""
        node = self.existing(names)
        with self.path(names).open("rb") as file:
            told = "SHA1:" + hashlib.file_digest(file, "sha1").hexdigest()
        self.checksums[names] = (told, node.etag)
        return told


def save(read: Callable[[int], bytes], target: Path) -> int:
    """Writes what comes to a file; says how many bytes."""
    total = 0
    with target.open("wb") as file:
        while part := read(PART):
            file.write(part)
            total += len(part)
    return total
