"""The contents of files in the stand-in for openBIS: small ones with their dataset, larger ones in a folder."""

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from openbis_entities import StoredFile
from openbis_faults import NoRoom

SMALL = 64
PIECE = 1 << 20


class Contents:
    """A folder of contents, each named by its SHA-256. How much there may be of them is a matter of `room`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        # Bytes of all datasets and uploads, and how many there may be; null is without limit.
        self.used = 0
        self.room: int | None = None

    def take_room(self, size: int) -> None:
        """So many more bytes."""
        if self.room is not None and size > 0 and self.used + size > self.room:
            raise NoRoom
        self.used += size

    def file(self, path: str, content: bytes) -> StoredFile:
        """A file of a dataset, with that content."""
        crc = zlib.crc32(content)
        if len(content) <= SMALL:
            return StoredFile(path, len(content), crc, content.hex())
        name = hashlib.sha256(content).hexdigest()
        half = self.folder / f"{name}.half"
        half.write_bytes(content)
        half.replace(self.folder / name)
        return StoredFile(path, len(content), crc, blob=name)

    def adopt(self, path: str, source: Path) -> StoredFile:
        """The same with a file that is there, and is moved."""
        size = source.stat().st_size
        if size <= SMALL:
            return self.file(path, source.read_bytes())
        digest, crc = hashlib.sha256(), 0
        with source.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                crc = zlib.crc32(piece, crc)
        source.replace(self.folder / digest.hexdigest())
        return StoredFile(path, size, crc, blob=digest.hexdigest())

    def read(self, file: StoredFile, offset: int, size: int) -> bytes:
        """A part of a content."""
        if not file.blob:
            return bytes.fromhex(file.inline)[offset : offset + size]
        with (self.folder / file.blob).open("rb") as stored:
            return os.pread(stored.fileno(), size, offset)

    def pieces(self, file: StoredFile) -> Iterator[bytes]:
        """All of it."""
        for offset in range(0, file.size, PIECE):
            yield self.read(file, offset, PIECE)

    def digest(self, file: StoredFile) -> str:
        """Its SHA-256."""
        return file.blob or hashlib.sha256(bytes.fromhex(file.inline)).hexdigest()
