"""Uploads to the stand-in for openBIS: session workspaces, and datasets made of what lies there (reference `openbis.md` 4.11).

Nothing is registered before all is checked and every content is kept; the last step is one line in the journal.
"""

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from openbis_contents import Contents
from openbis_criteria import as_list, id_of
from openbis_entities import DataSet, Entity, Experiment, Sample, Sort, StoredFile
from openbis_faults import Failure, NotAllowed, NotFound
from openbis_messages import Answer, Request, json_answer
from openbis_people import Person
from openbis_registry import Registry
from openbis_sessions import Sessions
from openbis_types import DATA_SET
from openbis_views import View, perm_id

UPLOAD = "/datastore_server/session_workspace_file_upload"
TOP = "original"


class Uploads:
    """The workspaces of sessions, and what is made of them."""

    def __init__(self, folder: Path, registry: Registry, sessions: Sessions, contents: Contents) -> None:
        self.folder, self.registry, self.sessions, self.contents = folder, registry, sessions, contents
        # Sessions don't outlive the server, so what they left is nobody's.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def workspace(self, token: str) -> Path:
        """The folder of a session; its name doesn't give the token away."""
        return self.folder / hashlib.sha256(token.encode()).hexdigest()[:32]

    def drop(self, token: str) -> None:
        """Removes what a session has uploaded."""
        self.remove(self.workspace(token))

    def remove(self, place: Path) -> None:
        """Removes a file or folder of a workspace, which gives room."""
        files = [place] if place.is_file() else [one for one in place.rglob("*") if one.is_file()]
        self.contents.used -= sum(one.stat().st_size for one in files)
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)

    def receive(self, request: Request) -> Answer:
        """A file, a slice of one, or an empty folder; slices come in any order."""
        token = request.first("sessionID")
        self.sessions.person_of(token)
        target = self.workspace(token) / safe(request.first("filename"))
        start, body = request.number("startByte"), request.body
        is_folder = request.first("emptyFolder").lower() == "true"
        if is_folder:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            held = target.stat().st_size if target.exists() else 0
            end = start + len(body)
            self.contents.take_room(max(end, held) - held)
            with target.open("r+b" if held else "wb") as file:
                file.seek(start)
                file.write(body)
        told = {
            "id": request.number("id"),
            "startByte": start,
            "endByte": request.number("endByte"),
            "filename": request.first("filename"),
            "emptyFolder": is_folder,
            "size": len(body),
            "status": "ok",
        }
        return json_answer(told, "text/json")

    # Registration

    def create(self, token: str, person: Person, told: View) -> View:
        """`createUploadedDataSet`: the one thing below the upload's folder becomes the dataset."""
        place = self.workspace(token) / safe(str(told.get("uploadId") or ""))
        entries = sorted(place.iterdir()) if place.is_dir() else []
        if len(entries) != 1:
            raise Failure(f"Upload folder must contain exactly one entry, and has {len(entries)}.")
        owner = self.owner(person, id_of(told.get("sampleId")), id_of(told.get("experimentId")))
        kind, parents = id_of(told.get("typeId")), [id_of(one) for one in as_list(told.get("parentIds"))]
        data_set = self.register(person, owner, kind, told.get("properties") or {}, parents, place, entries)
        return perm_id(Sort.DATA_SET, data_set.perm_id)

    def report(self, token: str, person: Person, told: View) -> View:
        """`createReportFromAggregationService`, the V1 way: an error is an answer of its own."""
        try:
            data_set = self.register_v1(token, person, told)
        except Failure as failure:
            return {"rows": [[{"value": "Error"}, {"value": str(failure)}, {"value": ""}]]}
        return {"rows": [[{"value": "OK"}, {"value": ""}, {"value": data_set.perm_id}]]}

    def register_v1(self, token: str, person: Person, told: View) -> DataSet:
        """Named files of the workspace; several go into a folder, and a packed folder is unpacked."""
        if told.get("method") != "insertDataSet":
            raise Failure(f"the stand-in has no {told.get('method')}")
        owner = self.owner(person, str(told.get("sampleIdentifier") or ""), str(told.get("experimentIdentifier") or ""))
        workspace = self.workspace(token)
        names = [safe(str(name)) for name in as_list(told.get("fileNames"))]
        found = [workspace / name for name in names]
        for path, name in zip(found, names, strict=True):
            if not path.is_file():
                raise Failure(f"There is no file {name} in the session workspace.")
        if not found:
            raise Failure("A data set needs a file.")
        place = workspace / f"v1-{hashlib.sha256(str(names).encode()).hexdigest()[:16]}"
        top = place / "DEFAULT" if len(found) > 1 else place
        top.mkdir(parents=True)
        for path in found:
            if told.get("isZipDirectoryUpload"):
                self.unpack(path, top)
            else:
                path.replace(top / path.name)
        parents = [str(one) for one in as_list(told.get("parentIdentifiers"))]
        kind, properties = str(told.get("dataSetType")), told.get("properties") or {}
        return self.register(person, owner, kind, properties, parents, place, sorted(place.iterdir()))

    def register(
        self,
        person: Person,
        owner: Experiment | Sample,
        kind: str,
        properties: dict[str, Any],
        parents: list[str],
        place: Path,
        entries: Iterable[Path],
    ) -> DataSet:
        """Checks all, keeps the contents, then registers; the upload is removed."""
        if not person.may_write(owner.space):
            raise NotAllowed(f"{owner.sort}Identifier", owner.identifier)
        self.registry.checked(DATA_SET, kind, properties)
        for parent in parents:
            self.seen(person, self.registry.find(DataSet, parent), "DataSetPermId", parent)
        files = [file for entry in entries for file in self.files_of(entry, place)]
        data_set = self.registry.add_data_set(owner, kind, properties, files, person.user, parents)
        shutil.rmtree(place, ignore_errors=True)
        return data_set

    def files_of(self, entry: Path, place: Path) -> Iterable[StoredFile]:
        """What becomes of an entry of the upload: files, and folders that hold nothing."""
        found = [entry, *sorted(entry.rglob("*"))] if entry.is_dir() else [entry]
        for path in found:
            name = f"{TOP}/{path.relative_to(place).as_posix()}"
            if path.is_file():
                yield self.contents.adopt(name, path)
            elif not any(path.iterdir()):
                yield StoredFile(name, is_folder=True)

    def owner(self, person: Person, sample: str, experiment: str) -> Experiment | Sample:
        """The object or collection, which must be there for the person."""
        if not sample and not experiment:
            raise Failure("A data set must belong to a sample or an experiment.")
        found: Entity | None = None
        if experiment:
            found = self.seen(person, self.registry.find(Experiment, experiment), "ExperimentIdentifier", experiment)
        if sample:
            found = self.seen(person, self.registry.find(Sample, sample), "SamplePermId", sample)
        if not isinstance(found, (Experiment, Sample)):
            raise NotFound("SamplePermId", sample)
        return found

    def seen(self, person: Person, entity: Entity | None, sort: str, name: str) -> Entity:
        """An entity that is there for the person."""
        if entity is None:
            raise NotFound(sort, name)
        if not person.sees(entity.space):
            raise NotAllowed(sort, name)
        return entity

    def unpack(self, packed: Path, target: Path) -> None:
        """A folder that came as a ZIP."""
        with zipfile.ZipFile(packed) as archive:
            for member in archive.infolist():
                path = target / safe(member.filename.rstrip("/"))
                if member.is_dir():
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                content = archive.read(member)
                self.contents.take_room(len(content))
                path.write_bytes(content)
        self.remove(packed)


def safe(name: str) -> PurePosixPath:
    """A relative path that stays where it belongs."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or re.search(r"[\0\\]", name):
        raise Failure(f"'{name}' is no file name.")
    return path
