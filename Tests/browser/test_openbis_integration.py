"""Notebooks that openBIS' electronic notebook puts into homes: the whole way in Chromium, the same requests as to openBIS' own
service, and what goes wrong.
"""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
import trustme
from carrel_hub import CarrelHub
from integration_service import IntegrationService, ask
from openbis import OpenBIS
from openbis_eln import Notebook, NotebookPages, made
from openbis_hub import configure, trusting
from openbis_people import Person, Role
from playwright.sync_api import BrowserContext, expect

AUTHORITY = trustme.CA()
IS_ROOT = os.geteuid() == 0
LIMIT = 60_000_000
MORE = """
  largestNotebook: 60 MB
sharedFolders:
  datasets: {}
"""
NOTEBOOK = b'{"cells": [], "metadata": {"note": "&filename=evil&folder=.."}, "nbformat": 4, "nbformat_minor": 2}'


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        for name in ("dora", "erin"):
            one.sessions.put(Person(name, "secret", roles={"LAB": Role.USER}))
        yield one


@pytest.fixture(scope="module")
def pages() -> Iterator[NotebookPages]:
    with NotebookPages(AUTHORITY) as pages:
        yield pages


@dataclass
class Desk:
    """A hub with the endpoint, and its address there."""

    hub: CarrelHub
    openbis: OpenBIS
    integration: str

    def post(self, query: str, body: object = NOTEBOOK, where: str = "", **headers: str) -> requests.Response:
        """As openBIS posts."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"} | headers
        return requests.post((where or self.integration) + query, data=body, headers=headers, timeout=60)

    def query(self, user: str, folder: str = "F", file: str = "N.ipynb", **more: str) -> str:
        """The query with names that are escaped as they should be."""
        pairs = {"token": self.openbis.sessions.begin(user), "folder": folder, "filename": file} | more
        return "/?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())

    def home(self, name: str) -> Path:
        return self.hub.home(name)

    @property
    def trust(self) -> ssl.SSLContext:
        """What knows the certificate."""
        return ssl.create_default_context(cafile=self.hub.folder / "authority.pem")


@pytest.fixture(scope="module")
def desk(openbis: OpenBIS, pages: NotebookPages) -> Iterator[Desk]:
    """All of it over TLS; the homes are on a small disk of their own, which one test fills."""
    hub = CarrelHub()
    homes = hub.state / "homes"
    homes.mkdir(parents=True)
    if IS_ROOT:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=0711", "homes", homes], check=True)
    integration = configure(hub, AUTHORITY, openbis, pages, MORE)
    with trusting(hub):
        try:
            hub.start()
            yield Desk(hub, openbis, integration)
        finally:
            try:
                hub.end()
            finally:
                if IS_ROOT:
                    subprocess.run(["umount", "--lazy", homes], check=True)
                shutil.rmtree(hub.folder)


# As openBIS' own service answers (row 23)

# What both are asked; without faults of the original. The token is put in.
SAME: list[tuple[str, str]] = [
    ("POST", "?token={t}&folder=F&filename=A.ipynb"),
    ("POST", "?token={t}&folder=F&filename=A.ipynb&test=False"),
    ("POST", "?token={t}&folder=F&filename=A.ipynb"),
    ("POST", "?token={t}&folder=F&filename=A.ipynb&test=True"),
    ("POST", "?token={t}&folder=F&filename=A.ipynb&test=false"),
    ("POST", "?token={t}&folder=F&filename=A.ipynb&test="),
    ("POST", "?token={t}&folder=F&filename=A%202.ipynb"),
    ("POST", "?token={t}&folder=G/H&filename=A.b.ipynb"),
    ("POST", "?token={t}&folder=G%2FH&filename=A.b.ipynb"),
    ("POST", "?token={t}&folder=my+folder&filename=my+note%20book.ipynb"),
    ("POST", "?token={t}&folder=%20F%20&filename=%20A.ipynb"),
    ("POST", "?token={t}&folder=&filename=top.ipynb"),
    ("POST", "?token={t}&folder=R%26D&filename=50%.ipynb"),
    ("POST", "?token={t}&folder=R%26D&filename=50%%20of%23.ipynb"),
    ("POST", "?token={t}&folder=Z%C3%BCrich&filename=%E7%A0%94.ipynb"),
    ("POST", "?token={t}&folder=F&filename=1%2B1.ipynb"),
    ("POST", "?folder=F&filename=A.ipynb"),
    ("POST", "?token={t}&filename=A.ipynb"),
    ("POST", "?token={t}&folder=F"),
    ("POST", ""),
    ("GET", "?token={t}&folder=F&filename=A.ipynb"),
    ("POST", "?token=alice-2411010000000000x00000000000000000000000000000000&folder=F&filename=A.ipynb"),
]


@pytest.fixture(scope="module")
def original(openbis: OpenBIS, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntegrationService]:
    if not IS_ROOT:
        pytest.skip("openBIS' own service needs root")
    with IntegrationService(tmp_path_factory.mktemp("service"), openbis.url) as service:
        yield service


def same_words(message: str) -> str:
    """A message as far as both have to say the same: that posts are wanted each says in words of its own."""
    return message.partition(" any GET requests")[0]


def test_the_answers_are_those_of_openbis_own_service(desk: Desk, original: IntegrationService) -> None:
    token = desk.openbis.sessions.begin("alice")
    if home := next((desk.hub.state / "homes/default").glob("alice"), None):
        shutil.rmtree(home)
    places = (f"{desk.integration}/any/path", f"{desk.hub.url}/services/openbis/", f"{desk.integration}/")
    for number, (method, query) in enumerate(SAME):
        asked = query.format(t=token)
        theirs = ask(method, f"{original.url}/any/path{asked}", NOTEBOOK)
        ours = ask(method, places[number % 3] + asked, NOTEBOOK, desk.trust)
        assert ours.status == theirs.status, (query, ours.text, theirs.text)
        # The original shows the token again.
        wanted = {name: same_words(value) for name, value in theirs.fields.items() if name != "token"}
        assert {name: same_words(value) for name, value in ours.fields.items()} == wanted, query
        for answer in (ours, theirs):
            assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
            for name in ("Origin", "Headers", "Methods"):
                assert answer.headers[f"Access-Control-Allow-{name}"], name
    assert files_in(desk.home("alice")) == files_in(original.home)


def files_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What is in a home: content and mode of each file, and mode of each folder that isn't hidden."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if not name.startswith("."):
            found[name] = (path.read_bytes() if path.is_file() else b"", path.stat().st_mode & 0o777)
    return found


def test_the_faults_of_the_original_are_not_ours(desk: Desk, original: IntegrationService) -> None:
    """Beside each: what the original does."""
    token = desk.openbis.sessions.begin("alice")
    # It is never answered.
    with pytest.raises(requests.RequestException):
        requests.options(original.url + "/", timeout=2)
    options = requests.options(desk.integration + "/", headers={"Origin": desk.openbis.url}, timeout=30)
    assert options.status_code == 204
    assert options.headers["Access-Control-Allow-Origin"] == desk.openbis.url
    # The body decides where it goes.
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"x=1&filename=evil.ipynb"
    query = f"/?token={token}&folder=B&filename=good.ipynb"
    assert requests.post(original.url + query, body, headers=form, timeout=30).json()["fileName"] == "evil.ipynb"
    assert desk.post(query, body).json()["fileName"] == "good.ipynb"
    # A trial makes folders.
    query = f"/?token={token}&folder=T/U&filename=N.ipynb&test=True"
    assert ask("POST", original.url + query).status == desk.post(query).status_code == 200
    assert (original.home / "T/U").is_dir()
    assert not (desk.home("alice") / "T").exists()
    # Names lead anywhere.
    (original.folder / "home/other").mkdir(exist_ok=True)
    query = f"/?token={token}&folder=..%2Fother&filename=N.ipynb"
    assert ask("POST", original.url + query).fields["path"] == "/home/alice/../other/N.ipynb"
    assert desk.post(query).status_code == 400


# The whole way


def test_a_notebook_is_made_in_openbis_and_opens_in_jupyterlab(
    desk: Desk, pages: NotebookPages, contexts: Callable[..., BrowserContext]
) -> None:
    """Dora has never been at the hub. The second time her server runs, and openBIS calls her otherwise."""
    context = contexts(ignore_https_errors=True)
    token = desk.openbis.sessions.begin("dora")
    for user, shown in (("dora", "first.ipynb"), ("DORA", "first 2.ipynb")):
        notebook = Notebook(user, token, "From openBIS/Zürich", "first.ipynb", desk.integration, desk.hub.url + "/")
        lab = made(pages.shown(notebook, context))
        place = "/user/dora/lab/tree/" + quote(f"From openBIS/Zürich/{shown}")
        lab.wait_for_url(lambda url, place=place: urlsplit(url).path == place)
        expect(lab.get_by_role("tab", name=shown)).to_be_visible()
        expect(lab.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")).to_contain_text(
            f"fileName = '{shown}'"
        )
        assert "token" not in lab.url
        kept = desk.home("dora") / "From openBIS/Zürich" / shown
        assert json.loads(kept.read_bytes())["nbformat"] == 4
        lab.close()


def test_a_classic_address_opens_in_jupyterlab_for_whoever_is_signed_in(
    desk: Desk, contexts: Callable[..., BrowserContext]
) -> None:
    """Her server doesn't run, and is started by it; a stranger signs in first."""
    assert desk.post(desk.query("bob", file="later.ipynb")).status_code == 200
    token = desk.openbis.sessions.begin("bob")
    page = contexts(ignore_https_errors=True).new_page()
    page.goto(f"{desk.hub.url}/user/Bob/notebooks/F/later.ipynb")
    assert urlsplit(page.url).path == "/hub/login"
    next_page = quote("/user/Bob/notebooks/F/later.ipynb", safe="")
    page.goto(f"{desk.hub.url}/hub/login?token={token}&next={next_page}", referer=desk.openbis.url + "/")
    page.wait_for_url(lambda url: urlsplit(url).path == "/user/bob/lab/tree/F/later.ipynb")
    expect(page.get_by_role("tab", name="later.ipynb")).to_be_visible()


