"""What a request may touch at a provider of the stand-in for Onedata."""

from dataclasses import dataclass
from typing import Any, Self

from onedata_errors import Refusal, posix, unauthorized
from onedata_federation import Federation, Provider, Space, decoded_paths
from onedata_messages import Request
from onedata_tokens import Place, Token
from onedata_tree import Node, Tree


@dataclass(frozen=True)
class Reach:
    """A token at a provider, and the spaces that it opens there."""

    federation: Federation
    provider: Provider
    token: Token
    spaces: list[Space]

    @classmethod
    def of(cls, federation: Federation, provider: Provider, request: Request) -> Self:
        """Who is asking, and for what; refused if it isn't known."""
        if request.token is None:
            raise unauthorized()
        token = federation.admit(request.token, Place(f"opw-{provider.id}"))
        return cls(
            federation, provider, token, [one for one in federation.spaces_of(token) if provider.id in one.supports]
        )

    def check_writing(self) -> None:
        """Refuses what a token for reading can't do."""
        if self.token.is_readonly:
            raise posix("eacces")

    def space(self, identifier: str) -> Space:
        """A space by its id."""
        found = next((one for one in self.spaces if one.id == identifier), None)
        if found is None:
            raise Refusal("forbidden")
        return found

    def description(self, space: Space) -> dict[str, Any]:
        """A space as the provider lists it."""
        providers = self.federation.providers
        return {
            "name": space.name,
            "spaceId": space.id,
            "fileId": space.id,
            "dirId": space.id,
            "trashDirId": f"{space.id}trash",
            "archivesDirId": f"{space.id}archives",
            "providers": [{"providerId": one, "providerName": providers[one].name} for one in space.supports],
        }

    def node(self, identifier: str) -> tuple[Tree, Node]:
        """What has that id; a space's id means its root."""
        for space in self.federation.spaces.values():
            if identifier in space.tree.nodes:
                self.space(space.id)
                node = space.tree.node(identifier)
                if not self.shows(node):
                    raise posix("eacces")
                return space.tree, node
        raise posix("enoent")

    def at_path(self, path: str) -> tuple[Tree, Node]:
        """What is at a path that begins with a space's name, or `name@id`."""
        head, _, rest = path.strip("/").partition("/")
        space = next((one for one in self.spaces if head in (one.name, f"{one.name}@{one.id}")), None)
        if space is None:
            raise posix("enoent")
        node = space.tree.find(rest)
        if not self.shows(node):
            raise posix("eacces")
        return space.tree, node

    def shows(self, node: Node) -> bool:
        """Whether the caveats about data leave something in sight: it is below what they name, or on the way there."""
        chain = node.chain()
        path = "/".join(["", chain[0].id, *(one.name for one in chain[1:])])
        for caveat in self.token.limits("data.path"):
            if not any(is_along(path, allowed) for allowed in decoded_paths(caveat)):
                return False
        for caveat in self.token.limits("data.objectid"):
            ids = set(caveat["whitelist"])
            if not any(one.id in ids for one in chain) and not any(one.id in ids for one in node.walk()):
                return False
        return True


def is_along(path: str, allowed: str) -> bool:
    """Whether one path is part of the other."""
    return f"{path}/".startswith(f"{allowed}/") or f"{allowed}/".startswith(f"{path}/")
