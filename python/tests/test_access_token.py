"""`carrel-token`, with a hub on a socket as servers have one."""

import json
import os
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import ClassVar
from urllib.parse import quote

import pytest
from carrel_server import access_token
from carrel_server.access_token import AccessToken, NoToken


class Hub(BaseHTTPRequestHandler):
    """Gives `answer`, or what is left in `answers`; `asked` holds what it was asked."""

    asked: ClassVar[list[tuple[str, str, dict]]] = []
    answer: ClassVar[tuple[int, dict]] = (200, {})
    told: ClassVar[threading.Event] = threading.Event()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], body))
        status, content = Hub.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def address_string(self) -> str:
        return "socket"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def hub(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    path = short_folder / "token.sock"
    server = ThreadingUnixStreamServer(str(path), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Hub.asked.clear()
    Hub.answer = (200, {"authenticator": "egi", "access_token": "one", "expires_at": "2026-11-22T12:00:00Z"})
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"http+unix://{quote(str(path), safe='')}/hub/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    yield Hub
    server.shutdown()
    server.server_close()
    path.unlink()
    thread.join()


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: Path) -> Run:
    """Runs the command as it is in an environment."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        program = environment / "bin/carrel-token"
        return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)

    return run


def test_a_token_is_asked_for_with_the_servers_own(hub: type[Hub], run: Run) -> None:
    ran = run("egi")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "one\n", "")
    assert hub.asked == [("/hub/api/carrel/access-token", "token secret", {"authenticator": "egi"})]


def test_the_hubs_words_are_passed_on(hub: type[Hub], run: Run) -> None:
    hub.answer = (404, {"message": "You aren't signed in with egi, so there is no access token."})
    ran = run()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "carrel-token: You aren't signed in with egi, so there is no access token.\n"


@pytest.mark.parametrize("answer", [{}, {"access_token": "x"}, {"access_token": "x", "expires_at": 785_000_000}])
def test_an_answer_of_another_version_is_said_so(hub: type[Hub], answer: dict) -> None:
    hub.answer = (200, answer)
    with pytest.raises(NoToken, match="can't be understood"):
        access_token.fetch()


def test_without_a_hub_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.delenv("JUPYTERHUB_API_URL", raising=False)
    with pytest.raises(NoToken, match="isn't a server of a hub"):
        access_token.fetch()
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"http+unix://{quote(str(tmp_path / 'none'), safe='')}/hub/api")
    with pytest.raises(NoToken, match="doesn't answer"):
        access_token.fetch()


def test_a_file_is_replaced_at_once_and_only_its_owner_reads_it(hub: type[Hub], run: Run, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("before")
    file.chmod(0o644)
    before = os.open(file, os.O_RDONLY)
    assert run("--save", str(file)).returncode == 0
    assert file.read_text() == "one"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.read(before, 100) == b"before"
    os.close(before)
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_what_cant_be_written_leaves_nothing_behind(hub: type[Hub], run: Run, tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    ran = run("--save", str(tmp_path / "token"))
    assert ran.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_a_kept_file_follows_and_outlives_a_hub_that_says_no(
    hub: type[Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    waits: list[float] = []

    class Rounds(threading.Event):
        """Ends after three rounds, and has the hub answer otherwise in each."""

        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            if len(waits) == 1:
                assert file.read_text() == "one"
                hub.answer = (503, {"message": "EGI Check-in doesn't answer at the moment."})
            elif len(waits) == 2:
                assert file.read_text() == "one"
                hub.answer = (200, {"access_token": "two", "expires_at": None})
            else:
                self.set()
            return True

    access_token.keep("egi", file, Rounds())
    assert file.read_text() == "two"
    assert waits[1:] == [access_token.AGAIN, access_token.LONGEST]
    assert capsys.readouterr().err == "EGI Check-in doesn't answer at the moment.\n"


@pytest.mark.parametrize(("seconds", "wait"), [(3600, 600), (300, 210), (100, 15), (-5, 15), (None, 600)])
def test_the_next_is_asked_for_before_the_end(seconds: int | None, wait: float) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    ends = None if seconds is None else now + timedelta(seconds=seconds)
    assert AccessToken("x", ends).until_next(now) == wait


def test_keeping_needs_a_file(hub: type[Hub], run: Run) -> None:
    ran = run("--keep")
    assert ran.returncode == 2
    assert "--keep needs --save FILE" in ran.stderr