# Who, and whose files


def test_personal_access_tokens_are_good_and_files_are_their_owners(desk: Desk) -> None:
    """Carl-Otto.B has never been at the hub; as a token of a program his is good, too (rows 20, 22)."""
    now = desk.openbis.sessions.now()
    told = {"sessionName": "hub", "validFromDate": now - 1000, "validToDate": now + 3_600_000}
    access = desk.openbis.sessions.create_access(desk.openbis.sessions.begin("Carl-Otto.B"), told)
    answer = desk.post(f"/?token={quote(access.token)}&folder=F/G&filename=N.ipynb")
    assert answer.status_code == 200, answer.text
    home = desk.home("carl")
    assert answer.json()["fileName"] == "N.ipynb"
    assert re.fullmatch(r"/home/carl-[^/]+/F/G/N\.ipynb", answer.json()["path"]), answer.text
    owner = home.stat().st_uid
    assert (owner > 0) == IS_ROOT
    for name, mode in (("F", 0o755), ("F/G", 0o755), ("F/G/N.ipynb", 0o644)):
        facts = (home / name).stat()
        assert (facts.st_uid, facts.st_mode & 0o777) == (owner, mode), name
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "F/G/N.ipynb").read_bytes() == NOTEBOOK


def test_a_home_that_is_gone_is_made_again(desk: Desk) -> None:
    """Whatever was lost of a profile, the next notebook brings it back; where it can't, that is said (row 19)."""
    assert desk.post(desk.query("erin")).status_code == 200
    home = desk.home("erin")
    owner = home.stat().st_uid
    shutil.rmtree(home)
    named = desk.post(desk.query("erin", test="True"))
    assert (named.status_code, named.json()["fileName"]) == (200, "N.ipynb")
    assert not home.exists(), "a trial makes nothing"
    assert desk.post(desk.query("erin")).status_code == 200
    assert home.stat().st_uid == owner
    if not IS_ROOT:
        return
    # As a restore by hand leaves it.
    shutil.rmtree(home)
    home.mkdir()
    assert desk.post(desk.query("erin", test="True")).status_code == 200
    assert desk.post(desk.query("erin")).status_code == 200
    assert (home / "F/N.ipynb").stat().st_uid == home.stat().st_uid == owner
    os.chown(home, owner + 1, owner + 1)
    refused = desk.post(desk.query("erin"))
    assert refused.status_code == 500
    assert refused.json()["message"].startswith("User erin cannot be created on the host system")
    os.chown(home, owner, owner)


