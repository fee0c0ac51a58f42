"""What the stand-in for Onedata tells about a file."""

from collections.abc import Callable, Mapping
from typing import Any

from onedata_errors import Refusal
from onedata_tree import Node, Tree

ATTRIBUTES: Mapping[str, Callable[[Node], Any]] = {
    "fileId": lambda node: node.id,
    "index": lambda node: node.name.encode().hex(),
    "type": lambda node: node.type,
    "activePermissionsType": lambda _: "posix",
    "posixPermissions": lambda node: node.mode,
    "acl": lambda _: [],
    "name": lambda node: node.name,
    "conflictingName": lambda _: None,
    "path": lambda node: "/" + "/".join(one.name for one in node.chain()),
    "parentFileId": lambda node: node.parent.id if node.parent else None,
    "displayGid": lambda _: 1000,
    "displayUid": lambda _: 1000,
    "creationTime": lambda node: node.times["creationTime"],
    "atime": lambda node: node.times["atime"],
    "mtime": lambda node: node.times["mtime"],
    "ctime": lambda node: node.times["ctime"],
    "size": lambda node: None if node.is_folder else node.size,
    "isFullyReplicatedLocally": lambda node: None if node.is_folder else True,
    "localReplicationRate": lambda _: 1.0,
    "originProviderId": lambda _: "",
    "directShareIds": lambda _: [],
    "ownerUserId": lambda node: node.owner,
    "hardlinkCount": lambda _: 1,
    "symlinkValue": lambda node: node.target,
    "hasCustomMetadata": lambda node: bool(node.xattrs or node.metadata),
    "effProtectionFlags": lambda _: [],
    "effDatasetProtectionFlags": lambda _: [],
    "effDatasetInheritancePath": lambda _: "none",
    "effQosInheritancePath": lambda _: "none",
    "aggregateQosStatus": lambda _: "fulfilled",
    "archiveRecallRootFileId": lambda _: None,
}
# The names before version 21.02.5.
OLD_NAMES = {
    "file_id": "fileId",
    "mode": "posixPermissions",
    "parent_id": "parentFileId",
    "storage_group_id": "displayGid",
    "storage_user_id": "displayUid",
    "provider_id": "originProviderId",
    "shares": "directShareIds",
    "owner_id": "ownerUserId",
    "hardlinks_count": "hardlinkCount",
}
XATTR = "xattr."


def attributes(tree: Tree, node: Node, wanted: list[str] | None) -> dict[str, Any]:
    """The attributes that were asked for, under the names that were used; all standard ones without names."""
    if wanted is None:
        return {name: told(tree, node, name) for name in ATTRIBUTES}
    return {name: told(tree, node, OLD_NAMES.get(name, name)) for name in wanted}


def told(tree: Tree, node: Node, name: str) -> Any:
    """One attribute; one of a person's own is null when it isn't there."""
    if name.startswith(XATTR):
        return node.xattrs.get(name.removeprefix(XATTR))
    if name not in ATTRIBUTES:
        raise Refusal("badValueNotAllowed", key="attributes", allowed=list(ATTRIBUTES))
    if name == "size" and node is tree.root and tree.has_statistics:
        return tree.used
    return ATTRIBUTES[name](node)


def wanted_attributes(body: Any, query: Mapping[str, list[str]]) -> list[str] | None:
    """The names of attributes in a request: in the body of a GET, or in the old form in its query."""
    names = body.get("attributes") if isinstance(body, dict) else None
    if names is not None and not (isinstance(names, list) and all(isinstance(one, str) for one in names)):
        raise Refusal("badValueNotAllowed", key="attributes", allowed=list(ATTRIBUTES))
    return names if names is not None else query.get("attribute")
