"""What a person sees in JupyterLab when memory or the home runs out; the limits are real, the hub is a stand-in."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import ENVIRONMENT
from door import Door
from hub_stand_in import HubStandIn, running
from limited import memory_group, needs_memory_groups, small_memory_disk
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect
from single_user import started

pytestmark = needs_memory_groups
LIMIT = 600_000_000
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
NOTEBOOK = {"cells": [CELL], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[str, Path]]:
    """The address of a server with little room, and its home."""
    folder = Path(tempfile.mkdtemp(prefix="carrel-"))
    programs = ENVIRONMENT.resolve() / "bin"
    command = [str(programs / "python"), str(programs / "carrel-server")]
    hub = HubStandIn()
    with (
        memory_group(f"carrel-browser-{os.getpid()}", LIMIT) as inside,
        small_memory_disk(folder / "home", 24 << 20) as home,
        running(hub, folder / "hub.sock") as serving,
        started([*inside, *command], hub, serving.api_url, folder, MEM_LIMIT=str(LIMIT)) as server,
        Door(server.socket, hub.user_token) as door,
    ):
        yield door.url, home
    shutil.rmtree(folder)


def fill(home: Path) -> None:
    """Leaves no room for a byte more."""
    (home / "data").mkdir()
    with (home / "data/big").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))


def test_a_person_is_told_of_every_limit(lab: tuple[str, Path], contexts: Callable[..., BrowserContext]) -> None:
    url, home = lab
    alice = Person("alice", "", contexts(viewport={"width": 1400, "height": 900}).new_page(), url)
    page = alice.page
    (home / "work.ipynb").write_text(json.dumps(NOTEBOOK))
    page.goto(f"{url}/user/alice/lab/tree/work.ipynb")
    alice.await_lab()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("contentinfo")).to_contain_text("/ 572.20 MB", timeout=PATIENCE)  # binary megabytes

    page.get_by_role("tabpanel").get_by_role("textbox").last.click()
    page.keyboard.insert_text("kept = [bytes([n]) * 50_000_000 for n in range(1, 100)]")
    page.keyboard.press("Shift+Enter")
    said = "Your kernel used more than 600 MB of memory, the limit of this server, and was stopped."
    expect(page.locator(".jp-Cell").first).to_contain_text(said, timeout=PATIENCE)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("restart automatically")
    dialog.get_by_role("button", name="Ok").click()

    page.get_by_role("tabpanel").get_by_role("textbox").last.click()
    page.keyboard.insert_text("print('x' * 100_000 + 'end')")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-Cell").nth(1)).to_contain_text("end", timeout=PATIENCE)
    fill(home)
    page.keyboard.press("Control+s")
    told = page.get_by_role("dialog").filter(has_text="Your home is full")
    expect(told).to_contain_text("data (", timeout=PATIENCE)
    expect(told).to_contain_text("/hub/storage")
