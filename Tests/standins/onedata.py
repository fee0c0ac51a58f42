"""A stand-in for Onedata, as EGI DataHub is one: Onezone and several Oneproviders on this machine, for tests.

    with Onedata() as onedata:
        onedata.zone                                     # "127.0.0.1:PORT", for clients
        onedata.tokens["anna"]["full"]                   # "readonly", "expired", "oneclient", "onezone", "revoked"
        onedata.federation.space_named("climate")        # its files are in .tree
        onedata.faults.add(Fault(Kind.CUT, "bari", "content", after=1000))   # until onedata.faults.mend()
        onedata.stop("bari"); onedata.start("bari")      # the same port

All providers see the same files, as if everything were replicated at once. Run by itself it prints one line of JSON with its
addresses and tokens, and serves until it is interrupted; then it is steered through its control address, by POST of
`{"do": "fault", "kind": "cut", "door": "bari", "call": "content", "after": 1000}` and the like (`onedata_control.py`):

    python onedata.py [--tls] [--port 9443] [--seed FILE] [--folder FOLDER]

With TLS the certificate's authority is in a file that the line names.
"""

import argparse
import json
import signal
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import trustme
from onedata_control import Control
from onedata_faults import Faults
from onedata_federation import Federation
from onedata_http import Door
from onedata_messages import Route
from onedata_provider import OneProvider
from onedata_seed import DEFAULT, sow, tokens_for
from onedata_zone import Zone

ZONE = "zone"


class Onedata:
    """Everything: `zone` and each provider by its name are doors that can be closed and opened."""

    def __init__(
        self,
        seed: Mapping[str, Any] = DEFAULT,
        port: int = 0,
        folder: Path | None = None,
        authority: trustme.CA | None = None,
    ) -> None:
        self.federation = Federation(folder)
        self.faults = Faults()
        self.tokens = sow(self.federation, seed)
        self.context: ssl.SSLContext | None = None
        if authority is not None:
            self.federation.scheme = "https"
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.context)
        self.ports = {ZONE: port}
        self.doors: dict[str, Door] = {}
        self.past: dict[str, list[str]] = {}
        self.control: Door | None = None

    # The life of it

    def __enter__(self) -> Self:
        for door in (ZONE, *(one.name for one in self.federation.providers.values())):
            self.start(door)
        self.control = Door("control", 0, None, Control(self).routes(), Faults())
        return self

    def __exit__(self, *_: object) -> None:
        self.faults.mend()
        for door in list(self.doors):
            self.stop(door)
        if self.control:
            self.control.close()
        self.federation.close()

    def start(self, name: str) -> None:
        """Opens a door, at the port that it had before."""
        if name in self.doors:
            return
        door = Door(name, self.ports.get(name, 0), self.context, self.routes(name), self.faults)
        self.ports[name] = door.server_address[1]
        self.doors[name] = door
        if name != ZONE:
            self.federation.provider_named(name).domain = self.address(name)

    def stop(self, name: str) -> None:
        """Closes a door and its connections; Onezone doesn't notice that a provider is gone."""
        door = self.doors.pop(name)
        self.past.setdefault(name, []).extend(door.seen)
        door.close()

    def add_person(self, name: str, *spaces: str) -> None:
        """Somebody who is a member of spaces, with a token of each sort."""
        user = self.federation.add_user(name)
        for space in spaces:
            self.federation.space_named(space).members.add(user.id)
        self.tokens[name] = tokens_for(self.federation, name)

    def routes(self, name: str) -> list[Route]:
        """The calls behind a door."""
        if name == ZONE:
            return Zone(self.federation).routes()
        return OneProvider(self.federation, self.federation.provider_named(name)).routes()

    # Where it is, and what came

    def address(self, name: str) -> str:
        """Host and port of a door."""
        return f"127.0.0.1:{self.ports[name]}"

    @property
    def zone(self) -> str:
        """Host and port of Onezone."""
        return self.address(ZONE)

    def seen(self, name: str) -> list[str]:
        """The names of the calls that came to a door, in order."""
        door = self.doors.get(name)
        return self.past.get(name, []) + (door.seen if door else [])

    def description(self) -> dict[str, Any]:
        """What whoever started it needs to know."""
        return {
            "onezone": f"{self.federation.scheme}://{self.zone}",
            "control": f"http://127.0.0.1:{self.control.server_address[1] if self.control else 0}/control",
            "providers": {one.name: one.domain for one in self.federation.providers.values()},
            "tokens": self.tokens,
        }


def arguments() -> argparse.Namespace:
    """How it is run by itself."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="of Onezone; a free one, if none is given")
    parser.add_argument("--tls", action="store_true", help="HTTPS with a certificate made for this run")
    parser.add_argument("--seed", type=Path, help="JSON with users, providers, spaces; see onedata_seed.py")
    parser.add_argument("--folder", type=Path, help="where contents are kept; a temporary one, if none is given")
    return parser.parse_args()


def main() -> None:
    """Serves until it is interrupted."""
    told = arguments()
    seed = json.loads(told.seed.read_text()) if told.seed else DEFAULT
    authority = trustme.CA() if told.tls else None
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with (
        tempfile.TemporaryDirectory(prefix="onedata-") as folder,
        Onedata(seed, told.port, told.folder, authority) as it,
    ):
        description = it.description()
        if authority is not None:
            description["authority"] = f"{folder}/authority.pem"
            authority.cert_pem.write_to_path(description["authority"])
        print(json.dumps(description), flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
