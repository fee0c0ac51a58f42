"""A stand-in for openBIS, application server and data store server at one address, for tests.

    with OpenBIS(folder, authority=trustme.CA()) as openbis:
        openbis.url                                       # "https://localhost:PORT"; http without an authority
        openbis.set_version("7.0")                        # "3.5" and "3.6", too
        token = openbis.sessions.begin("alice")           # or login with the password, which is the name
        openbis.sessions.expire()                         # all sessions are over
        openbis.faults.add(Fault(Kind.CUT, "download", after=1000, times=1))   # until openbis.faults.mend()
        openbis.contents.room = openbis.contents.used     # the disk is full
        openbis.stop(); openbis.start()                   # the same port, the same datasets; sessions are over

Calls have the names of their methods; besides those there are `upload` (to the workspace of a session), `download` (plain),
and `transfer.startDownloadSession`, `transfer.queue`, `transfer.download`, `transfer.finishDownloadSession`.

Run by itself it prints one line of JSON with its address and people, and serves until it is interrupted; it is steered by
POST of JSON to `/standin/fault`, `/standin/expire` and the others in `openbis_control.py`:

    python openbis.py [--tls] [--port 8443] [--folder FOLDER] [--seed FILE] [--version 3.6] [--references]

With TLS the certificate's authority is in a file that the line names; it stays the same if the folder does.
"""

import argparse
import json
import signal
import ssl
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import trustme
from openbis_calls import VERSIONS, Calls
from openbis_contents import Contents
from openbis_control import CONTROL, Control
from openbis_entities import DataSet, Sort
from openbis_faults import Failure, Faults
from openbis_files import DOWNLOAD, Files
from openbis_http import Door
from openbis_journal import Journal
from openbis_messages import Answer, Call, Request, error, masked, numbered, page_answer, resolved, result
from openbis_people import Person
from openbis_registry import Registry
from openbis_seed import DEFAULT, sow
from openbis_sessions import AccessToken, Sessions
from openbis_transfer import TRANSFER, Transfers, refusal
from openbis_types import EntityType
from openbis_uploads import UPLOAD, Uploads

AS_V3 = "/openbis/openbis/rmi-application-server-v3.json"
AS_V1 = "/openbis/openbis/rmi-query-v1.json"
# Old clients ask here whether a session is active.
GENERAL_V1 = "/openbis/openbis/rmi-general-information-v1.json"
DSS_V1 = "/datastore_server/rmi-dss-api-v1.json"
DSS_V3 = "/datastore_server/rmi-data-store-server-v3.json"


