"""The end of a course: what is deleted and what never is, also by hubs that are killed meanwhile."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from test_storage import needs_btrfs, remove_homes

pytestmark = needs_btrfs
ROUNDS = 20
PEOPLE = ["ada", "bob", "cyd"]
# The name of a restore point that is young enough to be kept.
YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:00}"


def tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """All that can be told of a folder: names, kinds, modes, owners, links, contents."""
    found: dict[str, tuple[object, ...]] = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        facts = path.lstat()
        content: object = None
        if stat.S_ISREG(facts.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        elif stat.S_ISLNK(facts.st_mode):
            content = os.readlink(path)
        found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_uid, facts.st_gid, facts.st_mtime_ns, content)
    return found


def make_canary(folder: Path) -> None:
    """Files and folders that nothing of the hub's may touch."""
    (folder / "deep/er").mkdir(parents=True)
    (folder / "letter.txt").write_text("outside")
    (folder / "deep/er/data.bin").write_bytes(bytes(range(256)) * 64)
    (folder / "link").symlink_to("deep")
    os.chown(folder / "letter.txt", 12345, 12345)


def btrfs(*words: object) -> None:
    """Calls the program."""
    subprocess.run(["btrfs", *words], check=True, capture_output=True)


def make_home(homes: Path, instance: str, name: str, canary: Path) -> Path:
    """A home as the hub leaves it, with a restore point, and with all ways that lead out of it."""
    home, points = homes / instance / name, homes / ".restore" / instance / name
    home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    points.mkdir(parents=True)
    btrfs("subvolume", "create", home)
    (home / "work/deep").mkdir(parents=True)
    for number in range(40):
        (home / f"work/deep/{number}.txt").write_text("x" * 5000)
    (home / "out").symlink_to(canary)
    (home / "work/letter").symlink_to(canary / "letter.txt")
    (home / "up").symlink_to("../../default")
    Path(os.fsdecode(os.fsencode(home) + b"/odd \xff name")).write_text("bytes")
    btrfs("subvolume", "snapshot", "-r", home, points / YESTERDAY)
    btrfs("subvolume", "create", home / "own-subvolume")
    (home / "own-subvolume/file").write_text("nested")
    return home


def make_project(homes: Path, name: str, canary: Path) -> Path:
    """A project folder as the hub leaves it, with ways that lead out of it."""
    folder = homes / ".projects" / name
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    btrfs("subvolume", "create", folder)
    (folder / "data").mkdir()
    (folder / "data/shared.csv").write_text("1,2,3")
    (folder / "out").symlink_to(canary)
    (folder / "neighbour").symlink_to("../climate")
    return folder


def rows(hub: CarrelHub, question: str, *values: object) -> list[tuple[object, ...]]:
    """Asks the hub's database."""
    with sqlite3.connect(hub.state / "carrel.db", timeout=30) as database:
        return database.execute(question, values).fetchall()


def state_of(hub: CarrelHub, instance: str) -> str:
    """How far an instance is; `gone` when there is none."""
    found = rows(hub, "SELECT state FROM instance WHERE name = ?", instance)
    return str(found[0][0]) if found else "gone"


@pytest.fixture
def courses() -> Iterator[CarrelHub]:
    """A hub with an image for the homes, which has run once."""
    hub = CarrelHub()
    try:
        text = hub.configuration.read_text()
        hub.configuration.write_text(text + "storage:\n  image: 1 GB\n")
        hub.start()
        yield hub
    finally:
        try:
            hub.end()
        finally:
            try:
                remove_homes(hub.state / "homes")
            finally:
                shutil.rmtree(hub.folder)


def add_course(hub: CarrelHub, name: str, canary: Path) -> None:
    """A course with people of its own, homes, an account that is only for it, messages and invitations."""
    hub.command("instance", "add", name, "--set", "entry=[invitation]", "--set", "handOut=true")
    with sqlite3.connect(hub.state / "carrel.db", timeout=30) as database:
        instance = database.execute("SELECT id FROM instance WHERE name = ?", (name,)).fetchone()[0]
        now = "2026-11-21 12:00:00.000"
        for person in PEOPLE:
            whole = f"{name}-{person}"
            user = database.execute(
                "INSERT INTO user (name, skeleton, createdAt, onlyInstanceId) VALUES (?, ?, ?, ?)",
                (whole, whole, now, instance),
            ).lastrowid
            database.execute("INSERT INTO instanceMember VALUES (?, ?, 'member', ?)", (instance, user, now))
            database.execute(
                "INSERT INTO server (userId, name, wanted, observed, instanceId) VALUES (?, ?, 'stopped', 'stopped', ?)",
                (user, name, instance),
            )
        database.execute(
            "INSERT INTO instanceMessage (instanceId, text, createdAt, createdBy) VALUES (?, 'Hello', ?, 'ada')",
            (instance, now),
        )
    for person in PEOPLE:
        make_home(hub.state / "homes", name, f"{name}-{person}", canary)
    hub.command("group", "add", f"{name}-team", "--instance", name)
    make_project(hub.state / "homes", f"{name}-team", canary)
    hand_out = hub.state / "homes/.hand-outs" / name
    hand_out.parent.mkdir(mode=0o700, exist_ok=True)
    btrfs("subvolume", "create", hand_out)
    (hand_out / "sheet.txt").write_text("exercise")
    (hand_out / "out").symlink_to(canary)


