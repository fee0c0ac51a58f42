"""`notebooks/PATH` in a real server, in which Jupyter Notebook has that address too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_stand_in import HubStandIn, running
from single_user import PREFIX, Server, started
from unix_http import request


@pytest.fixture(scope="module")
def server(environment: Path, short_folder: Path) -> Iterator[Server]:
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with (
        running(hub, short_folder / "hub.sock") as serving,
        started(command, hub, serving.api_url, short_folder) as one,
    ):
        yield one


def location(server: Server, path: str, came_from: str = "") -> tuple[int, str]:
    """The status of an address, and where it leads."""
    headers = {"Authorization": f"token {server.hub.user_token}"} | ({"Referer": came_from} if came_from else {})
    answer = request(server.socket, "GET", PREFIX + path, None, headers)
    return answer.status, answer.headers.get("Location") or ""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("notebooks/F/N.ipynb", "lab/tree/F/N.ipynb"),
        ("notebooks/F/R%26D%20%C3%BC%23.ipynb?factory=Notebook", "lab/tree/F/R%26D%20%C3%BC%23.ipynb?factory=Notebook"),
        ("notebooks//elsewhere.example/N.ipynb", "lab/tree/elsewhere.example/N.ipynb"),
    ],
)
def test_a_link_from_outside_opens_in_jupyterlab(server: Server, path: str, place: str) -> None:
    for came_from in ("", "https://openbis.example.org/", "http://localhost/hub/login"):
        assert location(server, path, came_from) == (302, PREFIX + place)


def test_a_link_of_jupyter_notebook_opens_in_it(server: Server) -> None:
    (server.folder / "home/N.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    assert location(server, "notebooks/N.ipynb", f"http://localhost{PREFIX}tree") == (200, "")


def test_a_stranger_signs_in_first(server: Server) -> None:
    answer = request(server.socket, "GET", PREFIX + "notebooks/N.ipynb", None, {})
    assert answer.status == 302
    assert "oauth2/authorize" in (answer.headers.get("Location") or "")
