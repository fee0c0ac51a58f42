"""The stand-in for openBIS is what `jupyter-openbis-server` 0.5.0 and `jupyter-openbis-authenticator` 0.5.5 take it for."""

import os
import pwd
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import trustme
from openbis import OpenBIS
from openbis_console import ENVIRONMENTS, Console, Raised
from openbis_people import Person, Role
from openbis_visitor import Visitor
from requests.adapters import HTTPAdapter
from urllib3 import Retry

AUTHORITY = trustme.CA()
ENVIRONMENT = "pybis-1.37"
# The authenticator wants somebody who is known to the system.
USER = pwd.getpwuid(os.getuid()).pw_name
HEADERS = {"Authorization": "token of-the-test"}


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """A server at which whoever runs the test is a person, too."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        one.sessions.put(Person(USER, "secret", roles={"LAB": Role.USER}))
        yield one


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the authority of the server's certificate."""
    path = tmp_path_factory.mktemp("trust") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


# The authenticator


@pytest.fixture(scope="module")
def hub(openbis: OpenBIS, trust: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Where the authenticator runs; `enter` is what JupyterHub does with a form."""
    with Console(ENVIRONMENT, tmp_path_factory.mktemp("hub"), {"REQUESTS_CA_BUNDLE": trust}) as console:
        console.run(
            """
import asyncio, os
from jupyter_openbis_authenticator import auth
auth.HOME = os.getcwd()
authenticator = auth.OpenbisAuthenticator(server_url=url)

def enter(username="", password="", session=""):
    async def result():
        form = {"username": username, "password": password, "session": session}
        return await authenticator.authenticate(None, form)
    return asyncio.run(result())
""",
            url=openbis.url,
        )
        yield console


def test_somebody_signs_in_with_a_password(openbis: OpenBIS, hub: Console) -> None:
    told = hub.run("enter(user, 'secret')", user=USER)
    assert (told["name"], told["auth_state"]["url"]) == (USER, openbis.url)
    kept = hub.folder / USER / ".pybis/localhost.token"
    assert kept.read_text() == told["auth_state"]["token"]
    assert openbis.sessions.find(kept.read_text()) is openbis.sessions.people[USER]
    assert hub.run("enter(user, 'wrong')", user=USER) is None


def test_somebody_signs_in_with_a_token(openbis: OpenBIS, hub: Console) -> None:
    token = openbis.sessions.begin(USER)
    assert hub.run("enter(session=token)", token=token)["auth_state"]["token"] == token
    now = openbis.sessions.now()
    told = {"sessionName": "hub", "validFromDate": now, "validToDate": now + 86_400_000}
    access = openbis.sessions.create_access(token, told).token
    assert hub.run("enter(session=token)", token=access)["name"] == USER
    openbis.sessions.expire(USER)
    for bad in (token, "nodash", f"{USER}-240101120000000x00000000000000000000000000000000"):
        assert hub.run("enter(session=token)", token=bad) is None
    with pytest.raises(Raised) as raised:
        hub.run("enter(session=token)", token=openbis.sessions.begin("Carl-Otto.B"))
    # There is nobody of that name in the system; the name has both dashes.
    assert (raised.value.kind, "Carl-Otto.B" in raised.value.message) == ("KeyError", True)


# The extension of Jupyter's server


@pytest.fixture(scope="module")
def lab(openbis: OpenBIS, trust: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Jupyter server with the extension, of somebody with a token in their home."""
    home = tmp_path_factory.mktemp("lab")
    token = openbis.sessions.begin("alice")
    (home / ".pybis").mkdir()
    (home / ".pybis/localhost.token").write_text(token)
    (home / "notebook.ipynb").write_text("{}")
    python = ENVIRONMENTS / ENVIRONMENT / "bin/python"
    variables = {"PATH": f"{python.parent}:{os.environ['PATH']}", "HOME": str(home), "REQUESTS_CA_BUNDLE": trust}
    variables |= {"OPENBIS_URL": openbis.url, "OPENBIS_TOKEN": token, "JUPYTER_TOKEN": "of-the-test"}
    command = [
        python,
        "-m",
        "jupyter_server",
        "--no-browser",
        "--port=0",
        f"--ServerApp.root_dir={home}",
        "--allow-root",
    ]
    # When a session is over, the extension asks for a password at the terminal.
    nobody = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=home, env=variables, stdin=nobody, stderr=subprocess.PIPE, text=True) as process:
        address = ""
        for line in process.stderr or ():
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                address = found[0]
            if "Use Control-C" in line:
                break
        rest = threading.Thread(target=lambda: list(process.stderr or ()), daemon=True)
        rest.start()
        # It says so before it listens.
        with requests.Session() as first:
            first.mount(address, HTTPAdapter(max_retries=Retry(connect=50, backoff_factor=0.1, backoff_max=0.5)))
            first.get(f"{address}api", timeout=60).raise_for_status()
        yield address
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
    rest.join(30)