def test_a_token_is_nowhere_but_in_the_vault_and_the_servers(desk: Desk) -> None:
    """Also one that is refused, or whose notebook is."""
    good, bad = desk.openbis.sessions.begin("alice"), "alice-241101000000000xDEADBEEF"
    for query in (f"token={good}&folder=F", f"token={good}&folder=..&filename=N", f"token={bad}&folder=F&filename=N"):
        for where in (desk.integration + "/x", desk.hub.url + "/services/openbis/x"):
            answer = desk.post("?" + query, where=where)
            assert answer.status_code >= 400
            assert good not in answer.text and bad not in answer.text
    assert desk.post(f"/?token={good}&folder=F&filename=N").status_code == 200
    logs = [desk.hub.log, *(path for path in (desk.hub.state / "logs").rglob("*") if path.is_file())]
    for path in logs:
        said = path.read_text(errors="replace")
        assert good not in said and bad not in said, path
    assert b"notebook.arrived" in desk.hub.log.read_bytes()


# What goes wrong


def test_twenty_at_once_get_names_of_their_own(desk: Desk) -> None:
    query = desk.query("alice", folder="many", file="Same.ipynb")

    def one(number: int) -> str:
        answer = desk.post(query, f"notebook {number}".encode())
        assert answer.status_code == 200, answer.text
        return answer.json()["fileName"]

    with ThreadPoolExecutor(20) as threads:
        names = list(threads.map(one, range(20)))
    assert set(names) == {"Same.ipynb", *(f"Same {number}.ipynb" for number in range(2, 21))}
    for number, name in enumerate(names):
        assert (desk.home("alice") / "many" / name).read_text() == f"notebook {number}"
    assert len(list((desk.home("alice") / "many").iterdir())) == 20


