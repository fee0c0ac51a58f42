"""The files of one space of the stand-in for Onedata."""

import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from onedata_errors import Refusal, posix

LONGEST_NAME = 255


@dataclass
class Node:
    """A file, a folder or a symbolic link."""

    id: str
    name: str
    type: str
    parent: Self | None
    owner: str
    mode: str = "664"
    size: int = 0
    target: str | None = None
    children: dict[str, Self] = field(default_factory=dict)
    xattrs: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    # Names in order, until something changes.
    order: list[str] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it has children."""
        return self.type == "DIR"

    def names(self) -> list[str]:
        """The names of the children, by their bytes."""
        if self.order is None:
            self.order = sorted(self.children, key=str.encode)
        return self.order

    def touch(self, *which: str) -> None:
        """Sets times to now; all without names."""
        for one in which or ("atime", "mtime", "ctime", "creationTime"):
            self.times[one] = int(time.time())

    def chain(self) -> list[Self]:
        """It and all above it, the space's root first."""
        above = [] if self.parent is None else self.parent.chain()
        return [*above, self]

    def walk(self) -> Iterator[Self]:
        """It and all below it."""
        yield self
        for name in self.names():
            yield from self.children[name].walk()


class Tree:
    """A space's files. Contents are files on disk, named by their ids; everything else is in memory."""

    def __init__(self, identifier: str, name: str, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.quota: int | None = None
        self.used = 0
        # Whether the size of the whole space is told.
        self.has_statistics = True
        self.root = Node(identifier, name, "DIR", None, "nobody", "775")
        self.root.touch()
        self.nodes = {identifier: self.root}
        folder.mkdir(parents=True)

    def node(self, identifier: str) -> Node:
        """What has that id."""
        found = self.nodes.get(identifier)
        if found is None:
            raise posix("enoent")
        return found

    def find(self, path: str, start: Node | None = None) -> Node:
        """What is there."""
        node = start or self.root
        for name in parts(path):
            if not node.is_folder:
                raise posix("enotdir")
            if name not in node.children:
                raise posix("enoent")
            node = node.children[name]
        return node

    def parent_of(self, path: str, start: Node, owner: str, create: str) -> tuple[Node, str]:
        """The folder in which a path ends and the last name; folders on the way are made if `create` is "true"."""
        names = parts(path)
        if not names:
            raise posix("eexist")
        node = start
        for name in names[:-1]:
            if node.is_folder and name not in node.children and create == "true":
                self.add(node, name, "DIR", owner)
            node = self.find(name, node)
        return node, names[-1]

    def add(self, parent: Node, name: str, kind: str, owner: str, target: str | None = None) -> Node:
        """A new node, empty."""
        with self.lock:
            check_name(name)
            if not parent.is_folder:
                raise posix("enotdir")
            if name in parent.children:
                raise posix("eexist")
            mode = "775" if kind == "DIR" else "664"
            node = Node(secrets.token_hex(24).upper(), name, kind, parent, owner, mode, target=target)
            node.touch()
            parent.touch("mtime", "ctime")
            self.nodes[node.id] = node
            parent.children[name] = node
            parent.order = None
            return node

    def remove(self, node: Node) -> None:
        """Takes a node away with all below it."""
        with self.lock:
            if node.parent is None:
                raise posix("eperm")
            node.parent.children.pop(node.name, None)
            node.parent.order = None
            node.parent.touch("mtime", "ctime")
            for one in list(node.walk()):
                self.nodes.pop(one.id, None)
                self.used -= one.size
                self.content(one).unlink(missing_ok=True)

    def move(self, node: Node, parent: Node, name: str) -> None:
        """Renames as POSIX does: a file that is in the way is replaced, a folder only if it is empty."""
        with self.lock:
            check_name(name)
            if node.parent is None or node in parent.chain():
                raise posix("einval")
            if not parent.is_folder:
                raise posix("enotdir")
            old = parent.children.get(name)
            if old is node:
                return
            if old is not None:
                if old.is_folder != node.is_folder:
                    raise posix("eisdir" if old.is_folder else "enotdir")
                if old.children:
                    raise posix("enotempty")
                self.remove(old)
            node.parent.children.pop(node.name)
            node.parent.order = parent.order = None
            node.name, node.parent = name, parent
            parent.children[name] = node
            node.touch("ctime")

    # Contents

    def content(self, node: Node) -> Path:
        """Where the bytes are; there is no file while there are none."""
        return self.folder / node.id

    def write(self, node: Node, offset: int, data: bytes) -> None:
        """Puts bytes into a file, in place."""
        with self.lock:
            growth = max(0, offset + len(data) - node.size)
            if self.quota is not None and self.used + growth > self.quota:
                raise Refusal("quotaExceeded")
            if not data:
                return
            with self.open(node) as file:
                file.seek(offset)
                file.write(data)
            node.size += growth
            self.used += growth
            node.touch("mtime", "ctime")

    def truncate(self, node: Node) -> None:
        """Throws the content away."""
        with self.lock:
            self.used -= node.size
            node.size = 0
            self.content(node).unlink(missing_ok=True)
            node.touch("mtime", "ctime")

    def open(self, node: Node) -> BinaryIO:
        """The content, to be read and written."""
        path = self.content(node)
        path.touch()
        return path.open("r+b")

    def read(self, node: Node, start: int, size: int) -> Iterator[bytes]:
        """The content in pieces; ends early if the file shrinks meanwhile."""
        with self.open(node) as file:
            file.seek(start)
            while size > 0 and (piece := file.read(min(size, 1 << 16))):
                size -= len(piece)
                yield piece

    def close(self) -> None:
        """Removes all contents."""
        shutil.rmtree(self.folder, ignore_errors=True)


def parts(path: str) -> list[str]:
    """The names of a path."""
    return [name for name in path.split("/") if name]


def check_name(name: str) -> None:
    """Refuses what can't be a name."""
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise posix("einval")
    if len(name.encode(errors="replace")) > LONGEST_NAME:
        raise posix("enametoolong")
