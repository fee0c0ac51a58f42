"""The calls of the stand-in for StorageHub (reference `egi.md` 3.2): what is asked, and what is answered."""

import io
import re
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from storagehub_faults import (
    HubError,
    IdNotFoundException,
    InvalidCallParameters,
    InvalidItemException,
)
from storagehub_items import item, shared_above, version
from storagehub_messages import Answer, Request, error_answer, json_answer, text_answer
from storagehub_nodes import Access, Node
from storagehub_tokens import Grant, Realm
from storagehub_workspace import Workspaces

BASE = "/workspace"
PROFILE = "/rest/2/people/profile"
Responder = Callable[["Calls", Grant, Request, "list[str]"], Answer]
ROUTES: list[tuple[str, re.Pattern[str], Responder]] = []


def route(method: str, path: str) -> Callable[[Responder], Responder]:
    """Answers such calls; a star stands for one part of the path, decoded."""

    def add(responder: Responder) -> Responder:
        ROUTES.append((method, re.compile(path.replace("*", "([^/]+)") + "/?"), responder))
        return responder

    return add


class Calls:
    """Answers for whoever shows a token."""

    def __init__(self, workspaces: Workspaces, realm: Realm) -> None:
        self.workspaces, self.realm = workspaces, realm
        # Whether downloads may begin in the middle, which the real one doesn't do.
        self.gives_ranges = False

    def answer(self, request: Request) -> Answer:
        """The true answer."""
        grant = self.realm.whose(request.bearer) if request.bearer else None
        if grant is None:
            return Answer(HTTPStatus.UNAUTHORIZED, b"Unauthorized", (("Content-Type", "text/plain"),))
        if request.path == PROFILE:
            return self._profile(grant)
        path = request.path.removeprefix(BASE)
        if request.path != path:
            for method, pattern, responder in ROUTES:
                found = pattern.fullmatch(path)
                if found and method == request.method:
                    return self._carry_out(responder, grant, request, [unquote(part) for part in found.groups()])
        return Answer(HTTPStatus.NOT_FOUND, b"<h1>Not found</h1>", (("Content-Type", "text/html"),))

    def _carry_out(self, responder: Responder, grant: Grant, request: Request, parts: list[str]) -> Answer:
        """Does it, one at a time."""
        try:
            with self.workspaces.lock:
                return responder(self, grant, request, parts)
        except HubError as error:
            return error_answer(error)

    def _profile(self, grant: Grant) -> Answer:
        """Who somebody is."""
        said = {"username": grant.user, "fullname": grant.user.title(), "avatar": "", "context": grant.context}
        return json_answer({"success": True, "result": {**said, "roles": self.realm.roles.get(grant.user, [])}})

    def node(self, grant: Grant, identifier: str) -> Node:
        """An item that may be read."""
        return self.workspaces.node(grant.user, identifier)

    def children(self, grant: Grant, identifier: str, request: Request) -> list[Node]:
        """What is listed in a folder."""
        nodes = self.node(grant, identifier).shown(request.flag("showHidden"))
        wanted = request.first("onlyType")
        return [node for node in nodes if not wanted or node.kind == wanted]


def one(node: Node, request: Request) -> Answer:
    """An item."""
    return json_answer({"item": item(node, request.query.get("exclude", []))})


def many(nodes: list[Node], request: Request) -> Answer:
    """A list of items."""
    return json_answer({"itemlist": [item(node, request.query.get("exclude", [])) for node in nodes]})


def page(nodes: list[Node], request: Request) -> list[Node]:
    """The part of a list that was asked for."""
    start = request.number("start")
    return nodes[start : start + request.number("limit")]