def test_a_large_notebook_is_taken_and_one_that_is_too_large_is_not(desk: Desk) -> None:
    content = os.urandom(1 << 20) * 51
    taken = desk.post(desk.query("alice", folder="large"), content)
    assert taken.status_code == 200, taken.text
    assert (desk.home("alice") / "large/N.ipynb").read_bytes() == content

    def too_much() -> Iterator[bytes]:
        for _ in range(LIMIT // (1 << 20) + 2):
            yield content[: 1 << 20]

    refused = desk.post(desk.query("alice", folder="larger"), too_much())
    assert refused.status_code == 413, refused.text
    assert "60 MB" in refused.json()["message"]
    # Whoever says how much it is doesn't have to send it.
    with connected(desk) as wire:
        query = desk.query("alice", folder="larger")
        wire.sendall(f"POST {query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert not (desk.home("alice") / "larger").exists()


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_half_a_notebook_is_none(desk: Desk, framing: str) -> None:
    query = desk.query("alice", folder="half")
    with connected(desk) as wire:
        wire.sendall(f"POST {query} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n".encode())
        wire.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    # By then the hub knows.
    assert desk.post(desk.query("alice", folder="whole")).status_code == 200
    assert not (desk.home("alice") / "half").exists()


def connected(desk: Desk) -> ssl.SSLSocket:
    """A connection to the endpoint, by hand."""
    port = urlsplit(desk.integration).port
    return desk.trust.wrap_socket(socket.create_connection(("localhost", port), 30), server_hostname="localhost")


@pytest.mark.parametrize(
    "name", ["R&D", "#1", "50%", "1+1", "Zürich für alle", "研究", 'it\'s "so"', "-rf *", "a" * 200]
)
def test_odd_names_are_kept_as_they_are(desk: Desk, name: str) -> None:
    answer = desk.post(desk.query("alice", folder=f"odd/{name}", file=f"{name}.ipynb"))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"fileName": f"{name}.ipynb", "path": f"/home/alice/odd/{name}/{name}.ipynb"}
    assert (desk.home("alice") / "odd" / name / f"{name}.ipynb").is_file()


def test_nothing_is_written_elsewhere(desk: Desk) -> None:
    home = desk.home("alice")
    outside = desk.hub.folder / "outside"
    outside.mkdir()
    (home / "link").symlink_to(outside)
    (home / "inner").symlink_to("F")
    (home / "file").write_text("mine")
    before = sorted(path for path in desk.hub.folder.glob("*"))
    odd = [
        "../x",
        "..",
        "a/../../x",
        "/etc",
        "a//b",
        ".ssh",
        "a/.ssh",
        "link",
        "link/x",
        "inner",
        "datasets",
        "a\\b",
        "a\nb",
    ]
    for folder in odd:
        answer = desk.post(desk.query("alice", folder=folder))
        assert answer.status_code == 400, (folder, answer.text)
        assert answer.json()["message"].startswith("HTTP 400: Bad Request (")
    for file in ("../N", "a/b", "/etc/x", "..", ".bashrc", "", "a\0b", "a" * 251):
        answer = desk.post(desk.query("alice", file=file))
        assert answer.status_code == 400, (file, answer.text)
    blocked = desk.post(desk.query("alice", folder="file"))
    assert blocked.status_code == 500
    assert blocked.json()["message"].startswith("unable to create directory file: ")
    # A link in the place of the file is something that has the name.
    (home / "F").mkdir(exist_ok=True)
    (home / "F/L.ipynb").symlink_to(outside / "x")
    assert desk.post(desk.query("alice", file="L.ipynb")).json()["fileName"] == "L 2.ipynb"
    assert list(outside.iterdir()) == []
    assert sorted(path for path in desk.hub.folder.glob("*")) == before
    assert (home / "file").read_text() == "mine"


def test_pages_of_others_may_not_post(desk: Desk) -> None:
    query = desk.query("alice", folder="origin")
    refused = desk.post(query, Origin="https://evil.example")
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert not (desk.home("alice") / "origin").exists()
    taken = desk.post(query, Origin=desk.openbis.url)
    assert taken.status_code == 200
    assert taken.headers["Access-Control-Allow-Origin"] == desk.openbis.url


def test_an_openbis_that_does_not_answer_is_not_a_wrong_token(desk: Desk) -> None:
    query = desk.query("alice", folder="down")
    desk.openbis.stop()
    try:
        refused = desk.post(query)
        assert refused.status_code in (502, 503), refused.text
        assert "Lab openBIS" in refused.json()["message"]
    finally:
        desk.openbis.start()
    # Sessions there are over by now.
    assert desk.post(query).status_code == 401
    assert desk.post(desk.query("alice", folder="down")).status_code == 200


@pytest.mark.skipif(not IS_ROOT, reason="a disk of its own needs root")
def test_a_full_home_is_said(desk: Desk) -> None:
    """The last of them: it fills the disk of all homes."""
    assert desk.post(desk.query("alice", folder="full")).status_code == 200
    ballast = desk.hub.state / "homes/ballast"
    with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65536)
    refused = desk.post(desk.query("alice", folder="full"), NOTEBOOK * 1000)
    assert refused.status_code == 500
    assert refused.json()["message"].startswith("unable to write file N.ipynb: Your home has no room for it.")
    assert [path.name for path in (desk.home("alice") / "full").iterdir()] == ["N.ipynb"]
    ballast.unlink()
    assert desk.post(desk.query("alice", folder="full")).json()["fileName"] == "N 2.ipynb"
