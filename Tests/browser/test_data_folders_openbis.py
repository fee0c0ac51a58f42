"""The datasets of an openBIS as folders: mounted in servers, over WebDAV and on the page Connections; real rclone and FUSE."""

import json
import re
import time
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import requests
import trustme
from carrel_hub import CarrelHub, command_line, eventually
from hub_people import Visitor
from inside import run_inside
from openbis import OpenBIS
from openbis_seed import fill
from test_data_gateway import dav
from test_data_in_servers import RCLONE, pytestmark  # noqa: F401 - skips what can't be mounted

AUTHORITY = trustme.CA()
SETTINGS = """
mounts:
  rclone: {rclone}
accounts:
  failuresBeforeDelay: 30
authenticators:
  lab:
    kind: openbis
    title: openBIS of the Lab
    url: {url}
    certificateAuthority: {authority}
    deadline: 15s
dataSources:
  openbis:
    kind: openbis
    title: openBIS of the Lab
    authenticator: lab
"""
WORDS = "use “Save to openBIS” or “Upload” in JupyterLab's toolbar"
# What a program in a server finds: names of folders, a text, a part of a file, and what comes of a write.
LOOK = """
import glob, json, os
top = os.path.expanduser("~/openbis")
said = {"spaces": sorted(os.listdir(top))}
if "LAB" in said["spaces"]:
    step = top + "/LAB/P1/C1/EXP1"
    said["step"] = sorted(os.listdir(step))
    run = glob.glob(step + "/* Measured/original/run")[0]
    said["text"] = open(run + "/with blank.txt").read()
    with open(run + "/large.bin", "rb") as file:
        file.seek(2_000_000)
        said["part"] = int.from_bytes(file.read(4), "big")
    try:
        open(step + "/new-dataset/mine.csv", "w")
    except OSError as error:
        said["write"] = error.strerror
    said["note"] = open(step + "/new-dataset/README.txt").read().split("\\n")[0]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """An openBIS with TLS."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@pytest.fixture(scope="module")
def hub(openbis: OpenBIS) -> Iterator[CarrelHub]:
    """A hub that brings its datasets into servers."""
    hub = CarrelHub()
    try:
        authority = hub.folder / "authority.pem"
        AUTHORITY.cert_pem.write_to_path(str(authority))
        settings = SETTINGS.format(rclone=RCLONE, url=openbis.url, authority=authority)
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


def comer(hub: CarrelHub, name: str) -> tuple[Visitor, str]:
    """Signs somebody in by openBIS; also a token of theirs at the hub."""
    visitor = Visitor(hub)
    assert visitor.post("/hub/login/lab", {"username": name, "password": name}).status_code == HTTPStatus.FOUND
    return visitor, hub.token(name)


def state(hub: CarrelHub, token: str) -> dict[str, str]:
    """How the connection is, as its owner is told."""
    (one,) = hub.ask("GET", "/hub/api/carrel/connections", token).json()["connections"]
    return one["state"]


def password(visitor: Visitor) -> str:
    """A password for files, as its page shows it."""
    text = visitor.post("/hub/file-access", {"note": "Tests", "lifetime": "month"}).text
    found = re.search(r'<textarea class="made" id="new-password"[^>]*>([^<]+)<', text)
    assert found, text
    return found[1]


def listing(hub: CarrelHub, path: str, auth: tuple[str, str]) -> requests.Response:
    """What a WebDAV program is told of a folder and what is in it."""
    return dav(hub, "PROPFIND", path, auth, headers={"Depth": "1"})


def spaces(hub: CarrelHub, name: str, token: str) -> list[str]:
    """What a program in the server finds at the top, or nothing while there is but a note."""
    code = "import json, os; print(json.dumps(sorted(os.listdir(os.path.expanduser('~/openbis')))))"
    found = json.loads(run_inside(hub, name, token, code))
    return [] if found == ["README.txt"] else found


def test_people_find_their_own_datasets_and_hear_how_new_ones_are_made(hub: CarrelHub, openbis: OpenBIS) -> None:
    for name, found in (("alice", 7), ("bob", 2)):
        visitor, token = comer(hub, name)
        hub.start_server(name, token)
        assert eventually(lambda name=name, token=token: spaces(hub, name, token) != [], pause=0.5)
        said = json.loads(run_inside(hub, name, token, LOOK))
        assert len(said["spaces"]) == found
        assert ("LAB" in said["spaces"], "SECRET" in said["spaces"]) == (name == "alice", name == "bob")
        if name == "alice":
            assert sorted(one.partition(" ")[2] for one in said["step"]) == ["", "Measured", "Odd names"]
            assert "new-dataset" in said["step"]
            assert (said["text"], said["part"], said["write"]) == ("blank\n", 500_000, "Read-only file system")
            assert WORDS in said["note"]
            # JupyterLab says it in those words, too.
            place = "/user/alice/api/contents/openbis/LAB/P1/C1/EXP1/new-dataset/mine.csv"
            model = {"type": "file", "format": "text", "content": "1,2"}
            refused = hub.ask("PUT", place, token, json=model)
            assert (refused.status_code, WORDS in refused.json()["message"]) == (403, True), refused.text
        assert state(hub, token)["code"] == "readOnly"
        card = visitor.ask("GET", "/hub/connections").text
        assert "/hub/account/openbis/lab" in card
        assert "Connected; files can be read" in card
    for process in hub.processes():
        assert not any(one in command_line(process) for one in openbis.sessions.active)


