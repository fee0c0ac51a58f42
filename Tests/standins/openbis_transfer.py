"""The fast download of the stand-in for openBIS: files in numbered chunks, over several streams (reference `openbis.md` 4.10)."""

import json
import re
import secrets
import struct
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from openbis_contents import PIECE
from openbis_entities import StoredFile
from openbis_faults import Failure
from openbis_files import Files
from openbis_messages import Answer, Request, json_answer
from openbis_people import Person
from openbis_sessions import Sessions
from openbis_views import View

TRANSFER = "/datastore_server/file-transfer"
MOST_STREAMS = 25
HEAD = struct.Struct(">IHBHQI")
OCTETS = (("Content-Type", "application/octet-stream"),)


@dataclass(frozen=True)
class Chunk:
    """A part of a file, or a folder without content."""

    item: str
    file: StoredFile
    offset: int
    size: int


@dataclass
class Transfer:
    """A download session: its chunks by number, and the numbers that are asked for and not yet sent."""

    token: str
    chunks: list[Chunk]
    streams: list[str]
    wanted: deque[int] = field(default_factory=deque)


class Transfers:
    """The download sessions there are."""

    def __init__(self, files: Files, sessions: Sessions, url: str) -> None:
        self.files, self.sessions, self.url = files, sessions, url
        # What `createFastDownloadSession` has given: the token with which that was asked for.
        self.granted: dict[str, str] = {}
        self.transfers: dict[str, Transfer] = {}

    def create(self, token: str, person: Person, ids: list[Any], options: View) -> View:
        """`createFastDownloadSession`: where to ask, and as whom."""
        for one in ids:
            self.files.of(person, one)
        name = secrets.token_hex(16)
        self.granted[name] = token
        return {
            "@type": "dss.dto.datasetfile.fastdownload.FastDownloadSession",
            "downloadUrl": f"{self.url}{TRANSFER}",
            "fileTransferUserSessionId": name,
            "files": ids,
            "options": options,
        }

    def name(self, request: Request) -> str:
        """Which of the four methods is asked for."""
        try:
            return f"transfer.{one(request.json(), 'method')}"
        except Failure:
            return "transfer"

    def answer(self, request: Request) -> Answer:
        """One of the four."""
        told = request.json()
        match one(told, "method"):
            case "startDownloadSession":
                return json_answer(self.start(told))
            case "queue":
                self.queue(self.transfer(told), one(told, "ranges"))
                return Answer()
            case "download":
                count = int(one(told, "numberOfChunks", "1"))
                return self.download(self.transfer(told), one(told, "downloadStreamId"), count)
            case "finishDownloadSession":
                self.transfers.pop(one(told, "downloadSessionId"), None)
                return Answer()
        raise Failure("there is no such method")

    def start(self, told: View) -> View:
        """A session: which numbers the chunks of each item have, and names for streams."""
        token = self.granted.get(one(told, "userSessionId"))
        person = self.sessions.person_of(token)
        names = one(told, "downloadItemIds")
        items = json.loads(names) if one(told, "version", "1") == "2" else re.split(", ?", names)
        chunks: list[Chunk] = []
        ranges = {}
        for item in items:
            first = len(chunks)
            chunks += self.chunks(person, item)
            ranges[item] = f"{first}:{len(chunks) - 1}"
        streams = max(1, min(int(one(told, "wishedNumberOfStreams", "1")), MOST_STREAMS))
        transfer = Transfer(str(token), chunks, [secrets.token_hex(8) for _ in range(streams)])
        name = secrets.token_hex(16)
        self.transfers[name] = transfer
        return {"downloadSessionId": name, "ranges": ranges, "streamIds": transfer.streams}

    def chunks(self, person: Person, item: str) -> list[Chunk]:
        """A file in chunks: an empty one and a folder have one without content; a folder comes with all below it."""
        data_set, file = self.files.of(person, item)
        if not file.is_folder:
            offsets = range(0, file.size, PIECE) or [0]
            return [Chunk(item, file, offset, min(PIECE, file.size - offset)) for offset in offsets]
        below = f"{file.path}/" if file.path else ""
        found = [Chunk(item, file, 0, 0)]
        for path, other in self.files.tree(data_set).items():
            if path.startswith(below) and path != file.path:
                offsets = range(0, other.size, PIECE) or [0]
                found += [Chunk(item, other, offset, min(PIECE, other.size - offset)) for offset in offsets]
        return found

    def transfer(self, told: View) -> Transfer:
        """A session that is still on; it ends with the session at openBIS."""
        transfer = self.transfers.get(one(told, "downloadSessionId"))
        if transfer is None:
            raise Failure("There is no such download session.")
        self.sessions.person_of(transfer.token)
        return transfer

    def queue(self, transfer: Transfer, ranges: str) -> None:
        """Asks for chunks: `0:0, 1:3`."""
        for text in filter(None, (part.strip() for part in ranges.split(","))):
            found = re.fullmatch(r"(\d+):(\d+)", text)
            if found is None or int(found[2]) >= len(transfer.chunks):
                raise Failure(f"There are no chunks {text}.")
            transfer.wanted.extend(range(int(found[1]), int(found[2]) + 1))

    def download(self, transfer: Transfer, stream: str, count: int) -> Answer:
        """The next chunks; nothing if none is asked for."""
        if stream not in transfer.streams:
            raise Failure("There is no such stream.")
        parts = []
        while transfer.wanted and len(parts) < count:
            number = transfer.wanted.popleft()
            parts.append(self.packed(number, transfer.chunks[number]))
        return Answer(body=b"".join(parts), headers=OCTETS)

    def packed(self, number: int, chunk: Chunk) -> bytes:
        """A chunk as it is sent."""
        item, path = chunk.item.encode(), chunk.file.path.encode()
        content = self.files.contents.read(chunk.file, chunk.offset, chunk.size) if chunk.size else b""
        numbers = HEAD.pack(number, len(item), chunk.file.is_folder, len(path), chunk.offset, len(content))
        head = numbers + item + path
        return head + struct.pack(">Q", zlib.crc32(head)) + content + struct.pack(">Q", zlib.crc32(content))


def one(told: View, name: str, other: str | None = None) -> str:
    """A field, which comes as a list of one text."""
    value = told.get(name, other)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise Failure(f"{name} is missing")
    return value


def refusal(failure: Failure, retriable: bool) -> Answer:
    """Why there is no chunk."""
    return json_answer({"error": str(failure), "exception-class": failure.kind, "retriable": retriable})