def delete(hub: CarrelHub, name: str) -> None:
    """Gives the command."""
    hub.command("instance", "delete", name, "--confirm", name)


def test_a_deletion_that_is_killed_is_completed(courses: CarrelHub, tmp_path: Path) -> None:
    """Twenty times: `kill -9` somewhere in it, the next hub goes on; the neighbours and everything outside stay."""
    hub, homes = courses, courses.state / "homes"
    make_canary(tmp_path)
    hub.add_user("neighbour")
    make_home(homes, "default", "neighbour", tmp_path)
    hub.command("instance", "add", "lasting")
    make_home(homes, "lasting", "neighbour", tmp_path)
    # Groups of the hub, and of an instance that stays, stay too.
    hub.command("group", "add", "climate")
    hub.command("group", "add", "soil", "--instance", "lasting")
    kept = [tmp_path, homes / "default", homes / "lasting"]
    kept += [make_project(homes, name, tmp_path) for name in ("climate", "soil")]
    points = [homes / ".restore" / name / "neighbour" / YESTERDAY for name in ["default", "lasting"]]
    kept += points
    before = [tree(folder) for folder in kept]

    add_course(hub, "round-0", tmp_path)
    delete(hub, "round-0")
    began = time.monotonic()
    assert eventually(lambda: state_of(hub, "round-0") == "gone"), hub.end_of_log()
    length = time.monotonic() - began

    chance = random.Random(4)
    killed_within = 0
    for number in range(1, ROUNDS + 1):
        name = f"round-{number}"
        add_course(hub, name, tmp_path)
        delete(hub, name)
        pause = chance.uniform(0, length)
        time.sleep(pause)  # the moment of the kill is what is random here
        hub.kill_hub()
        if state_of(hub, name) == "deleting":
            killed_within += 1
        else:
            # It takes less than was thought.
            length = pause
        hub.start()
        assert eventually(lambda name=name: state_of(hub, name) == "gone"), hub.end_of_log()

        left = [path for path in homes.rglob(f"*{name}*") if "/lasting/" not in str(path)]
        assert not left, left
        text, signature = rows(
            hub, "SELECT record, signature FROM deletion WHERE instance = ? AND finishedAt IS NOT NULL", name
        )[0]
        said = json.loads(str(text))
        assert signature and sorted(home["name"] for home in said["homes"]) == [f"{name}-{one}" for one in PEOPLE]
        assert [group["name"] for group in said["groups"]] == [f"{name}-team"] and said["groups"][0]["deletedAt"]
        assert said["accounts"] == [f"{name}-{one}" for one in PEOPLE] and said["servers"] == len(PEOPLE)
    assert killed_within >= 2, f"only {killed_within} of {ROUNDS} kills came while it was deleting"

    assert [tree(folder) for folder in kept] == before
    assert rows(hub, 'SELECT name FROM "group" ORDER BY name') == [("climate",), ("soil",)]
    assert not rows(hub, "SELECT name FROM user WHERE onlyInstanceId IS NOT NULL")
    assert len(rows(hub, "SELECT id FROM deletion")) == ROUNDS + 1
    subvolumes = subprocess.run(["btrfs", "subvolume", "list", homes], check=True, capture_output=True, text=True)
    assert "round-" not in subvolumes.stdout


def test_a_mount_in_a_home_keeps_it_from_being_deleted(courses: CarrelHub, tmp_path: Path) -> None:
    """What is mounted there is never gone into; once it is unmounted, the deletion goes on by itself."""
    hub, homes = courses, courses.state / "homes"
    make_canary(tmp_path)
    before = tree(tmp_path)
    add_course(hub, "held", tmp_path)
    place = homes / "held/held-bob/work/mounted"
    place.mkdir()
    subprocess.run(["mount", "--bind", tmp_path, place], check=True)
    try:
        delete(hub, "held")
        assert eventually(lambda: "mounted" in hub.end_of_log() and "stepFailed" in hub.end_of_log())
        assert state_of(hub, "held") == "deleting"
        assert tree(tmp_path) == before
    finally:
        subprocess.run(["umount", place], check=True)
    hub.command("instance", "delete", "held", "--confirm", "held")
    assert eventually(lambda: state_of(hub, "held") == "gone"), hub.end_of_log()
    assert tree(tmp_path) == before
    assert not (homes / "held").exists()


def test_a_record_can_be_verified(courses: CarrelHub, tmp_path: Path) -> None:
    """The record that remains is signed, and no other text passes for it."""
    make_canary(tmp_path)
    add_course(courses, "short", tmp_path)
    delete(courses, "short")
    assert eventually(lambda: state_of(courses, "short") == "gone"), courses.end_of_log()
    record = courses.command("instance", "record", "1")
    paper = tmp_path / "record.json"
    paper.write_text(record)
    assert "genuine" in courses.command("instance", "record", "--verify", str(paper))
    paper.write_text(record.replace("short-ada", "short-eve"))
    words = [courses.program, "instance", "record", "--verify", paper, "--config", courses.configuration]
    false = subprocess.run(words, check=False, capture_output=True, text=True)
    assert false.returncode == 1 and "isn't genuine" in false.stderr
    key = courses.state / "secrets/record.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
