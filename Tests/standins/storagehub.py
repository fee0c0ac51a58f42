"""A stand-in for D4Science's StorageHub and the realm that gives tokens for it, on this machine, for tests.

    with StorageHub() as hub:
        hub.add_person("anna", "a password")
        hub.add_vre("/d4science.research-infrastructures.eu/FARM/Fishes", {"anna": Access.WRITE_OWNER})
        …                                                 # hub.url + "/workspace", hub.url + TOKEN
        hub.faults.add(Fault(FaultKind.CUT, "GET", "/download", times=1, after=1000))
        hub.faults.mend()
        hub.realm.ahead = 3600                            # tokens that were given are over
        hub.workspaces.people["anna"].quota = 10_000

Run by itself it prints its address and serves until it is interrupted; what a test wants besides is posted as JSON to
`/standin/fault`, `/standin/place` and the others in `storagehub_control.py`:

    python storagehub.py --port 9000 --person anna --person ben --vre /d4science/FARM/Fishes=anna,ben

Everybody's password is their name. Written from the project's notes on StorageHub; what those leave open (how names of
nodes are made, what becomes of taken names) is as in the Java sources of the service.
"""

import argparse
import signal
import socket
from typing import Self

from storagehub_calls import Calls
from storagehub_control import CONTROL, Control
from storagehub_faults import Faults
from storagehub_http import Door
from storagehub_messages import Answer, Request
from storagehub_nodes import Access, Node
from storagehub_tokens import KEYS, TOKEN, Realm
from storagehub_workspace import Person, Workspaces


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class StorageHub:
    """The service, on 127.0.0.1."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.faults = Faults()
        self.workspaces = Workspaces()
        self.realm = Realm(f"{self.url}/auth/realms/d4science")
        self.calls = Calls(self.workspaces, self.realm)
        self.control = Control(self)
        # Method and path of each call, but for those to the control address.
        self.seen: list[str] = []
        self._door: Door | None = None

    def add_person(self, name: str, password: str = "") -> Person:
        """Somebody; the password is the name, if none is told."""
        self.realm.passwords[name] = password or name
        return self.workspaces.add_person(name)

    def add_vre(self, context: str, access: dict[str, Access]) -> Node:
        """A context with a folder and its members."""
        for name in access:
            self.realm.members.setdefault(name, set()).add(context)
        return self.workspaces.add_vre(context, access)

    def respond(self, request: Request) -> Answer:
        """Who answers what."""
        if request.path.startswith(CONTROL):
            return self.control.answer(request)
        self.seen.append(f"{request.method} {request.path}")
        if request.path == TOKEN and request.method == "POST":
            return self.realm.answer(request)
        if request.path == KEYS:
            return self.realm.keys()
        return self.calls.answer(request)

    def start(self) -> Self:
        """Listens; what it knew before it was stopped it still knows."""
        if self._door is None:
            self._door = Door(("127.0.0.1", self.port), self.faults, self.respond)
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


def arguments() -> argparse.Namespace:
    """How it is run by itself."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, help="a free one, if none is given")
    parser.add_argument("--person", action="append", default=[], metavar="NAME", help="may be repeated")
    parser.add_argument("--old-token", action="append", default=[], metavar="TOKEN=NAME", help="one of gCube's")
    parser.add_argument(
        "--vre",
        action="append",
        default=[],
        metavar="CONTEXT=NAME[:ACCESS],…",
        help="with its members, who may change what is theirs if no access is told; may be repeated",
    )
    return parser.parse_args()


def main() -> None:
    """Serves until it is interrupted."""
    told = arguments()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with StorageHub(told.port) as hub:
        for name in told.person:
            hub.add_person(name)
        for word in told.vre:
            context, _, members = word.rpartition("=")
            pairs = (member.partition(":") for member in members.split(",") if member)
            hub.add_vre(context, {name: Access(access or Access.WRITE_OWNER) for name, _, access in pairs})
        for word in told.old_token:
            token, _, name = word.rpartition("=")
            hub.realm.old_tokens[token] = (name, next(iter(hub.workspaces.vres), ""))
        print(hub.url, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
