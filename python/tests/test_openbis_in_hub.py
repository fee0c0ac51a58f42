"""The openBIS buttons in a server of a hub: there if there is an openBIS to speak to, and at no cost for the server's start."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from hub_stand_in import HubStandIn, running
from openbis import OpenBIS
from openbis_faults import Fault, Kind
from single_user import Server, started

SHOWN = '"carrelOpenbis": "shown"'


@contextmanager
def server(environment: Path, **changes: str) -> Iterator[Server]:
    """A server as the hub starts it."""
    folder = Path(tempfile.mkdtemp(prefix="carrel-"))
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with (
        running(hub, folder / "hub.sock") as serving,
        started(command, hub, serving.api_url, folder, **changes) as one,
    ):
        yield one
    shutil.rmtree(folder)


@pytest.fixture
def trust(tmp_path: Path) -> tuple[trustme.CA, str]:
    authority = trustme.CA()
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, str(path)


def test_a_hub_without_openbis_shows_no_buttons(environment: Path) -> None:
    with server(environment) as one:
        assert SHOWN not in one.ask("GET", "lab").text
        assert one.ask("GET", "openbis/conns").status == 404


def test_the_hubs_openbis_is_connected_and_never_asked_at_the_start(
    environment: Path, tmp_path: Path, trust: tuple[trustme.CA, str]
) -> None:
    authority, path = trust
    with OpenBIS(tmp_path / "openbis", authority=authority) as openbis:
        token = openbis.sessions.begin("alice")
        openbis.faults.add(Fault(Kind.SLOW))
        openbis.seen.clear()
        variables = {"OPENBIS_URL": openbis.url, "OPENBIS_TOKEN": token, "REQUESTS_CA_BUNDLE": path}
        with server(environment, **variables) as one:
            assert SHOWN in one.ask("GET", "lab").text
            assert openbis.seen == []
            openbis.faults.mend()
            [told] = one.ask("GET", "openbis/conns").json()["connections"]
            assert (told["status"], told["username"], told["url"]) == ("connected", "alice", openbis.url)
            # Another session by the hub, in a server that runs.
            openbis.sessions.expire()
            folder = one.folder / "home/.pybis"
            folder.mkdir(exist_ok=True)
            (folder / "localhost.token").write_text(openbis.sessions.begin("alice"))
            [told] = one.ask("GET", "openbis/conns").json()["connections"]
            assert told["status"] == "connected"