class OpenBIS:
    """The server, on 127.0.0.1. What it holds is in a folder, and is there again for the next one."""

    def __init__(
        self,
        folder: Path,
        seed: Mapping[str, Any] = DEFAULT,
        port: int = 0,
        authority: trustme.CA | None = None,
    ) -> None:
        self.folder, self.port = folder, port
        self.lock = threading.RLock()
        self.faults = Faults()
        # What was asked for, without tokens: call, user, parameters.
        self.seen: list[dict[str, Any]] = []
        self.gives_references = False
        self.context: ssl.SSLContext | None = None
        if authority is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.context)
        self.door: Door | None = None
        self.control = Control(self)
        folder.mkdir(parents=True, exist_ok=True)
        self.remember()
        if self.journal.is_new:
            with self.journal.at_once():
                sow(self, seed)

    def remember(self) -> None:
        """Everything as the journal has it; nobody is signed in."""
        self.journal = Journal(self.folder / "journal")
        self.contents = Contents(self.folder / "contents")
        self.sessions = Sessions(self.journal)
        self.registry = Registry(self.journal, self.sessions.now)
        self.uploads = Uploads(self.folder / "workspaces", self.registry, self.sessions, self.contents)
        self.files = Files(self.registry, self.sessions, self.contents)
        for what, told in self.journal.read():
            match what:
                case "person":
                    self.sessions.people[told["user"]] = Person.read(told)
                case "access":
                    self.sessions.access_tokens[told["token"]] = AccessToken(**told)
                case "type":
                    self.registry.add_type(EntityType.read(told))
                case _:
                    self.registry.recall(what, told)
        sets = self.registry.all[Sort.DATA_SET].values()
        self.contents.used = sum(one.size for one in sets if isinstance(one, DataSet))
        self.calls = Calls(self.registry, self.sessions, self.url)
        self.transfers = Transfers(self.files, self.sessions, self.url)

    # The life of it

    @property
    def url(self) -> str:
        """Where it is; certificates are for names, and clients name their token files by them."""
        return f"http{'s' if self.context else ''}://localhost:{self.port}"

    def start(self) -> Self:
        """Listens."""
        if self.door is None:
            self.door = Door(self.port, self.context, self)
            self.port = self.door.server_address[1]
            self.calls.url = self.transfers.url = self.url
        return self

    def stop(self) -> None:
        """Closes the port and all connections, and forgets what isn't in the folder, as a restart does, but for settings."""
        self.close_door()
        with self.lock:
            self.journal.close()
            version, ranges, room = self.calls.api_version, self.files.gives_ranges, self.contents.room
            ahead, length = self.sessions.ahead, self.sessions.length
            self.remember()
            self.set_version(version)
            self.files.gives_ranges, self.contents.room = ranges, room
            self.sessions.ahead, self.sessions.length = ahead, length

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.faults.mend()
        self.close_door()
        self.journal.close()

    def close_door(self) -> None:
        """Closes the port and all connections."""
        if self.door is not None:
            self.door.close()
            self.door = None

    def set_version(self, version: str) -> None:
        """Which API it speaks: the clients choose how to upload and download by it."""
        if version not in VERSIONS:
            raise Failure(f"there is no version {version}")
        self.calls.api_version = version

    def add_type(self, told: dict[str, Any]) -> None:
        """A type, from now on and after a restart."""
        self.registry.add_type(EntityType.read(told))
        self.journal.write("type", told)

    # Answers

    def name(self, request: Request) -> Call:
        """What is wanted."""
        if request.path.startswith(CONTROL):
            return Call("")
        if request.path in (AS_V3, AS_V1, GENERAL_V1, DSS_V3, DSS_V1):
            try:
                told = request.json()
            except Failure:
                return Call("?", is_remote_call=True)
            return Call(str(told.get("method")), told.get("params"), told.get("id"), is_remote_call=True)
        if request.path == UPLOAD:
            return Call("upload", {name: told for name, told in request.query.items() if name != "sessionID"})
        if request.path == TRANSFER:
            return Call(self.transfers.name(request) if request.body else "transfer", request.path)
        if request.path.startswith(DOWNLOAD) and request.method in ("GET", "HEAD"):
            return Call("download", request.path)
        return Call("?", request.path)

    def respond(self, request: Request, call: Call) -> Answer:
        """Does it, one thing after the other."""
        with self.lock:
            if not call.name:
                return self.control.answer(request)
            self.note(request, call)
            try:
                return self.answer(request, call)
            except Failure as failure:
                return self.refuse(call, failure)

    def answer(self, request: Request, call: Call) -> Answer:
        """The true answer."""
        if request.path == UPLOAD:
            return self.uploads.receive(request)
        if request.path == TRANSFER:
            return self.transfers.answer(request)
        if call.is_remote_call:
            params = [resolved(one) for one in call.params] if isinstance(call.params, list) else []
            try:
                content = self.carry_out(request.path, call.name, params)
            except (TypeError, AttributeError, ValueError) as problem:
                raise Failure(f"{call.name}: {problem}") from problem
            return result(call.number, numbered(content) if self.gives_references else content)
        if call.name == "download":
            return self.files.download(request)
        return page_answer("openBIS", "There is nothing here.", 404)

    def carry_out(self, path: str, method: str, params: list[Any]) -> Any:
        """What a method answers that is called at one of the addresses."""
        if path == AS_V3:
            if method == "logout" and params:
                self.uploads.drop(params[0])
            return self.calls.call(method, params)
        if path == GENERAL_V1 and method == "isSessionActive":
            return self.calls.call(method, params)
        token, *more = params or [None]
        person = self.sessions.person_of(token)
        match path, method:
            case (_, "createReportFromAggregationService") if path == AS_V1:
                return self.uploads.report(token, person, more[-1])
            case (_, "listFilesForDataSet") if path == DSS_V1:
                return self.files.listed(person, *more)
            case (_, "searchFiles") if path == DSS_V3:
                return self.files.search(person, self.calls.views(person), *more)
            case (_, "createFastDownloadSession") if path == DSS_V3:
                return self.transfers.create(token, person, *more)
            case (_, "createUploadedDataSet") if path == DSS_V3:
                return self.uploads.create(token, person, *more)
        raise Failure(f"the stand-in has no method {method} there")

    def refuse(self, call: Call, failure: Failure, retriable: bool = False) -> Answer:
        """Says that it isn't done, as such a call is answered."""
        if call.is_remote_call:
            return error(call.number, failure)
        if call.name.startswith("transfer"):
            return refusal(failure, retriable)
        return page_answer("openBIS", str(failure), 500)

    def note(self, request: Request, call: Call) -> None:
        """Keeps what was asked for, without anything that is secret."""
        token = request.first("sessionID")
        params = call.params
        if call.name in ("login", "loginAs"):
            params = [one if number != 1 else "…" for number, one in enumerate(params or [])]
        elif call.is_remote_call and isinstance(params, list) and params:
            token, params = params[0], params[1:]
        person = self.sessions.find(token) if token and call.name != "isSessionActive" else None
        self.seen.append({"call": call.name, "user": person.user if person else None, "params": masked(params)})


def arguments() -> argparse.Namespace:
    """How it is run by itself."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="a free one, if none is given")
    parser.add_argument("--tls", action="store_true", help="HTTPS with a certificate of an authority of its own")
    parser.add_argument("--folder", type=Path, help="where everything is kept; a temporary one, if none is given")
    parser.add_argument("--seed", type=Path, help="JSON with what there is at first; see openbis_seed.py")
    parser.add_argument("--version", choices=sorted(VERSIONS), default="3.6", help="of the API (%(default)s)")
    parser.add_argument("--references", action="store_true", help="answer with numbers for objects that come again")
    return parser.parse_args()


def authority_in(folder: Path) -> trustme.CA:
    """The authority whose key is in a folder; a new one if there is none yet."""
    certificate, key = folder / "authority.pem", folder / "authority.key"
    if certificate.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    authority = trustme.CA()
    authority.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(certificate))
    return authority


def main() -> None:
    """Serves until it is interrupted."""
    told = arguments()
    seed = json.loads(told.seed.read_text()) if told.seed else DEFAULT
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with tempfile.TemporaryDirectory(prefix="openbis-") as temporary:
        folder = told.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        authority = authority_in(folder) if told.tls else None
        with OpenBIS(folder, seed, told.port, authority) as openbis:
            openbis.set_version(told.version)
            openbis.gives_references = told.references
            description: dict[str, Any] = {"url": openbis.url, "control": f"{openbis.url}{CONTROL}"}
            description["people"] = {one.user: one.password for one in openbis.sessions.people.values()}
            if authority is not None:
                description["authority"] = str(folder / "authority.pem")
            print(json.dumps(description), flush=True)
            signal.sigwait(ends)


if __name__ == "__main__":
    main()
