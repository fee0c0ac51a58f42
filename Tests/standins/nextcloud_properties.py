"""Properties in the stand-in for Nextcloud: what a PROPFIND asks for, and what it gets."""

import mimetypes
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from nextcloud_errors import Refusal
from nextcloud_people import Person
from nextcloud_tree import Names, Node, Tree

INSTANCE = "ocstandin123"
PREFIXES = {"DAV:": "d", "http://owncloud.org/ns": "oc", "http://nextcloud.org/ns": "nc"}
USUAL = ["{DAV:}resourcetype", "{DAV:}getlastmodified", "{DAV:}getcontentlength", "{DAV:}getcontenttype"] + [
    "{DAV:}getetag",
    "{DAV:}quota-used-bytes",
    "{DAV:}quota-available-bytes",
]


@dataclass(frozen=True)
class View:
    """Whose files are seen, and at which address."""

    tree: Tree
    person: Person
    base: str

    def href(self, node: Node) -> str:
        """The address of a node, as Nextcloud writes it."""
        text = self.base + "".join("/" + quote(os.fsencode(name), safe="!$&'()*+,;=:@~") for name in node.names)
        return text + "/" if node.is_folder else text

    def available(self) -> int:
        """The bytes that are left; -3 for no limit."""
        return -3 if self.person.quota is None else max(0, self.person.quota - self.tree.size_below())


def asked_for(body: bytes) -> list[str]:
    """The names of the properties that a PROPFIND wants."""
    if not body:
        return USUAL
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The XML of the request is broken") from error
    wanted = root.find("{DAV:}prop")
    return USUAL if wanted is None else [one.tag for one in wanted]


def permissions(node: Node) -> str:
    """What the owner may do, in letters."""
    if not node.names:
        return "RGDNVCK"
    return "RGDNVCK" if node.is_folder else "RGDNVW"


def value(name: str, node: Node, view: View) -> str | None:
    """The content of a property, as XML; None if the node doesn't have it."""
    match name:
        case "{DAV:}resourcetype":
            return "<d:collection/>" if node.is_folder else ""
        case "{DAV:}getlastmodified":
            return formatdate(node.modified, usegmt=True)
        case "{DAV:}getcontentlength":
            return None if node.is_folder else str(node.size)
        case "{DAV:}getcontenttype":
            guess = mimetypes.guess_type(node.names[-1])[0] if node.names else None
            return None if node.is_folder else guess or "application/octet-stream"
        case "{DAV:}getetag":
            return f"&quot;{node.etag}&quot;"
        case "{DAV:}displayname":
            return escape(clean(node.names[-1] if node.names else view.person.name))
        case "{DAV:}quota-used-bytes":
            return str(view.tree.size_below(node.names)) if node.is_folder else None
        case "{DAV:}quota-available-bytes":
            return str(view.available()) if node.is_folder else None
        case "{DAV:}supportedlock" | "{DAV:}lockdiscovery":
            return ""
    return own_value(name, node, view)


def own_value(name: str, node: Node, view: View) -> str | None:
    """The same for properties that only Nextcloud has."""
    match name:
        case "{http://owncloud.org/ns}id":
            return f"{node.number:08}{INSTANCE}"
        case "{http://owncloud.org/ns}fileid":
            return str(node.number)
        case "{http://owncloud.org/ns}permissions":
            return permissions(node)
        case "{http://owncloud.org/ns}size":
            return str(view.tree.size_below(node.names) if node.is_folder else node.size)
        case "{http://owncloud.org/ns}checksums":
            return f"<oc:checksum>{escape(node.checksums)}</oc:checksum>" if node.checksums else None
        case "{http://owncloud.org/ns}favorite":
            return "0"
        case "{http://owncloud.org/ns}share-types" | "{http://owncloud.org/ns}data-fingerprint":
            return ""
        case "{http://owncloud.org/ns}owner-id" | "{http://owncloud.org/ns}owner-display-name":
            return escape(view.person.name)
    return None


def element(name: str, content: str) -> str:
    """A property with its content."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    if namespace in PREFIXES:
        tag, declaration = f"{PREFIXES[namespace]}:{local}", ""
    else:
        tag, declaration = f"x:{local}", f" xmlns:x={quoteattr(namespace)}"
    return f"<{tag}{declaration}>{content}</{tag}>" if content else f"<{tag}{declaration}/>"


def response(names: list[str], node: Node, view: View) -> str:
    """The `response` of a node: what it has, and what it hasn't."""
    values = {name: value(name, node, view) for name in names}
    had = "".join(element(name, content) for name, content in values.items() if content is not None)
    missing = "".join(element(name, "") for name, content in values.items() if content is None)
    text = f"<d:response><d:href>{escape(view.href(node))}</d:href>"
    if had or not missing:
        text += f"<d:propstat><d:prop>{had}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
    if missing:
        text += f"<d:propstat><d:prop>{missing}</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
    return text + "</d:response>"


def multistatus(responses: Iterable[str]) -> Iterator[bytes]:
    """A multi-status, piece by piece."""
    yield (
        b'<?xml version="1.0"?>\n<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns" '
        b'xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">'
    )
    for one in responses:
        yield one.encode()
    yield b"</d:multistatus>\n"


def nodes(view: View, names: Names, depth: str) -> Iterator[Node]:
    """The node itself and, with depth 1, what is in it."""
    node = view.tree.existing(names)
    yield node
    if node.is_folder and depth != "0":
        yield from view.tree.children(names)


def clean(name: str) -> str:
    """A name that can stand in XML."""
    return os.fsencode(name).decode(errors="replace")
