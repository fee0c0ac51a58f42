"""Chunked uploads, version 2, in the stand-in for Nextcloud: parts in a folder, and a `.file` that is moved."""

import re
import secrets
import shutil
from http import HTTPStatus
from pathlib import Path

from nextcloud_conditions import check_if
from nextcloud_dav import Place
from nextcloud_errors import Refusal
from nextcloud_http import Answer
from nextcloud_tree import PART, save

IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,128}")
PART_NAME = re.compile(r"[0-9]{1,20}(-[0-9]{1,20})?")


def answer(folder: Path, rest: tuple[str, ...], place: Place) -> Answer:
    """The answer to a request below `uploads/USER`; `place` is where `Destination` leads, as far as there is one."""
    method = place.request.method
    if not rest or not IDENTIFIER.fullmatch(rest[0]):
        raise Refusal(HTTPStatus.FORBIDDEN)
    upload = folder / rest[0]
    if len(rest) == 1 and method == "MKCOL":
        return make(upload, place)
    if not upload.is_dir():
        raise Refusal(HTTPStatus.NOT_FOUND, "The upload could not be located")
    match method, rest[1:]:
        case "DELETE", ():
            shutil.rmtree(upload)
            return Answer(HTTPStatus.NO_CONTENT)
        case "PUT", (name,) if PART_NAME.fullmatch(name):
            return take(upload / name, place)
        case "MOVE", (".file",):
            return assemble(upload, place)
    raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED)


def make(upload: Path, place: Place) -> Answer:
    """A new upload."""
    if upload.exists():
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The resource you tried to create already exists")
    require_room(place)
    upload.mkdir(parents=True)
    return Answer(HTTPStatus.CREATED)


def take(part: Path, place: Place) -> Answer:
    """A part; it counts only when all of it came."""
    length = place.request.headers.get("Content-Length")
    require_room(place)
    coming = part.with_name(f"coming-{secrets.token_hex(8)}")
    try:
        size = save(place.request.read, coming)
        if not place.request.is_whole() or (length is not None and size != int(length)):
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Expected filesize of {length} bytes but read {size} bytes")
        was_there = part.exists()
        coming.replace(part)
    finally:
        coming.unlink(missing_ok=True)
    return Answer(HTTPStatus.NO_CONTENT if was_there else HTTPStatus.CREATED)


def require_room(place: Place) -> None:
    """Refuses an upload that says that it is more than the quota."""
    total = place.request.headers.get("OC-Total-Length", "")
    if total.isdecimal():
        place.require_room(int(total))


def assemble(upload: Path, place: Place) -> Answer:
    """Makes a file of the parts, in the order of their names."""
    target = place.destination()
    place.tree.require_parent(target)
    parts = sorted((one for one in upload.iterdir() if PART_NAME.fullmatch(one.name)), key=lambda one: one.name)
    size = sum(one.stat().st_size for one in parts)
    total = place.request.headers.get("OC-Total-Length")
    if total is not None and int(total) != size:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"Chunks on server do not sum up to {total} but to {size} bytes")
    place.require_room(size)
    check_if(place.request.headers.get("If"), target, place.names_of, place.tree.node, place.lock_of)
    place.require(target)
    there = place.tree.node(target)
    if there is not None and place.request.headers.get("Overwrite", "T") == "F":
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "The destination node already exists")
    if there is not None and there.is_folder:
        raise Refusal(HTTPStatus.CONFLICT, "A folder is in the way")
    whole = place.scratch / f"file-{secrets.token_hex(8)}"
    with whole.open("wb") as file:
        for one in parts:
            with one.open("rb") as source:
                shutil.copyfileobj(source, file, PART)
    told = place.finish_upload(whole, target)
    shutil.rmtree(upload)
    return told
