"""The helper that git asks for a token, with the real git and a repository behind a password."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import ClassVar
from urllib.parse import quote

import pytest
from carrel_server.git_credential import use
from git_cases import make
from git_over_http import GitHandler, serve


class Hub(BaseHTTPRequestHandler):
    """Answers one question; `asked` holds what it was asked."""

    asked: ClassVar[list[tuple[str, str, dict]]] = []
    answer: tuple[int, dict] = (200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], body))
        status, content = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def address_string(self) -> str:
        return "socket"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def hub(short_folder: Path) -> Iterator[str]:
    """A hub on a socket; gives the address of its API."""
    path = short_folder / "credential.sock"
    server = ThreadingUnixStreamServer(str(path), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Hub.asked.clear()
    yield f"http+unix://{quote(str(path), safe='')}/hub/api"
    server.shutdown()
    server.server_close()
    path.unlink()
    thread.join()


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[str]:
    """The address of a repository behind a password."""
    (tmp_path / "offered").mkdir()
    make(tmp_path, tmp_path / "offered", "secret")
    web = serve(tmp_path / "offered")
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{web.server_port}/closed/secret.git"
    web.shutdown()
    web.server_close()
    thread.join()


def list_references(environment: Path, api: str, repository: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`git ls-remote` as in a server."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_TERMINAL_PROMPT": "0",
        "JUPYTERHUB_API_URL": api,
        "JUPYTERHUB_API_TOKEN": "own",
    }
    use(variables, str(environment / "bin/python"))
    # Another module of its name, in a folder that somebody else may have filled, isn't run.
    (folder / "carrel_server").mkdir(exist_ok=True)
    (folder / "carrel_server/__init__.py").write_text("print('password=stolen')")
    return subprocess.run(
        ["git", "ls-remote", repository], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_git_signs_in_with_what_the_hub_gives(environment: Path, hub: str, closed: str, tmp_path: Path) -> None:
    Hub.answer = (200, {"username": "ada", "password": GitHandler.PASSWORD})
    ran = list_references(environment, hub, closed, tmp_path)
    assert ran.returncode == 0 and "refs/heads/main" in ran.stdout, ran.stderr
    host = closed.split("/")[2]
    assert Hub.asked == [("/hub/api/carrel/git-credential", "token own", {"protocol": "http", "host": host})]
    # For another name than that which the address has, nothing is said.
    assert list_references(environment, hub, closed.replace("://", "://ben@"), tmp_path).returncode != 0


@pytest.mark.parametrize("answer", [(404, {}), (500, {"username": "x"}), (200, {}), (200, {"username": "x"})])
def test_without_an_answer_git_goes_on_as_without_the_helper(
    environment: Path, hub: str, closed: str, tmp_path: Path, answer: tuple[int, dict]
) -> None:
    Hub.answer = answer
    ran = list_references(environment, hub, closed, tmp_path)
    assert ran.returncode != 0
    assert "could not read Username" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_hub_that_is_gone_is_no_error(environment: Path, closed: str, tmp_path: Path) -> None:
    ran = list_references(environment, "http+unix://%2Fnowhere/hub/api", closed, tmp_path)
    assert "could not read Username" in ran.stderr and "Traceback" not in ran.stderr


def test_what_a_user_configured_by_variables_stays() -> None:
    variables = {"JUPYTERHUB_API_URL": "x", "GIT_CONFIG_COUNT": "0"}
    use(variables, "/python")
    assert variables == {"JUPYTERHUB_API_URL": "x", "GIT_CONFIG_COUNT": "0"}
    use(without := {}, "/python")
    assert without == {}
