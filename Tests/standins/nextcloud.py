"""A stand-in for Nextcloud (EUDAT B2DROP): a server for tests, with files on this machine's disk.

    with Nextcloud(folder) as cloud:
        cloud.people.add("anna", "app password")
        …                                                   # files are at cloud.files("anna")
        cloud.faults.add(Fault(Kind.STATUS, ["PUT"], status=507))   # the next PUT
        cloud.maintenance = True
        cloud.stop(); cloud.start()                         # the same port

Run by itself it prints its address and serves until it is interrupted; README.md tells what the address `/-/` takes:

    python Tests/standins/nextcloud.py --port 9000 --folder /tmp/cloud --user anna:secret
"""

import argparse
import json
import signal
import socket
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote

import nextcloud_dav
import nextcloud_uploads
from nextcloud_conditions import Locks
from nextcloud_dav import Place
from nextcloud_errors import Refusal
from nextcloud_faults import Fault, Faults
from nextcloud_http import Answer, Door, Request, json_answer
from nextcloud_people import People, Person
from nextcloud_properties import View
from nextcloud_tree import Names, Tree

VERSION = "25.0.3.2"


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Nextcloud:
    """The server, on 127.0.0.1; over TLS if a file with a certificate and its key is given."""

    def __init__(
        self, folder: Path, port: int | None = None, certificate: Path | None = None, *, locks: bool = False
    ) -> None:
        self.folder, self.port, self.certificate = folder, port or free_port(), certificate
        self.url = f"{'http' if certificate is None else 'https'}://127.0.0.1:{self.port}"
        self.people, self.faults, self.locks = People(), Faults(), Locks()
        self.offers_locks = locks
        self.maintenance = False
        self.seen: list[dict[str, Any]] = []
        self.trees: dict[str, Tree] = {}
        self.scratch = folder / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)
        self._door: Door | None = None

    # The life of it

    def start(self) -> Self:
        """Listens; files stay when it was stopped."""
        if self._door is None:
            self._door = Door(("127.0.0.1", self.port), self.certificate, self)
        return self

    def stop(self) -> None:
        """Closes the port and all connections."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def files(self, name: str) -> Path:
        """The folder of somebody's files."""
        return self.folder / "files" / name

    def dav(self, name: str) -> str:
        """The address of somebody's files."""
        return f"{self.url}/remote.php/dav/files/{quote(name)}"

    def note(self, request: Request, status: int) -> None:
        """Keeps what was asked and answered; the last ten thousand."""
        told = {"method": request.method, "path": request.path, "status": status}
        self.seen.append(told | {"range": request.headers.get("Range")})
        del self.seen[:-10_000]

    # Answers

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        parts = [part for part in request.path.split("/") if part]
        match parts:
            case ["status.php"]:
                return json_answer(self.status())
            case _ if self.maintenance:
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "System is in maintenance mode.", Retry_After="120")
            case ["ocs", version, "cloud", what] if what in ("capabilities", "user"):
                return self.cloud(version, what, request)
            case ["remote.php", "dav", "files", name, *names]:
                return nextcloud_dav.answer(self.place(request, f"/remote.php/dav/files/{quote(name)}", name, names))
            case ["remote.php", "dav", "uploads", name, *rest]:
                place = self.place(request, f"/remote.php/dav/files/{quote(name)}", name, [])
                return nextcloud_uploads.answer(self.folder / "uploads" / name, tuple(rest), place)
            case ["remote.php", "webdav", *names]:
                return nextcloud_dav.answer(self.place(request, "/remote.php/webdav", None, names))
        raise Refusal(HTTPStatus.NOT_FOUND, "Page not found")

    def place(self, request: Request, base: str, name: str | None, names: list[str]) -> Place:
        """Whose files a request is about, if that person asks."""
        person = self.people.sign_in(request.headers.get("Authorization"))
        if name is not None and name != person.name:
            raise Refusal(HTTPStatus.NOT_FOUND, f"File not found: {name} in 'files'")
        if any(one in (".", "..") or "\0" in one for one in names):
            raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid path")
        tree = self.trees.setdefault(person.name, Tree(self.files(person.name)))
        view = View(tree, person, base)
        return Place(view, self.names(names), request, self.locks, self.scratch, self.offers_locks)

    @staticmethod
    def names(parts: list[str]) -> Names:
        """Names from the top down."""
        return tuple(parts)

    def status(self) -> dict[str, Any]:
        """What everybody may know."""
        return {
            "installed": True,
            "maintenance": self.maintenance,
            "needsDbUpgrade": False,
            "version": VERSION,
            "versionstring": "25.0.3",
            "edition": "",
            "productname": "Nextcloud",
            "extendedSupport": False,
        }

    def cloud(self, version: str, what: str, request: Request) -> Answer:
        """Nextcloud's own interface, OCS; in JSON only."""
        if request.headers.get("OCS-APIRequest", "").lower() != "true":
            raise Refusal(HTTPStatus.PRECONDITION_FAILED, "CSRF check failed")
        if parse_qs(request.query).get("format") != ["json"]:
            raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "This stand-in speaks JSON only")
        person = self.people.sign_in(request.headers.get("Authorization"))
        code = 100 if version == "v1.php" else 200
        data = self.user(person) if what == "user" else self.capabilities()
        return json_answer({"ocs": {"meta": {"status": "ok", "statuscode": code, "message": "OK"}, "data": data}})

    def user(self, person: Person) -> dict[str, Any]:
        """Who asks."""
        used = Tree(self.files(person.name)).size_below()
        free = -3 if person.quota is None else max(0, person.quota - used)
        quota = {"free": free, "used": used, "total": used + max(0, free), "relative": 0, "quota": person.quota or -3}
        return {"id": person.name, "display-name": person.name.title(), "email": None, "quota": quota}

    @staticmethod
    def capabilities() -> dict[str, Any]:
        """What it can do."""
        major, minor, micro = (int(part) for part in VERSION.split(".")[:3])
        return {
            "version": {"major": major, "minor": minor, "micro": micro, "string": "25.0.3", "edition": ""},
            "capabilities": {
                "core": {"pollinterval": 60, "webdav-root": "remote.php/webdav"},
                "dav": {"chunking": "1.0"},
                "checksums": {"supportedTypes": ["SHA1", "MD5"], "preferredUploadType": "SHA1"},
                "files": {"bigfilechunking": True, "blacklisted_files": [".htaccess"], "undelete": False},
            },
        }

    # What a test asks for

    def control(self, request: Request) -> Answer | None:
        """Faults and settings; None for every other address."""
        if not request.path.startswith("/-/"):
            return None
        match request.method, request.path:
            case "POST", "/-/faults":
                for told in json.loads(request.body()):
                    self.faults.add(Fault.read(told))
            case "DELETE", "/-/faults":
                self.faults.mend()
            case "GET", "/-/requests":
                return json_answer(self.seen)
            case "POST", "/-/settings":
                self.set(json.loads(request.body()))
            case _:
                return json_answer({}, HTTPStatus.NOT_FOUND)
        return json_answer({})

    def set(self, told: dict[str, Any]) -> None:
        """Changes settings: `maintenance`, `passwords`, `quotas`, `throttle_after`, `locked`, `unlocked`."""
        self.maintenance = told.get("maintenance", self.maintenance)
        self.people.throttle_after = told.get("throttle_after", self.people.throttle_after)
        for name, password in told.get("passwords", {}).items():
            self.people.by_name[name] = replace(self.people.by_name[name], password=password)
        for name, quota in told.get("quotas", {}).items():
            self.people.by_name[name] = replace(self.people.by_name[name], quota=quota)
        for name, path in told.get("locked", {}).items():
            self.locks.give(name, tuple(path.split("/")), "somebody else", 1800)
        for name, path in told.get("unlocked", {}).items():
            self.locks.take(name, tuple(path.split("/")))


def arguments() -> argparse.Namespace:
    """How it is run by itself."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, help="a free one, if none is given")
    parser.add_argument("--folder", type=Path, required=True, help="where files are kept")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:APPPASSWORD", help="may be repeated")
    parser.add_argument("--certificate", type=Path, help="file with a certificate and its key; without it, plain http")
    parser.add_argument("--locks", action="store_true", help="offer LOCK, as the app files_lock does")
    return parser.parse_args()


def main() -> None:
    """Serves until it is interrupted."""
    told = arguments()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with Nextcloud(told.folder, told.port, told.certificate, locks=told.locks) as cloud:
        for word in told.user:
            name, _, password = word.partition(":")
            cloud.people.add(name, password)
        print(cloud.url, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