@route("GET", "")
def root(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The folder in which everything of somebody lies."""
    calls.workspaces.trash(grant.user)
    node: Node | None = calls.workspaces.people[grant.user].root
    for part in filter(None, request.first("relPath").split("/")):
        node = node.children.get(part) if node is not None else None
    if node is None:
        raise IdNotFoundException("no such path")
    return one(node, request)


@route("GET", "/vrefolder")
def vre_folder(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The folder of the context that the token is for."""
    folder = calls.workspaces.vres.get(grant.context)
    if folder is None:
        raise InvalidCallParameters("the token is not for a VRE")
    return one(folder, request)


@route("GET", "/vrefolder/recents")
def recents(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The ten files of the context that changed last."""
    folder = calls.workspaces.vres.get(grant.context)
    if folder is None:
        raise InvalidCallParameters("the token is not for a VRE")
    files = [node for node in folder.below() if node.is_file]
    return many(sorted(files, key=lambda node: -(node.modified or node.created))[:10], request)


def vres(calls: Calls, grant: Grant) -> list[Node]:
    """The folders of all contexts of somebody."""
    return [node for node in calls.workspaces.vres.values() if grant.user in node.access]


@route("GET", "/vrefolders")
def vre_folders(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The folders of all contexts."""
    return many(vres(calls, grant), request)


@route("GET", "/vrefolders/paged")
def vre_folders_paged(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The same, some at a time."""
    return many(page(vres(calls, grant), request), request)


@route("GET", "/trash")
def trash(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """The folder of what was thrown away."""
    return one(calls.workspaces.trash(grant.user), request)


@route("DELETE", "/trash/empty")
def empty_trash(calls: Calls, grant: Grant, _: Request, __: list[str]) -> Answer:
    """Forgets what was thrown away."""
    return text_answer(calls.workspaces.empty_trash(grant.user).identifier)


@route("PUT", "/trash/restore")
def restore(calls: Calls, grant: Grant, request: Request, _: list[str]) -> Answer:
    """Puts something back."""
    return text_answer(calls.workspaces.restore(grant.user, request.body.decode()).identifier)


@route("GET", "/items/*")
def get(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """An item."""
    return one(calls.node(grant, parts[0]), request)


@route("GET", "/items/*/children")
def children(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """What lies in a folder."""
    return many(calls.children(grant, parts[0], request), request)


@route("GET", "/items/*/children/paged")
def children_paged(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """The same, some at a time."""
    return many(page(calls.children(grant, parts[0], request), request), request)


@route("GET", "/items/*/children/count")
def count(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """How many there are."""
    return json_answer(len(calls.children(grant, parts[0], request)))


def matches(text: str, pattern: str) -> bool:
    """Whether a text is what was asked for; a star at either end stands for anything."""
    if pattern.startswith("*") and text.endswith(pattern[1:]):
        return True
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


@route("GET", "/items/*/items/*")
def named(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Children by name or title."""
    nodes = calls.node(grant, parts[0]).all()
    return many([node for node in nodes if matches(node.name, parts[1]) or matches(node.title, parts[1])], request)


@route("GET", "/items/*/anchestors")
def ancestors(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """From the parent up to the root; so spelt."""
    node, top = calls.node(grant, parts[0]), calls.workspaces.people[grant.user].root
    above = list(node.above())
    end = above.index(top) + 1 if top in above else len(above) - 1
    return many(above[1:end], request)


@route("GET", "/items/*/rootSharedFolder")
def root_shared_folder(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """The shared folder in which it lies."""
    folder = shared_above(calls.node(grant, parts[0]))
    if folder is None:
        raise InvalidCallParameters("item is not shared")
    return one(folder, request)


def attachment(name: str, content: bytes, mime: str) -> Answer:
    """A file to download."""
    plain = name.encode("ascii", "replace").decode()
    headers = (("content-disposition", f"attachment; filename = {plain}"), ("Content-Type", mime))
    return Answer(HTTPStatus.OK, content, headers)


def packed(folder: Node) -> bytes:
    """A folder as a ZIP file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for node in folder.below():
            name = node.path.removeprefix(folder.path).lstrip("/")
            if node.is_file:
                archive.writestr(name, node.versions[-1].content)
            elif name:
                archive.writestr(f"{name}/", b"")
    return target.getvalue()


def part_of(answer: Answer, told: str) -> Answer:
    """The range of an answer that was asked for (RFC 9110 section 14.2); all of it if that can't be understood."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", told)
    if found is None:
        return answer
    size, start = len(answer.body), int(found[1])
    end = min(int(found[2] or size - 1), size - 1)
    if start > end:
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return Answer(status, b"", (("Content-Range", f"bytes */{size}"),))
    headers = (*answer.headers, ("Content-Range", f"bytes {start}-{end}/{size}"))
    return Answer(HTTPStatus.PARTIAL_CONTENT, answer.body[start : end + 1], headers)


@route("GET", "/items/*/download")
def download(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """The bytes of a file, or a folder as a ZIP file."""
    node = calls.node(grant, parts[0])
    if node.is_folder:
        return attachment(f"{node.title}.zip", packed(node), "application/zip")
    if not node.is_file:
        raise InvalidItemException("the item is no file")
    whole = attachment(node.name, node.versions[-1].content, node.mime)
    return part_of(whole, request.headers.get("range", "")) if calls.gives_ranges else whole


@route("GET", "/items/*/publiclink")
def public_link(calls: Calls, grant: Grant, _: Request, parts: list[str]) -> Answer:
    """An address for everybody."""
    if not calls.node(grant, parts[0]).is_file:
        raise InvalidCallParameters("the choosen item is not a File")
    return json_answer(f"https://data.d4science.org/shub/E_{parts[0]}")


@route("GET", "/items/*/versions")
def versions(calls: Calls, grant: Grant, _: Request, parts: list[str]) -> Answer:
    """All contents that a file had."""
    node = calls.node(grant, parts[0])
    if not node.is_file:
        raise InvalidItemException("this item is not versioned")
    return json_answer({"itemlist": [version(node, one) for one in node.versions]})


@route("GET", "/items/*/versions/*/download")
def download_version(calls: Calls, grant: Grant, _: Request, parts: list[str]) -> Answer:
    """One of them."""
    node = calls.node(grant, parts[0])
    found = next((one for one in node.versions if one.name == parts[1]), None)
    if found is None:
        raise InvalidItemException("the version doesn't exist")
    return attachment(node.name, found.content, node.mime)


@route("POST", "/items/*/create/FOLDER")
def create_folder(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """A new folder."""
    hidden = request.form.get("hidden", "").lower() == "true"
    description = request.form.get("description", "")
    node = calls.workspaces.make_folder(grant.user, parts[0], request.field("name"), description, hidden)
    return text_answer(node.identifier)


def part(fields: dict[str, list[bytes]], name: str) -> bytes:
    """A part of a form that must be there."""
    if name not in fields:
        raise InvalidCallParameters(f"{name} is missing")
    return fields[name][0]


@route("POST", "/items/*/create/FILE")
def create_file(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """A new file, or a new version of one."""
    fields = request.parts()
    name, description, content = (part(fields, one) for one in ("name", "description", "file"))
    node = calls.workspaces.write_file(grant.user, parts[0], name.decode(), description.decode(), content)
    return text_answer(node.identifier)


@route("POST", "/items/*/create/ARCHIVE")
def create_archive(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """A new folder with what was packed."""
    fields = request.parts()
    name, content = part(fields, "parentFolderName").decode(), part(fields, "file")
    return text_answer(calls.workspaces.unpack(grant.user, parts[0], name, content).identifier)


@route("DELETE", "/items/*")
def delete(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Throws it away."""
    calls.workspaces.delete(grant.user, parts[0], request.flag("force"))
    return Answer()


@route("PUT", "/items/*/rename")
def rename(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Another name."""
    return text_answer(calls.workspaces.rename(grant.user, parts[0], request.field("newName")).identifier)


@route("PUT", "/items/*/move")
def move(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Another folder."""
    return text_answer(calls.workspaces.move(grant.user, parts[0], request.field("destinationId")).identifier)


@route("PUT", "/items/*/copy")
def copy(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Another file of the same content."""
    to, name = request.field("destinationId"), request.field("fileName")
    return text_answer(calls.workspaces.copy(grant.user, parts[0], to, name).identifier)


@route("PUT", "/items/*/share")
def share(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Lets others in."""
    fields = request.parts()
    users = [name.decode() for name in fields.get("users", [])]
    try:
        access = Access(part(fields, "defaultAccessType").decode())
    except ValueError:
        raise InvalidCallParameters("no such access") from None
    return text_answer(calls.workspaces.share_folder(grant.user, parts[0], users, access).identifier)


@route("PUT", "/items/*/metadata")
def set_metadata(calls: Calls, grant: Grant, request: Request, parts: list[str]) -> Answer:
    """Words about it."""
    node = calls.workspaces.changeable(grant.user, parts[0])
    node.metadata = dict(request.json().get("map", {}))
    return text_answer(node.identifier)
