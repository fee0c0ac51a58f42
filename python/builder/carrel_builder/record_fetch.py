"""Downloads the files of a published record; a sole archive is unpacked, as repo2docker does."""

import os
import stat
import urllib.error
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from carrel_builder.hosts import Hosts
from carrel_builder.problems import Problem, Refusal
from carrel_builder.records import SECONDS, RecordFile
from carrel_builder.resolving import resolve
from carrel_builder.runner import Runner
from carrel_builder.words import size

CHUNK = 1 << 20


class RecordFetch:
    """Brings a record's files into a folder, no more than a number of bytes."""

    def __init__(self, runner: Runner, folder: Path, most: int, hosts: Hosts) -> None:
        self.runner = runner
        self.folder = folder
        self.most = most
        self.left = most
        self.hosts = hosts

    def fetch(self, provider: str, spec: str, version: str) -> None:
        """Downloads it, if it still has that version."""
        found = resolve(provider, spec, self.hosts)
        if found["commit"] != version:
            raise Problem("record.version", f"The record has changed: it is {found['commit']} now.", "Launch it again.")
        files = [RecordFile(**file) for file in found["files"]]
        self.folder.mkdir()
        for file in files:
            place = self._place(file.path)
            self.runner.output.say("fetching", f"Fetching {file.path}.")
            self._download(file.url, place)
        if len(files) == 1 and zipfile.is_zipfile(place):
            self._unpack(place, files[0].inside)

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or any(part in ("/", "..") or "\0" in part for part in parts):
            raise Refusal(
                "record.path", f"The record has a file at {path[:120]!r}, which lies outside.", "", path[:200]
            )
        place = self.folder.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _download(self, url: str, place: Path) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refusal("record.answer", "The record has a file that isn't on the web.", "Ask the operator.")
        request = urllib.request.Request(url, headers={"User-Agent": "carrel"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer, place.open("xb") as file:
                while data := answer.read(CHUNK):
                    self._count(len(data))
                    file.write(data)
        except (urllib.error.URLError, TimeoutError) as error:
            raise Problem("record.unreachable", f"{place.name} can't be downloaded.", "Try again later.") from error

    def _unpack(self, archive: Path, inside: str) -> None:
        """What is in the archive, without the single folder that most have around it."""
        self.runner.output.say("fetching", f"Unpacking {archive.name}.")
        beside = self.folder.with_name(".work") / "archive"
        try:
            with zipfile.ZipFile(archive) as content:
                for entry in content.infolist():
                    self._extract(content, entry, beside)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise Problem("record.archive", f"{archive.name} can't be unpacked.", "Download it and look.") from error
        archive.unlink()
        top = beside / inside if inside else beside
        names = os.listdir(top) if top.is_dir() else []
        if not inside and len(names) == 1 and (top / names[0]).is_dir():
            top = top / names[0]
        for path in top.iterdir() if top.is_dir() else []:
            path.rename(self.folder / path.name)

    def _extract(self, content: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path) -> None:
        """Plain files and folders only: no links, and nothing outside."""
        parts = PurePosixPath(entry.filename).parts
        mode = entry.external_attr >> 16
        if not parts or any(part in ("/", "..") for part in parts) or stat.S_ISLNK(mode):
            name = entry.filename[:120]
            raise Refusal("record.path", f"The archive holds {name!r}, a link or a file outside of it.", "", name)
        place = into.joinpath(*parts)
        if entry.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with content.open(entry) as source, place.open("xb") as file:
            while data := source.read(CHUNK):
                self._count(len(data))
                file.write(data)
        if mode & 0o111:
            place.chmod(0o755)

    def _count(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise Problem(
                "repository.large",
                f"The record has more than {size(self.most)}, which is the most that is fetched.",
                "Keep large data elsewhere and download it in the notebook.",
            )
        self.runner.check_deadline()
