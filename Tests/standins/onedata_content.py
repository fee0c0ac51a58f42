"""Contents of files at a provider of the stand-in for Onedata: ranges, uploads, folders as archives."""

import io
import re
import tarfile
from http import HTTPStatus

from onedata_errors import posix
from onedata_messages import Answer, Request
from onedata_tree import Node, Tree

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def chosen_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a range; None if none was asked for."""
    if header is None:
        return None
    found = RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        raise ValueError
    if found[1] == "":
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    if first > last:
        raise ValueError
    return first, last


def unfit_range(size: int) -> Answer:
    """The answer to a range that isn't there."""
    return Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=(("Content-Range", f"bytes */{size}"),))


def write_body(tree: Tree, node: Node, request: Request, offset: int) -> None:
    """Takes the body as it comes: what was cut off in the middle stays as far as it came."""
    for piece in request.body.pieces():
        tree.write(node, offset, piece)
        offset += len(piece)


class Content:
    """Answers with contents."""

    def answer(self, tree: Tree, node: Node, request: Request, download: str) -> Answer:
        """A file's bytes; for a folder, where its archive is."""
        if node.is_folder:
            return Answer(HTTPStatus.FOUND, headers=(("Location", download),))
        if node.target is not None:
            if request.field("follow_symlinks") == "false":
                data = node.target.encode()
                return Answer(HTTPStatus.OK, (data,), len(data))
            raise posix("enoent")
        kind = ("Content-Type", "application/octet-stream")
        try:
            chosen = chosen_range(request.headers.get("Range"), node.size)
        except ValueError:
            return unfit_range(node.size)
        if chosen is None:
            return Answer(HTTPStatus.OK, tree.read(node, 0, node.size), node.size, (kind,))
        first, last = chosen
        told = ("Content-Range", f"bytes {first}-{last}/{node.size}")
        length = last - first + 1
        return Answer(HTTPStatus.PARTIAL_CONTENT, tree.read(node, first, length), length, (kind, told))

    def archive(self, tree: Tree, node: Node, request: Request) -> Answer:
        """A folder as one file, which can be continued."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            depth = len(node.chain()) - 1
            for one in node.walk():
                entry = tarfile.TarInfo("/".join(part.name for part in one.chain()[depth:]))
                entry.type = tarfile.DIRTYPE if one.is_folder else tarfile.REGTYPE
                entry.size = one.size
                archive.addfile(entry, None if one.is_folder else tree.open(one))
        data = buffer.getvalue()
        try:
            chosen = chosen_range(request.headers.get("Range"), len(data))
        except ValueError:
            return unfit_range(len(data))
        kind = ("Content-Type", "application/x-tar")
        if chosen is None:
            return Answer(HTTPStatus.OK, (data,), len(data), (kind,))
        first, last = chosen
        part = data[first : last + 1]
        told = ("Content-Range", f"bytes {first}-{last}/{len(data)}")
        return Answer(HTTPStatus.PARTIAL_CONTENT, (part,), len(part), (kind, told))