def ask(address: str, method: str, path: str, **more: Any) -> requests.Response:
    """A call of the extension."""
    return requests.request(method, f"{address}openbis/{path}", headers=HEADERS, timeout=60, **more)


def test_the_connection_of_the_environment_is_there(openbis: OpenBIS, lab: str) -> None:
    [one] = ask(lab, "GET", "conns").json()["connections"]
    assert (one["url"], one["status"], one["username"]) == (openbis.url, "connected", "alice")
    assert requests.get(f"{lab}openbis/conns", timeout=60).status_code == 403


def test_connections_come_and_go(openbis: OpenBIS, lab: str) -> None:
    told = {"name": "mine", "url": openbis.url, "username": "bob", "password": "wrong"}
    assert "mine" in [one["name"] for one in ask(lab, "POST", "conns", json=told).json()["connections"]]
    refused = ask(lab, "PUT", "conn/mine", json={"username": "bob", "password": "wrong"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "Incorrect username or password for mine")
    made = ask(lab, "PUT", "conn/mine", json={"username": "bob", "password": "bob"})
    assert made.json()["connection"]["status"] == "connected"
    assert ask(lab, "DELETE", "conn/mine").status_code == 200
    assert ask(lab, "GET", "conn/mine").status_code == 404


def test_datasets_of_an_entity_come_by_pages(openbis: OpenBIS, lab: str) -> None:
    name = ask(lab, "GET", "conns").json()["connections"][0]["name"]
    openbis.seen.clear()
    for entity in ("/LAB/P1/EXP1", "/LAB/P1/C1"):
        found = ask(lab, "GET", f"sample/{name}/{quote(entity, safe='')}", params={"start_with": 0, "count": 2})
        told = found.json()
        assert (len(told["dataSets"]), told["count"], told["start_with"]) == (2, "2", "0")
        assert int(told["totalCount"]) >= 2
    # Numbers come to openBIS as texts.
    assert {"0", "2"} <= {str(one) for one in wanted(openbis, "searchDataSets")}


def wanted(openbis: OpenBIS, call: str) -> list[Any]:
    """What was sent as `from` and `count`, where that was a text."""
    options = [one["params"][1] for one in openbis.seen if one["call"] == call]
    return [told[name] for told in options for name in ("from", "count") if isinstance(told.get(name), str)]


def test_a_dataset_is_downloaded_and_another_uploaded(openbis: OpenBIS, trust: str, lab: str, tmp_path: Path) -> None:
    name = ask(lab, "GET", "conns").json()["connections"][0]["name"]
    alice = Visitor(openbis.url, openbis.sessions.begin("alice"), trust)
    code = alice.named("Measured")
    told = ask(lab, "GET", f"dataset/{name}/{code}/{quote(str(tmp_path), safe='')}").json()
    assert (told["permId"], len(told["files"])) == (code, 6)
    [readme] = tmp_path.rglob("readme.txt")
    assert readme.read_bytes() == b"hello world\n"
    types = ask(lab, "GET", f"datasetTypes/{name}").json()["dataSetTypes"]
    [kind] = [one for one in types if one["code"] == "ANALYSIS_NOTEBOOK"]
    assert "$HISTORY_ID" in [one["code"] for one in kind["propertyAssignments"]]
    form = {"type": "ANALYSIS_NOTEBOOK", "files": ["notebook.ipynb"], "parents": [code], "props": {"$NAME": "Sent"}}
    sent = ask(lab, "POST", f"dataset/{name}", json=form | {"entityIdentifier": "/LAB/P1/EXP1"})
    assert sent.json()["statusText"].endswith(f"with permId: {alice.named('Sent')}")
    refused = ask(lab, "POST", f"dataset/{name}", json=form | {"entityIdentifier": "/LAB/P1/NONE"})
    assert (refused.status_code, "entityIdentifier" in str(refused.json())) == (500, True)
    openbis.sessions.expire()
    assert ask(lab, "GET", f"sample/{name}/{quote('/LAB/P1/EXP1', safe='')}").status_code == 500
