"""A Oneprovider as the stand-in plays it: spaces, files and folders, their attributes and metadata."""

import base64
import json
from collections.abc import Callable
from typing import Any

from onedata_attributes import attributes, wanted_attributes
from onedata_content import Content, write_body
from onedata_errors import Refusal, posix
from onedata_federation import Federation, Provider
from onedata_messages import Answer, Request, Route, created, json_answer
from onedata_reach import Reach
from onedata_tree import Node

BASE = "/api/v3/oneprovider"
CHANGING = frozenset({"POST", "PUT", "DELETE"})
TYPES = ("REG", "DIR", "LNK", "SYMLNK")


class OneProvider:
    """Its calls."""

    def __init__(self, federation: Federation, provider: Provider) -> None:
        self.federation, self.provider = federation, provider
        self.content = Content()

    def routes(self) -> list[Route]:
        """All of them."""
        data = f"{BASE}/data/{{id}}"
        metadata = f"{data}/metadata/{{kind}}"
        calls: list[tuple[str, str, str, Callable[[Reach, Request], Answer]]] = [
            ("spaces", "GET", f"{BASE}/spaces", self.spaces),
            ("space", "GET", f"{BASE}/spaces/{{space}}", self.space),
            ("lookup", "POST", f"{BASE}/lookup-file-id/{{path*}}", self.lookup),
            ("attributes", "GET", data, self.attributes),
            ("change", "PUT", data, self.change),
            ("delete", "DELETE", data, self.delete),
            ("children", "GET", f"{data}/children", self.children),
            ("make-child", "POST", f"{data}/children", self.make_child),
            ("make-path", "PUT", f"{data}/path/{{path*}}", self.make_path),
            ("read-path", "GET", f"{data}/path/{{path*}}", self.read_path),
            ("delete-path", "DELETE", f"{data}/path/{{path*}}", self.delete_path),
            ("files", "GET", f"{data}/files", self.files),
            ("content", "GET", f"{data}/content", self.read),
            ("write", "PUT", f"{data}/content", self.write),
            ("download", "GET", "/download/{id}", self.download),
            ("get-metadata", "GET", metadata, self.metadata),
            ("set-metadata", "PUT", metadata, self.set_metadata),
            ("delete-metadata", "DELETE", metadata, self.delete_metadata),
            ("cdmi", "PUT", "/cdmi/{path*}", self.rename),
        ]
        routes = [Route(name, method, path, self.guarded(name, answer)) for name, method, path, answer in calls]
        return [Route("configuration", "GET", f"{BASE}/configuration", self.configuration), *routes]

    def guarded(self, name: str, answer: Callable[[Reach, Request], Answer]) -> Callable[[Request], Answer]:
        """Lets only those in who may, and to change something only those whose token allows that."""

        def check(request: Request) -> Answer:
            reach = Reach.of(self.federation, self.provider, request)
            if request.method in CHANGING and name != "lookup":
                reach.check_writing()
            return answer(reach, request)

        return check

    # About the provider

    def configuration(self, _: Request) -> Answer:
        """What anybody may know."""
        provider = self.provider
        told = {"providerId": provider.id, "name": provider.name, "domain": provider.domain}
        lists = ("compatibleOnezoneVersions", "compatibleOneproviderVersions", "compatibleOneclientVersions")
        versions = {"onezoneDomain": "localhost", "version": provider.version, "build": "0"}
        return json_answer(told | versions | {name: [provider.version] for name in lists})

    def spaces(self, reach: Reach, _: Request) -> Answer:
        """The spaces here that the token lets in."""
        return json_answer([reach.description(space) for space in reach.spaces])

    def space(self, reach: Reach, request: Request) -> Answer:
        """One of them."""
        return json_answer(reach.description(reach.space(request.part("space"))))

    # Files and folders

    def lookup(self, reach: Reach, request: Request) -> Answer:
        """The id of what is at a path."""
        _, node = reach.at_path(request.part("path"))
        return json_answer({"fileId": node.id})

    def attributes(self, reach: Reach, request: Request) -> Answer:
        """What is known about a file."""
        tree, node = reach.node(request.part("id"))
        return json_answer(attributes(tree, node, wanted_attributes(request.body.json(), request.query)))

    def change(self, reach: Reach, request: Request) -> Answer:
        """Sets the permissions."""
        _, node = reach.node(request.part("id"))
        mode = (request.body.json() or {}).get("mode", "")
        try:
            node.mode = f"{int(mode, 8):o}"
        except (TypeError, ValueError):
            raise Refusal("badValueInteger", key="mode") from None
        node.touch("ctime")
        return Answer()

    def delete(self, reach: Reach, request: Request) -> Answer:
        """Removes a file, or a folder with all in it."""
        tree, node = reach.node(request.part("id"))
        tree.remove(node)
        return Answer()

    def children(self, reach: Reach, request: Request) -> Answer:
        """A page of a folder, by names; a page's token is good at this provider only."""
        tree, node = reach.node(request.part("id"))
        body = request.body.json()
        wanted = wanted_attributes(body, request.query) or ["name", "type", "fileId"]
        limit = request.number("limit", 1000, 1, 1000)
        offset = request.number("offset", 0, -500, 500)
        if not node.is_folder:
            raise posix("enotdir")
        with tree.lock:
            names = [name for name in node.names() if reach.shows(node.children[name])]
            start = self.start(names, request.field("token"), request.field("index")) + offset
            chosen = names[max(0, start) : max(0, start) + limit]
            told = [attributes(tree, node.children[name], wanted) for name in chosen]
        is_last = max(0, start) + limit >= len(names)
        return json_answer(
            {"children": told, "isLast": is_last, "nextPageToken": None if is_last else self.page_token(chosen[-1])}
        )

    def page_token(self, name: str) -> str:
        """Where the next page begins: after that name."""
        return base64.urlsafe_b64encode(json.dumps([self.provider.id, name]).encode()).decode()

    def start(self, names: list[str], token: str, index: str) -> int:
        """Where a page begins."""
        if token:
            try:
                provider, last = json.loads(base64.urlsafe_b64decode(token))
            except ValueError:
                raise Refusal("badValueIdentifier", key="token") from None
            if provider != self.provider.id:
                raise Refusal("badValueIdentifier", key="token")
            return sum(1 for name in names if name.encode() <= last.encode())
        if index:
            return sum(1 for name in names if name.encode().hex() < index)
        return 0

    def make_child(self, reach: Reach, request: Request) -> Answer:
        """A new file or folder in a folder."""
        _, parent = reach.node(request.part("id"))
        return self.make(reach, request, parent, request.field("name"))

    def make_path(self, reach: Reach, request: Request) -> Answer:
        """A new file or folder at a path below a folder."""
        tree, start = reach.node(request.part("id"))
        parent, name = tree.parent_of(request.part("path"), start, reach.token.user, request.field("create_parents"))
        return self.make(reach, request, parent, name)

    def make(self, reach: Reach, request: Request, parent: Node, name: str) -> Answer:
        """Something new with that name."""
        kind = request.field("type", "REG")
        if kind not in TYPES:
            raise Refusal("badValueNotAllowed", key="type", allowed=list(TYPES))
        tree, _ = reach.node(parent.id)
        target = request.field("target_file_path") if kind == "SYMLNK" else None
        node = tree.add(parent, name, "REG" if kind == "LNK" else kind, reach.token.user, target)
        node.mode = request.field("mode") or node.mode
        if kind == "REG":
            write_body(tree, node, request, request.number("offset", 0, 0, 1 << 62))
        return created(f"{BASE}/data/{node.id}", {"fileId": node.id})

    def delete_path(self, reach: Reach, request: Request) -> Answer:
        """Removes what is at a path below a folder."""
        tree, start = reach.node(request.part("id"))
        tree.remove(tree.find(request.part("path"), start))
        return Answer()

    def files(self, reach: Reach, request: Request) -> Answer:
        """All files below a folder, by their paths."""
        tree, start = reach.node(request.part("id"))
        body = request.body.json() or {}
        wanted = wanted_attributes(body, request.query) or ["fileId", "path"]
        depth = len(start.chain())
        found = sorted(
            ("/".join(one.name for one in node.chain()[depth:]), node) for node in start.walk() if not node.is_folder
        )
        after = base64.b64decode(body.get("token") or "").decode() or body.get("start_after") or ""
        rest = [(path, node) for path, node in found if path > after and path.startswith(body.get("prefix") or "")]
        chosen = rest[: body.get("limit") or 1000]
        is_last = len(chosen) == len(rest)
        token = None if is_last else base64.b64encode(chosen[-1][0].encode()).decode()
        told = [attributes(tree, node, wanted) for _, node in chosen]
        return json_answer({"files": told, "inaccessiblePaths": [], "isLast": is_last, "nextPageToken": token})

    def rename(self, reach: Reach, request: Request) -> Answer:
        """CDMI's move: the only way to rename; the path in the body isn't encoded."""
        if not request.headers.get("X-CDMI-Specification-Version"):
            raise Refusal("badValueNotAllowed", key="X-CDMI-Specification-Version")
        source = (request.body.json() or {}).get("move")
        if not isinstance(source, str):
            raise Refusal("missingRequiredValue", key="move")
        tree, node = reach.at_path(source)
        folder, _, name = request.part("path").rstrip("/").rpartition("/")
        other, parent = reach.at_path(folder)
        if other is not tree:
            raise posix("exdev")
        if not self.provider.replaces and name in parent.children:
            raise posix("eexist")
        tree.move(node, parent, name)
        return json_answer({"objectID": node.id, "objectName": name}, 201)

    # Contents

    def read(self, reach: Reach, request: Request) -> Answer:
        """A file's content; a folder is elsewhere, as an archive."""
        tree, node = reach.node(request.part("id"))
        return self.content.answer(tree, node, request, self.download_address(request, node))

    def read_path(self, reach: Reach, request: Request) -> Answer:
        """The content of what is at a path below a folder."""
        tree, start = reach.node(request.part("id"))
        node = tree.find(request.part("path"), start)
        return self.content.answer(tree, node, request, self.download_address(request, node))

    def download_address(self, request: Request, node: Node) -> str:
        """Where a folder is an archive."""
        return f"{self.federation.scheme}://{request.headers.get('Host', self.provider.domain)}/download/{node.id}"

    def download(self, reach: Reach, request: Request) -> Answer:
        """A folder as an archive."""
        tree, node = reach.node(request.part("id"))
        return self.content.archive(tree, node, request)

    def write(self, reach: Reach, request: Request) -> Answer:
        """Puts bytes into a file: in place at an offset, or instead of what is there, which is gone at once."""
        tree, node = reach.node(request.part("id"))
        if node.is_folder:
            raise posix("eisdir")
        if not request.field("offset"):
            tree.truncate(node)
        write_body(tree, node, request, request.number("offset", 0, 0, 1 << 62))
        return Answer()

    # Metadata

    def metadata(self, reach: Reach, request: Request) -> Answer:
        """Somebody's own attributes, or a document about the file."""
        _, node = reach.node(request.part("id"))
        kind = request.part("kind")
        if kind == "xattrs":
            wanted = request.query.get("attribute")
            return json_answer({name: value for name, value in node.xattrs.items() if not wanted or name in wanted})
        if kind not in node.metadata:
            raise posix("enodata")
        body = node.metadata[kind]
        kinds = {"rdf": "application/rdf+xml"}
        return Answer(200, (body,), len(body), (("Content-Type", kinds.get(kind, "application/json")),))

    def set_metadata(self, reach: Reach, request: Request) -> Answer:
        """Sets them."""
        _, node = reach.node(request.part("id"))
        if request.part("kind") == "xattrs":
            given: dict[str, Any] = request.body.json() or {}
            node.xattrs |= {name: str(value) for name, value in given.items()}
        else:
            node.metadata[request.part("kind")] = b"".join(request.body.pieces())
        return Answer()

    def delete_metadata(self, reach: Reach, request: Request) -> Answer:
        """Takes them away."""
        _, node = reach.node(request.part("id"))
        if request.part("kind") == "xattrs":
            for name in (request.body.json() or {}).get("keys", []):
                node.xattrs.pop(name, None)
        else:
            node.metadata.pop(request.part("kind"), None)
        return Answer()
