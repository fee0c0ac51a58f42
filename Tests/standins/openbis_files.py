"""Files of datasets in the stand-in for openBIS: their listing, and the plain download (reference `openbis.md` 4.9, 4.10)."""

import re
from collections.abc import Iterator
from html import escape
from http import HTTPStatus
from typing import Any

from openbis_contents import PIECE, Contents
from openbis_criteria import Reader, as_list
from openbis_entities import DataSet, Sort, StoredFile
from openbis_faults import Failure
from openbis_messages import Answer, Request, page_answer
from openbis_people import Person
from openbis_registry import Registry
from openbis_search import page, result
from openbis_sessions import Sessions
from openbis_views import View, Views, perm_id

DOWNLOAD = "/datastore_server/"


class Files:
    """What is in datasets."""

    def __init__(self, registry: Registry, sessions: Sessions, contents: Contents) -> None:
        self.registry, self.sessions, self.contents = registry, sessions, contents
        self.reader = Reader(registry)
        self._trees: dict[str, dict[str, StoredFile]] = {}
        # The real one sends whole files always.
        self.gives_ranges = False

    def tree(self, data_set: DataSet) -> dict[str, StoredFile]:
        """All files and folders of a dataset by path, the top (the empty path) first; a dataset never changes."""
        if data_set.perm_id in self._trees:
            return self._trees[data_set.perm_id]
        found = self._trees[data_set.perm_id] = {"": StoredFile("", is_folder=True)}
        for file in data_set.files:
            for cut in re.finditer("/", file.path):
                folder = file.path[: cut.start()]
                found.setdefault(folder, StoredFile(folder, is_folder=True))
            found[file.path] = file
        return found

    def search(self, person: Person, views: Views, criteria: View, options: View | None = None) -> View:
        """`searchFiles`: files and folders of the datasets that the criteria inside name."""
        tests = [self.reader.of(one) for one in as_list(criteria.get("criteria"))]
        every = any if str(criteria.get("operator") or "AND").upper() == "OR" else all
        sets = [one for one in self.registry.visible(person, Sort.DATA_SET) if every(test(one) for test in tests)]
        store = views.store()
        found = [(one, file) for one in sets for file in self.tree(one).values()]
        return result([self.view(one, file, store) for one, file in page(found, options)], len(found))

    def listed(self, person: Person, code: str, start: str, is_deep: bool) -> list[View]:
        """`listFilesForDataSet` of the data store's first API: what is below a path, or the file itself."""
        data_set = self.registry.find(DataSet, code)
        if data_set is None or not person.sees(data_set.space):
            raise Failure(f"Data set {code} unknown or not accessible.")
        top = start.strip("/")
        below = f"{top}/" if top else ""
        return [
            {
                "@type": "FileInfoDssDTO",
                "isDirectory": file.is_folder,
                "pathInDataSet": path,
                "pathInListing": path.removeprefix(below) or path,
                "fileSize": file.size,
                "crc32Checksum": signed(file),
            }
            for path, file in self.tree(data_set).items()
            if (path == top and not file.is_folder)
            or (path and path.startswith(below) and (is_deep or "/" not in path.removeprefix(below)))
        ]

    def view(self, data_set: DataSet, file: StoredFile, store: View) -> View:
        """A file or folder; the checksum is signed."""
        owner = perm_id(Sort.DATA_SET, data_set.perm_id)
        return {
            "@type": "dss.dto.datasetfile.DataSetFile",
            "permId": {
                "@type": "dss.dto.datasetfile.id.DataSetFilePermId",
                "dataSetId": owner,
                "filePath": file.path,
            },
            "dataSetPermId": owner,
            "dataStore": store,
            "path": file.path,
            "directory": file.is_folder,
            "fileLength": file.size,
            "checksumCRC32": signed(file),
            "checksum": None,
            "checksumType": None,
        }

    def download(self, request: Request) -> Answer:
        """`GET /datastore_server/DATASET/PATH?sessionID=TOKEN`; what is wrong is told by a page with status 200."""
        person = self.sessions.find(request.first("sessionID"))
        if person is None:
            return page_answer("openBIS", "Download session expired.")
        code, _, path = request.path.removeprefix(DOWNLOAD).partition("/")
        data_set = self.registry.find(DataSet, code)
        if data_set is None or not person.sees(data_set.space):
            return page_answer("openBIS", f"Data set '{escape(code)}' unknown or not accessible.")
        if data_set.status == "ARCHIVED":
            return page_answer("openBIS", f"Data set '{escape(code)}' is not available: it is archived.")
        files = self.tree(data_set)
        file = files.get(path.strip("/"))
        if file is None:
            return page_answer("openBIS", f"File '{escape(path)}' does not exist.")
        if file.is_folder:
            return page_answer("Data Set Download", f"Contents of {escape(code)}/{escape(path)}: {len(files) - 1}")
        return self.send(file, request.headers.get("range", ""))

    def send(self, file: StoredFile, wanted: str) -> Answer:
        """A file, or a part of it (RFC 9110 section 14) if parts are given at all."""
        kind = ("Content-Type", "application/octet-stream")
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted) if self.gives_ranges else None
        if found is None:
            return Answer(headers=(kind,), pieces=self.contents.pieces(file), length=file.size)
        first = int(found[1])
        last = min(int(found[2] or file.size), file.size - 1)
        if first > last:
            told = ("Content-Range", f"bytes */{file.size}")
            return Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=(told,))
        told = ("Content-Range", f"bytes {first}-{last}/{file.size}")
        pieces = self.part(file, first, last + 1)
        return Answer(HTTPStatus.PARTIAL_CONTENT, headers=(kind, told), pieces=pieces, length=last + 1 - first)

    def part(self, file: StoredFile, start: int, end: int) -> Iterator[bytes]:
        """Some of a content."""
        for offset in range(start, end, PIECE):
            yield self.contents.read(file, offset, min(PIECE, end - offset))

    def of(self, person: Person, told: Any) -> tuple[DataSet, StoredFile]:
        """The file that an id names; its path begins with its dataset's code."""
        code, _, path = str(told.get("filePath") if isinstance(told, dict) else told).partition("/")
        data_set = self.registry.find(DataSet, code)
        if data_set is None or not person.sees(data_set.space):
            raise Failure(f"Data set {code} unknown or not accessible.")
        file = self.tree(data_set).get(path)
        if file is None:
            raise Failure(f"File {path} does not exist in data set {code}.")
        return data_set, file


def signed(file: StoredFile) -> int | None:
    """The checksum as Java has it: a number of 32 bits with a sign."""
    return None if file.is_folder else file.crc32 - ((file.crc32 & 1 << 31) << 1)
