"""The workspaces of the stand-in for StorageHub: who sees and may change what, and what each call does."""

import io
import mimetypes
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from storagehub_faults import (
    IdNotFoundException,
    InvalidCallParameters,
    InvalidItemException,
    ItemLockedException,
    QuotaExceeded,
    UserNotAuthorizedException,
)
from storagehub_items import shared_above
from storagehub_nodes import KEPT, Access, Kind, Node, Version, escape


def milliseconds() -> int:
    """Now, since 1970."""
    return time.time_ns() // 1_000_000


def kind_of(mime: str) -> Kind:
    """The class of a file with such content."""
    if mime == "application/pdf":
        return Kind.PDF
    return Kind.IMAGE if mime.startswith("image/") else Kind.FILE


@dataclass
class Person:
    """Somebody with a workspace."""

    name: str
    root: Node
    # How many bytes fit, if there is a limit.
    quota: int | None = None


@dataclass
class Workspaces:
    """All workspaces. Whoever calls holds the lock."""

    people: dict[str, Person] = field(default_factory=dict)
    vres: dict[str, Node] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    now: Callable[[], int] = milliseconds

    def __post_init__(self) -> None:
        """The two folders in which everything lies."""
        self.homes = self.put(None, Node("Home", "Home", Kind.FOLDER, "", self.now()))
        self.share = self.put(None, Node("Share", "Share", Kind.FOLDER, "", self.now()))

    # People and what they begin with

    def put(self, parent: Node | None, node: Node) -> Node:
        """A new node in a folder."""
        if parent is not None:
            parent.add(node)
        self.nodes[node.identifier] = node
        return node

    def add_person(self, name: str) -> Person:
        """Somebody with an empty workspace."""
        home = self.put(self.homes, Node(name, name, Kind.FOLDER, name, self.now()))
        root = self.put(home, Node("Workspace", "Workspace", Kind.FOLDER, name, self.now()))
        self.people[name] = Person(name, root)
        return self.people[name]

    def add_vre(self, context: str, access: dict[str, Access]) -> Node:
        """The folder of a context, named by its last part."""
        title = context.strip("/").replace("/", "-")
        node = Node(title, title, Kind.VRE, "vre-manager", self.now(), access=access)
        node.display_name = context.rpartition("/")[2]
        self.vres[context] = self.put(self.share, node)
        return node

    def place(self, parent: Node, title: str, name: str, content: bytes | None, owner: str) -> Node:
        """An item as somebody left it, without asking; a folder if there is no content."""
        mime = mimetypes.guess_type(title)[0] or "application/octet-stream"
        kind = Kind.FOLDER if content is None else kind_of(mime)
        node = Node(name, title, kind, owner, self.now(), mime=mime if content is not None else "")
        if content is not None:
            node.versions.append(Version("1.0", content, self.now()))
        return self.put(parent, node)

    # Who may what

    def node(self, user: str, identifier: str) -> Node:
        """An item that somebody may read."""
        node = self.nodes.get(identifier)
        if node is None:
            raise IdNotFoundException(f"item with id {identifier} not found")
        shared = shared_above(node)
        is_own = self.people[user].root.parent in node.above()
        if not is_own and not (shared and user in shared.access):
            raise UserNotAuthorizedException(f"the user {user} can't read {identifier}")
        return node

    def check_write(self, user: str, node: Node, is_new: bool) -> None:
        """Refuses somebody who may not change an item, or make one in it."""
        shared = shared_above(node)
        if shared is not None:
            access = shared.access.get(user, Access.READ_ONLY)
            may = access in (Access.WRITE_ALL, Access.ADMINISTRATOR) or (
                access is Access.WRITE_OWNER and (is_new or node.owner == user)
            )
            if not may:
                raise UserNotAuthorizedException(f"the user {user} can't write {node.identifier}")
        if any(one.locked for one in node.above()):
            raise ItemLockedException(f"{node.identifier} is locked")

    def writable_folder(self, user: str, identifier: str) -> Node:
        """A folder in which somebody may make something."""
        folder = self.node(user, identifier)
        if not folder.is_folder:
            raise InvalidItemException("the destination item is not a folder")
        self.check_write(user, folder, is_new=True)
        return folder

    def changeable(self, user: str, identifier: str) -> Node:
        """An item that somebody may change, and that isn't one of those without which nothing works."""
        node = self.node(user, identifier)
        if node.title in KEPT or node is self.people[user].root or node.kind is Kind.VRE:
            raise InvalidItemException("protected folder")
        if node.kind is Kind.SHARED:
            raise InvalidItemException("shared folder")
        self.check_write(user, node, is_new=False)
        return node

    # Making

    def make_folder(self, user: str, parent: str, name: str, description: str, hidden: bool) -> Node:
        """A folder; one with another name if there is one already."""
        folder = self.writable_folder(user, parent)
        if not name:
            raise InvalidCallParameters("the name is empty")
        free = folder.free_name(name)
        node = Node(free, free, Kind.FOLDER, user, self.now(), description=description, hidden=hidden)
        return self.put(folder, node)

    def write_file(self, user: str, parent: str, name: str, description: str, content: bytes) -> Node:
        """A file, or a new version of the one of that name."""
        if not name.strip():
            raise InvalidCallParameters("name or description are null or empty")
        folder = self.writable_folder(user, parent)
        old = folder.find(name)
        if old is not None and not old.is_file:
            raise InvalidItemException(f"{name} is no file")
        if old is not None:
            self.check_write(user, old, is_new=False)
        self.check_room(user, len(content))
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        node = old or Node(
            escape(name), name, kind_of(mime), user, self.now(), description=description, mime=mime, modified_by=user
        )
        if old is None:
            self.put(folder, node)
        node.versions.append(Version(f"1.{len(node.versions)}", content, self.now()))
        if old is not None:
            self.change(node, user, "UPDATED")
        return node

    def check_room(self, user: str, size: int) -> None:
        """Refuses what doesn't fit."""
        person = self.people[user]
        used = sum(node.size for node in person.root.below())
        if person.quota is not None and used + size > person.quota:
            raise QuotaExceeded("the workspace is full")

    def unpack(self, user: str, parent: str, name: str, archive: bytes) -> Node:
        """A new folder with what is in a ZIP file."""
        try:
            opened = zipfile.ZipFile(io.BytesIO(archive))
        except zipfile.BadZipFile as error:
            raise InvalidCallParameters("this is no archive") from error
        top = self.make_folder(user, parent, name, "", hidden=False)
        with opened:
            for entry in opened.infolist():
                folder = top
                *above, last = [part for part in entry.filename.split("/") if part]
                for part in [*above, last] if entry.is_dir() else above:
                    folder = folder.children.get(part) or self.make_folder(
                        user, folder.identifier, part, "", hidden=False
                    )
                if not entry.is_dir():
                    self.write_file(user, folder.identifier, last, "", opened.read(entry))
        return top

    # Changing

    def change(self, node: Node, user: str, action: str) -> None:
        """Notes who did what."""
        node.modified = max(self.now(), node.modified + 1)
        node.modified_by = user
        node.action = action

    def rename(self, user: str, identifier: str, name: str) -> Node:
        """Another name, and that as the title; another than was wanted if it is taken."""
        node = self.changeable(user, identifier)
        parent = node.parent
        assert parent is not None
        free = parent.free_name(name)
        node.remove()
        node.name = node.title = free
        parent.add(node)
        self.change(node, user, "RENAMED")
        return node

    def move(self, user: str, identifier: str, destination: str) -> Node:
        """Into another folder. The title stays; the name is made free."""
        node = self.changeable(user, identifier)
        folder = self.writable_folder(user, destination)
        if node in folder.above():
            raise InvalidItemException("a folder can't be moved into itself")
        if any(one.kind in (Kind.SHARED, Kind.VRE) for one in node.below()):
            raise InvalidItemException("folder item with shared children cannot be moved")
        shared = shared_above(node)
        if shared is not None and shared is not shared_above(folder):
            raise InvalidCallParameters("shared Item cannot be moved in a different shared folder")
        free = folder.free_name(node.name)
        node.remove()
        node.name = free
        folder.add(node)
        self.change(node, user, "MOVED")
        return node

    def copy(self, user: str, identifier: str, destination: str, name: str) -> Node:
        """Another file with the same content."""
        node = self.node(user, identifier)
        if node.is_folder:
            raise InvalidItemException("folder cannot be copied")
        folder = self.writable_folder(user, destination)
        free = folder.free_name(name)
        self.check_room(user, node.size)
        twin = Node(free, free, node.kind, user, self.now(), description=node.description, mime=node.mime)
        twin.versions.append(Version("1.0", node.versions[-1].content, self.now()))
        twin.action = "CLONED"
        return self.put(folder, twin)

    def share_folder(self, user: str, identifier: str, users: list[str], access: Access) -> Node:
        """Makes a folder one that others see too; it lies elsewhere from now on."""
        node = self.changeable(user, identifier)
        if node.kind is not Kind.FOLDER:
            raise InvalidItemException("only folders can be shared")
        node.remove()
        node.kind, node.name = Kind.SHARED, node.identifier
        node.display_name = node.title
        node.access = {name: access for name in users if name in self.people} | {user: Access.ADMINISTRATOR}
        self.share.add(node)
        for name in node.access:
            self.people[name].root.links.append(node)
        self.change(node, user, "SHARED")
        return node

    # Trash

    def trash(self, user: str) -> Node:
        """The folder of what was thrown away, which is made when it is missing."""
        root = self.people[user].root
        found = root.children.get("Trash")
        return found or self.put(root, Node("Trash", "Trash", Kind.FOLDER, user, self.now()))

    def delete(self, user: str, identifier: str, force: bool) -> None:
        """Into the trash; for ever with force, and if it is there already."""
        node = self.changeable(user, identifier)
        if any(one.kind in (Kind.SHARED, Kind.VRE) for one in node.below()):
            raise InvalidItemException("SharedFolder, VreFolder or folders with shared children cannot be deleted")
        if force or node.trashed:
            self.forget(node)
            return
        wrapped = Node(node.identifier, node.title, Kind.TRASH, user, self.now(), deleted_from=node.parent)
        self.put(self.trash(user), wrapped)
        node.remove()
        wrapped.add(node)
        for one in node.below():
            one.trashed = True

    def forget(self, node: Node) -> None:
        """For ever."""
        holder = node.parent
        node.remove()
        for one in node.below():
            self.nodes.pop(one.identifier, None)
        if holder is not None and holder.kind is Kind.TRASH:
            self.forget(holder)

    def empty_trash(self, user: str) -> Node:
        """Forgets all that was thrown away."""
        trash = self.trash(user)
        for wrapped in list(trash.children.values()):
            self.forget(wrapped)
        return trash

    def restore(self, user: str, identifier: str) -> Node:
        """Puts what an item of the trash holds back to where it was, under a free name."""
        wrapped = self.node(user, identifier)
        if wrapped.kind is not Kind.TRASH or wrapped.deleted_from is None:
            raise InvalidItemException("this is no item of the trash")
        node = next(iter(wrapped.children.values()))
        node.remove()
        node.name = wrapped.deleted_from.free_name(node.name)
        wrapped.deleted_from.add(node)
        for one in node.below():
            one.trashed = False
        self.forget(wrapped)
        return node