def test_over_webdav_levels_are_listed_and_writes_are_refused_in_words(hub: CarrelHub, openbis: OpenBIS) -> None:
    fill(openbis, "/LAB/P1/EXP2", 3000)
    visitor, _ = comer(hub, "alice")
    auth = ("alice", password(visitor))
    step = "openbis/LAB/P1/C1/EXP2"
    listed = listing(hub, step, auth)
    assert (listed.status_code, listed.text.count("<D:response>")) == (HTTPStatus.MULTI_STATUS, 3002)
    for method, path in (("PUT", "new-dataset/mine.csv"), ("MKCOL", "new-dataset/mine")):
        refused = dav(hub, method, f"{step}/{path}", auth, data=b"1,2" if method == "PUT" else None)
        assert (refused.status_code, WORDS in refused.text) == (HTTPStatus.FORBIDDEN, True), refused.text
    for method, path in (("PUT", "mine.csv"), ("DELETE", "new-dataset/README.txt"), ("MKCOL", "../EXP9")):
        refused = dav(hub, method, f"{step}/{path}", auth, data=b"1" if method == "PUT" else None)
        assert (refused.status_code, "can only be read" in refused.text) == (HTTPStatus.FORBIDDEN, True), refused.text
    assert dav(hub, "GET", "openbis/SECRET", auth).status_code == HTTPStatus.NOT_FOUND


def test_a_session_that_ends_is_said_and_a_new_token_is_used_at_once(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor, token = comer(hub, "alice")
    auth = ("alice", password(visitor))
    page = "/hub/account/openbis/lab"
    assert listing(hub, "openbis/LAB", auth).status_code == HTTPStatus.MULTI_STATUS
    openbis.sessions.expire("alice")
    refused = listing(hub, "openbis/LAB/P1", auth)
    assert refused.status_code == HTTPStatus.FAILED_DEPENDENCY
    told = state(hub, token)
    assert (told["code"], "Session and token" in told["remedy"]) == ("expired", True)
    tried = visitor.post("/hub/connections/openbis/test")
    assert tried.headers["Location"].startswith("/hub/connections?done=fails")
    # By the page that it leads to; the gateway runs on.
    assert visitor.post(f"{page}/renew", {"password": "alice"}).status_code == HTTPStatus.SEE_OTHER
    again = listing(hub, "openbis/LAB/P1", auth)
    assert again.status_code == HTTPStatus.MULTI_STATUS, again.text
    assert visitor.post("/hub/connections/openbis/test").headers["Location"].startswith("/hub/connections?done=works")
    # Without a token there is nothing to show, and a form that would take something isn't there either.
    assert visitor.post(f"{page}/forget").status_code == HTTPStatus.SEE_OTHER
    assert listing(hub, "openbis/LAB", auth).status_code == HTTPStatus.FAILED_DEPENDENCY
    told = state(hub, token)
    assert (told["code"], "Session and token" in told["remedy"]) == ("missing", True)
    given = hub.ask("PUT", "/hub/api/carrel/connections/openbis", token, json={"token": "alice-x", "remember": True})
    assert "there is nothing to give" in given.text
    assert visitor.post(f"{page}/renew", {"password": "alice"}).status_code == HTTPStatus.SEE_OTHER
    assert listing(hub, "openbis/LAB", auth).status_code == HTTPStatus.MULTI_STATUS


def test_nothing_waits_for_an_openbis_that_is_gone(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor, token = comer(hub, "bob")
    auth = ("bob", password(visitor))
    assert listing(hub, "openbis/SECRET", auth).status_code == HTTPStatus.MULTI_STATUS
    openbis.stop()
    try:
        begun = time.monotonic()
        for _ in range(20):
            answer = listing(hub, "openbis/SECRET/P1", auth)
            assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert visitor.ask("GET", "/hub/connections").status_code == HTTPStatus.OK
        assert time.monotonic() - begun < 60
        assert state(hub, token)["code"] == "offline"
    finally:
        openbis.start()
    # Its sessions ended with it.
    assert visitor.post("/hub/account/openbis/lab/renew", {"password": "bob"}).status_code == HTTPStatus.SEE_OTHER
    assert listing(hub, "openbis/SECRET/P1", auth).status_code == HTTPStatus.MULTI_STATUS
