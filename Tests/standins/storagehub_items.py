"""Items of the stand-in for StorageHub as JSON (reference `egi.md` 3.3)."""

from typing import Any

from storagehub_nodes import FILES, Access, Kind, Node, Version

CLASSES = "org.gcube.common.storagehub.model.items"
TYPES = {
    Kind.FOLDER: "nthl:workspaceItem",
    Kind.SHARED: "nthl:workspaceSharedItem",
    Kind.VRE: "nthl:workspaceVreItem",
    Kind.TRASH: "nthl:trashItem",
    Kind.GCUBE: "nthl:gCubeItem",
    Kind.LINK: "nthl:externalUrl",
}
ACCOUNTING = "hl:accounting"


def shared_above(node: Node) -> Node | None:
    """The shared folder that it is, or lies in."""
    return next((one for one in node.above() if one.kind in (Kind.SHARED, Kind.VRE)), None)


def content(node: Node) -> dict[str, Any]:
    """What a file says of its bytes."""
    newest = node.versions[-1]
    return {
        "size": len(newest.content),
        "data": "jcr:content",
        "remotePath": node.path,
        "mimeType": node.mime,
        "storageId": newest.storage,
    }


def item(node: Node, excluded: list[str]) -> dict[str, Any]:
    """An item; accounting is long, and left out for who says so."""
    told: dict[str, Any] = {
        "@class": f"{CLASSES}.{node.kind}",
        "id": node.identifier,
        "name": node.name,
        "path": node.path,
        "parentId": node.parent.identifier if node.parent else None,
        "parentPath": node.parent.path if node.parent else None,
        "primaryType": TYPES.get(node.kind, "nthl:externalFile"),
        "trashed": node.trashed,
        "shared": shared_above(node) is not None,
        "locked": node.locked,
        "title": node.title,
        "description": node.description,
        "lastModifiedBy": node.modified_by or node.owner,
        "lastModificationTime": node.modified or node.created,
        "creationTime": node.created,
        "owner": node.owner,
        "lastAction": node.action,
        "hidden": node.hidden,
        "propertyMap": {"values": dict(node.metadata)},
    }
    if ACCOUNTING not in excluded:
        told["accounting"] = {"entries": [{"user": node.owner, "date": node.created, "type": "CREATE"}]}
    if node.kind in FILES:
        told["content"] = content(node)
    if node.kind in (Kind.SHARED, Kind.VRE):
        told |= {
            "privilege": str(min(node.access.values(), default=Access.READ_ONLY)),
            "vreFolder": node.kind is Kind.VRE,
            "displayName": node.display_name,
            "users": {"map": {name: str(access) for name, access in node.access.items()}},
        }
    if node.kind is Kind.TRASH:
        inside = next(iter(node.children.values()), None)
        told |= {
            "deletedBy": node.owner,
            "originalParentId": node.deleted_from.identifier if node.deleted_from else None,
            "deletedFrom": node.deleted_from.path if node.deleted_from else None,
            "deletedTime": node.created,
            "mimeType": inside.mime if inside else None,
            "lenght": inside.size if inside else 0,
            "folder": inside.is_folder if inside else False,
        }
    return told


def version(node: Node, one: Version) -> dict[str, Any]:
    """One content of a file, in the list of its versions."""
    return {"id": one.identifier, "name": one.name, "created": one.created, "current": one is node.versions[-1]}
