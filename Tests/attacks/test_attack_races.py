"""What is swapped under the hub's hands: it never follows a link out of a home, where a program that goes by names does."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attack_configuration import HAS_BTRFS
from attack_outcome import wait_until
from attack_person import HELPERS
from attack_stage import Stage
from hub_people import Visitor
from swapping import follows, make_decoy, state_of, swapping, touch_inside

Staging = Callable[..., Stage]
ROUNDS = 12
PLACE = "swap/place"


@pytest.fixture
def stage(without: Staging) -> Stage:
    return without()


@pytest.fixture
def decoy(stage: Stage) -> Iterator[Path]:
    folder = make_decoy(stage.folder, stage.word)
    yield folder
    shutil.rmtree(folder)


def test_links_in_a_home_lead_nowhere(stage: Stage, decoy: Path) -> None:
    mallory = stage.mallory
    before = state_of(decoy)
    mallory.stop()
    with swapping(mallory.home, decoy):
        for _ in range(2):
            stage.ask("POST", "/hub/api/users/mallory/server", mallory.token)
            stage.await_server("mallory", mallory.token, lambda server: not server.get("pending"))
            mallory.stop()
        assert state_of(decoy) == before
        place = mallory.home / "work"
        assert follows(lambda: touch_inside(place) or state_of(decoy) != before), "who goes by names gets there"
    mallory.start()
    mallory.python(HELPERS)


@pytest.mark.skipif(not HAS_BTRFS, reason="restore points need btrfs-progs and loop devices")
def test_the_pages_of_restore_points_stay_in_the_home(stage: Stage, decoy: Path) -> None:
    mallory, before = stage.mallory, state_of(decoy)
    visitor = Visitor(stage).sign_in("mallory", mallory.password)
    assert mallory.run("swap_folders.py", "make").outcome == "done"
    point = restart_for_a_point(stage)
    inner = mallory.home / PLACE / "inner"
    with stage.holding("swap_folders.py", "swap", str(decoy)):
        brought = [look(visitor, point, stage.word) for _ in range(ROUNDS)]
        assert state_of(decoy) == before
        assert 200 in brought, f"it may be a folder too: {brought}"
        assert follows(lambda: stage.word in (inner / "file.txt").read_text()), "who reads by names gets there"
        assert follows(lambda: "gone.txt" in os.listdir(inner)), "who lists by names gets there"
        assert follows(lambda: touch_inside(inner) or state_of(decoy) != before), "who writes by names gets there"
    stage.check_others()


def restart_for_a_point(stage: Stage) -> str:
    """Has the hub take a restore point of each home, as it does when it starts; gives its name."""
    points = stage.state / "homes/.restore/default" / stage.mallory.home.name
    stage.kill_hub()
    # It takes none within an hour of another one.
    for earlier in points.iterdir() if points.is_dir() else []:
        subprocess.run(["btrfs", "subvolume", "delete", earlier], check=True, stdout=subprocess.DEVNULL)
    stage.start()
    wait_until(lambda: points.is_dir() and os.listdir(points))
    return os.listdir(points)[0]


def look(visitor: Visitor, point: str, word: str) -> int:
    """Lists, compares, counts and brings back; nothing that is behind the link may show.

    Gives the status of bringing back.
    """
    where = {"point": point, "path": f"{PLACE}/inner"}
    listed = visitor.ask("GET", "/hub/restore/browse", params=where)
    assert listed.status_code == 200, listed.text
    states = re.findall(r'<bdi>gone\.txt</bdi>.*?class="tag is-(\w+)"', listed.text, re.DOTALL)
    assert states == ["missing"], states
    where["path"] += "/file.txt"
    compared = visitor.ask("GET", "/hub/restore/compare", params=where)
    brought = visitor.post("/hub/restore/bring-back", params=where)
    counted = visitor.ask("GET", "/hub/storage", params={"folders": "1"})
    assert counted.status_code == 200 and "outside" not in counted.text
    for answer in (compared, brought):
        assert word not in answer.text
    return brought.status_code
