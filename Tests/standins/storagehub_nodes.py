"""Nodes of the stand-in for StorageHub: the tree in which items lie, and how their names are made.

Behind StorageHub is a content repository (JCR, Apache Jackrabbit): an item has the name of its node, of which there is
one in a folder, and a title, of which there may be several. What people see is the title.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from storagehub_faults import BackendGenericError

# What Jackrabbit writes as % and two digits in the name of a node (Text.escapeIllegalJcrChars).
ESCAPED = "%/:[]*|\t\r\n"
# What it doesn't take when it is asked for a node of that name.
REFUSED = re.compile(r"[:\[\]*|\t\r\n]|^ | $")


KEPT = frozenset({"Trash", "MySpecialFolders"})


class Kind(StrEnum):
    """Java classes of items, without the package."""

    FOLDER = "FolderItem"
    SHARED = "SharedFolder"
    VRE = "VreFolder"
    FILE = "GenericFileItem"
    PDF = "PDFFileItem"
    IMAGE = "ImageFile"
    TRASH = "TrashItem"
    GCUBE = "GCubeItem"
    LINK = "ExternalLink"


FOLDERS = frozenset({Kind.FOLDER, Kind.SHARED, Kind.VRE})
FILES = frozenset({Kind.FILE, Kind.PDF, Kind.IMAGE})


class Access(StrEnum):
    """What members of a shared folder may do in it."""

    READ_ONLY = "READ_ONLY"
    WRITE_OWNER = "WRITE_OWNER"
    WRITE_ALL = "WRITE_ALL"
    ADMINISTRATOR = "ADMINISTRATOR"


def escape(name: str) -> str:
    """The name of a node for any text."""

    def one(place: int, sign: str) -> str:
        at_end = sign == " " and place in (0, len(name) - 1)
        is_odd = sign in ESCAPED or at_end or (sign == "." and len(name) < 3)
        return f"%{ord(sign):02X}" if is_odd else sign

    return "".join(one(place, sign) for place, sign in enumerate(name))


@dataclass
class Version:
    """One content of a file."""

    name: str
    content: bytes
    created: int
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    storage: str = field(default_factory=lambda: uuid.uuid4().hex[:24])

    @property
    def digest(self) -> str:
        """SHA-256."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(eq=False)
class Node:
    """An item and what lies in it."""

    name: str
    title: str
    kind: Kind
    owner: str
    created: int
    parent: Self | None = None
    description: str = ""
    hidden: bool = False
    mime: str = ""
    modified: int = 0
    modified_by: str = ""
    action: str = "CREATED"
    trashed: bool = False
    locked: bool = False
    display_name: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    children: dict[str, Self] = field(default_factory=dict)
    # Shared folders that a person sees in the root of the workspace, though they lie elsewhere.
    links: list[Self] = field(default_factory=list)
    # Of a shared folder: what everybody in it may do.
    access: dict[str, Access] = field(default_factory=dict)
    # Of an item in the trash: where it was.
    deleted_from: Self | None = None
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def is_folder(self) -> bool:
        """Whether something may lie in it."""
        return self.kind in FOLDERS

    @property
    def is_file(self) -> bool:
        """Whether it has content."""
        return self.kind in FILES

    @property
    def size(self) -> int:
        """Of the newest content, in bytes."""
        return len(self.versions[-1].content) if self.versions else 0

    @property
    def path(self) -> str:
        """From the root of the repository."""
        above = self.parent.path if self.parent else ""
        return f"{above}/{self.name}" if self.name else above

    def above(self) -> Iterator["Node"]:
        """From itself up to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def below(self) -> Iterator["Node"]:
        """Itself and all that lies in it."""
        yield self
        for child in self.children.values():
            yield from child.below()

    def shown(self, hidden: bool) -> list["Node"]:
        """What is listed in it, in the order in which it came."""
        return [node for node in self.all() if (hidden or not node.hidden) and not node.is_kept]

    def all(self) -> list["Node"]:
        """All that lies in it or seems to."""
        return [*self.children.values(), *self.links]

    @property
    def is_kept(self) -> bool:
        """Whether it is one of the folders that the service keeps for itself and never lists."""
        return self.kind is Kind.FOLDER and self.name in KEPT

    def find(self, name: str) -> "Node | None":
        """The node of a name as somebody wrote it, which isn't escaped first."""
        if REFUSED.search(name):
            raise BackendGenericError(f"{name} is no name of a node")
        node: Node | None = self
        for part in name.split("/"):
            node = node.children.get(part) if node is not None else None
        return node

    def free_name(self, name: str) -> str:
        """That name, escaped, or with a number if it is taken (Utils.checkExistanceAndGetUniqueName)."""
        if self.find(name) is None:
            return self.unless_taken(escape(name))
        base, dot, extension = name.rpartition(".")
        base, end = (base, f".{extension}") if dot and extension else (name, "")
        numbered = re.compile(re.escape(base) + r"\((\d+)\)" + re.escape(end))
        numbers = [int(found[1]) for found in map(numbered.fullmatch, self.children) if found]
        return self.unless_taken(escape(f"{base}({max(numbers, default=0) + 1}){end}"))

    def unless_taken(self, name: str) -> str:
        """The name, if there is no such node."""
        if name in self.children:
            raise BackendGenericError(f"{name} exists already")
        return name

    def add(self, child: "Node") -> "Node":
        """Lets it lie here."""
        self.children[self.unless_taken(child.name)] = child
        child.parent = self
        return child

    def remove(self) -> None:
        """Takes it away from where it lies."""
        if self.parent is not None:
            del self.parent.children[self.name]
            self.parent = None
