"""Data sources as folders in servers: real rclone, FUSE, sandbox and JupyterLab, before a stand-in for Nextcloud."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import ROOT, CarrelHub, command_line, eventually
from inside import run_inside
from nextcloud import Nextcloud
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from test_data_gateway import APP_PASSWORD, card, connect

RCLONE = ROOT / "var/tools/bin/rclone"
SETTINGS = """\
mounts:
  rclone: {rclone}
dataSources:
  b2drop:
    title: B2DROP
    address: {cloud}/remote.php/dav/files/{{user}}
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": "1 + 1"}
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/dev/fuse").exists() or not Path("/usr/bin/fusermount3").exists(),
    reason="mounting needs root, /dev/fuse and fuse3",
)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nextcloud]:
    """A Nextcloud with two people."""
    with Nextcloud(tmp_path_factory.mktemp("cloud")) as cloud:
        for name in ("anna", "ben"):
            cloud.people.add(name, APP_PASSWORD)
            cloud.files(name).mkdir(parents=True, exist_ok=True)
        yield cloud


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """A hub that brings it into servers."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS.format(cloud=cloud.url, rclone=RCLONE))
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Signs somebody new in, who has the data source and a server."""

    def made(name: str) -> Person:
        person = Person(name, hub.add_user(name), contexts().new_page(), hub.url)
        person.sign_in()
        connect(person.page, hub.url, APP_PASSWORD)
        expect(card(person.page).get_by_text("Connected", exact=True)).to_be_visible()
        hub.start_server(name, hub.token(name))
        return person

    return made


def listed(hub: CarrelHub, person: Person) -> str:
    """What a program in the server finds in the folder."""
    return run_inside(
        hub, person.name, hub.token(person.name), "import os; print(sorted(os.listdir(os.path.expanduser('~/b2drop'))))"
    )


def test_files_go_both_ways_and_a_notebook_is_worked_on(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]
) -> None:
    (cloud.files("anna") / "there.txt").write_text("from there")
    (cloud.files("anna") / "rivers.ipynb").write_text(json.dumps(NOTEBOOK))
    person = comer("mount-notebook")
    assert eventually(lambda: "there.txt" in listed(hub, person))
    token = hub.token(person.name)
    assert "from there" in run_inside(
        hub, person.name, token, "import os; print(open(os.path.expanduser('~/b2drop/there.txt')).read())"
    )
    page = person.page
    page.goto(f"{hub.url}/user/{person.name}/lab/tree/b2drop/rivers.ipynb")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)
    person.run("print('worked on ' + 'it')", 1)
    page.keyboard.press("Control+s")
    assert eventually(lambda: "worked on" in (cloud.files("anna") / "rivers.ipynb").read_text())
    for process in hub.processes():
        assert APP_PASSWORD not in command_line(process)


def test_an_outage_is_said_and_ends_by_itself_and_no_edit_is_lost(
    hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]
) -> None:
    person = comer("mount-outage")
    token = hub.token(person.name)
    assert eventually(lambda: "README" not in listed(hub, person))
    write = "import os; open(os.path.expanduser('~/b2drop/kept.txt'), 'w').write('before')"
    run_inside(hub, person.name, token, write)
    file = cloud.files("anna") / "kept.txt"
    assert eventually(lambda: file.exists() and file.read_text() == "before")
    cloud.stop()
    try:
        run_inside(hub, person.name, token, write.replace("before", "during"))
        page = person.page
        page.goto(f"{hub.url}/hub/connections")
        expect(card(page).get_by_text(re.compile("1 file waiting"))).to_be_visible()
        hub.ask("DELETE", f"/hub/api/users/{person.name}/server", token)
        hub.start_server(person.name, token)
    finally:
        cloud.start()
    assert eventually(lambda: file.read_text() == "during")


def test_nobody_sees_anothers_folder(hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]) -> None:
    (cloud.files("anna") / "secret.txt").write_text("anna's own")
    one, other = comer("mount-one"), comer("mount-other")
    assert eventually(lambda: "secret.txt" in listed(hub, one))
    look = f"""
import subprocess
for place in ("/home", "/tmp", "{hub.state}/mounts", "{hub.state}/run/gateway"):
    print(subprocess.run(["grep", "-rsl", "anna's own", place, "--exclude=probe.py"], capture_output=True, text=True).stdout)
"""
    seen = run_inside(hub, other.name, hub.token(other.name), look)
    assert not [line for line in seen.splitlines() if line and "/b2drop/" not in line], seen
