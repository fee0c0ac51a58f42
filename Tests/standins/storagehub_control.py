"""What a test in another process tells the stand-in for StorageHub: posts of JSON to its control address."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from storagehub_faults import Fault
from storagehub_messages import Answer, Request, json_answer
from storagehub_nodes import Access, Node, Version, escape

if TYPE_CHECKING:
    from storagehub import StorageHub

CONTROL = "/standin/"


class Control:
    """Carries out what is told."""

    def __init__(self, hub: "StorageHub") -> None:
        self.hub = hub
        self.orders: dict[str, Callable[[dict[str, Any]], Any]] = {
            "fault": self._fault,
            "mend": lambda _: hub.faults.mend(),
            "ahead": lambda told: setattr(hub.realm, "ahead", told["seconds"]),
            "revoke": lambda _: hub.realm.revoke(),
            "calls": lambda told: hub.realm.limit_calls(told["calls"]),
            "quota": lambda told: setattr(hub.workspaces.people[told["user"]], "quota", told["bytes"]),
            "lock": lambda told: setattr(hub.workspaces.nodes[told["id"]], "locked", told["locked"]),
            "ranges": lambda told: setattr(hub.calls, "gives_ranges", told["given"]),
            "place": self._place,
            "share": self._share,
            "tree": lambda told: tree(hub.workspaces.people[told["user"]].root),
            "seen": lambda _: {"calls": hub.seen, "tokens": hub.realm.made},
        }

    def answer(self, request: Request) -> Answer:
        """Does as it is told, and answers with what came of it."""
        order = self.orders.get(request.path.removeprefix(CONTROL))
        if order is None or request.method != "POST":
            return Answer(404)
        told = request.json() if request.body else {}
        with self.hub.workspaces.lock:
            return json_answer({"done": order(told)})

    def _fault(self, told: dict[str, Any]) -> None:
        self.hub.faults.add(Fault.read(told))

    def _place(self, told: dict[str, Any]) -> list[str]:
        """Items as somebody left them, in one folder: many at once, with numbers."""
        spaces = self.hub.workspaces
        parent = spaces.nodes[told["parent"]] if "parent" in told else spaces.people[told["user"]].root
        content = base64.b64decode(told["content"]) if "content" in told else None
        titles = [told["title"].replace("#N", str(number)) for number in range(told.get("count", 1))]
        made = []
        for title in titles:
            name = told.get("name", escape(title))
            node = spaces.place(parent, title, name, content, told.get("owner", told.get("user", "")))
            node.hidden = told.get("hidden", False)
            made.append(node.identifier)
        return made

    def _share(self, told: dict[str, Any]) -> str:
        access = Access(told["access"])
        return self.hub.workspaces.share_folder(told["user"], told["id"], told["users"], access).identifier


def tree(top: Node) -> list[dict[str, Any]]:
    """All that lies in a folder, as it is behind the calls."""
    return [
        {
            "id": node.identifier,
            "path": node.path.removeprefix(top.path),
            "title": node.title,
            "kind": str(node.kind),
            "trashed": node.trashed,
            "versions": [described(one) for one in node.versions],
        }
        for node in top.below()
        if node is not top
    ]


def described(one: Version) -> dict[str, Any]:
    """One content."""
    return {"name": one.name, "size": len(one.content), "sha256": one.digest}
