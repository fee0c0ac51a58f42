"""Project folders of groups and shared folders, in real servers: who sees what, who may do what, and what counts where."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub
from inside import run_inside
from test_storage import STORAGE, eventually, needs_btrfs, remove_homes

pytestmark = needs_btrfs
SHARED = """\
sharedFolders:
  datasets:
    path: {path}
  exchange:
    access: readWrite
    quota: 5 MB
    groups: [ecology]
"""
TELL = (
    "import subprocess; p = subprocess.run({!r}, shell=True, capture_output=True, text=True); print(p.stdout, p.stderr)"
)


class Person:
    """Somebody with a running server."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        self.hub, self.name, self.token = hub, name, hub.token(name)
        hub.start_server(name, self.token)

    def shell(self, script: str) -> str:
        """What a script says in the server."""
        return run_inside(self.hub, self.name, self.token, TELL.format(script))

    def browsed(self, folder: str) -> list[str]:
        """What JupyterLab's file browser shows in a folder."""
        answer = self.hub.ask("GET", f"/user/{self.name}/api/contents/{folder}", self.token)
        return sorted(entry["name"] for entry in answer.json()["content"])


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub with an image for the homes and two shared folders."""
    hub = CarrelHub()
    try:
        datasets = hub.folder / "datasets"
        datasets.mkdir(mode=0o755)
        (datasets / "rivers.csv").write_text("Elbe,1094\n")
        with hub.configuration.open("a") as file:
            file.write(STORAGE.format(quota="30 MB") + SHARED.format(path=datasets))
        hub.start()
        for name in ["maria", "tom", "eve", "fred"]:
            hub.add_user(name)
        hub.command("group", "add", "ecology", "--project-quota", "40MB")
        hub.command("group", "members", "add", "ecology", "maria", "tom")
        yield hub
    finally:
        try:
            hub.end()
        finally:
            remove_homes(hub.state / "homes")
            shutil.rmtree(hub.folder)


@pytest.fixture(scope="module")
def maria(hub: CarrelHub) -> Person:
    """A member."""
    return Person(hub, "maria")


@pytest.fixture(scope="module")
def tom(hub: CarrelHub) -> Person:
    """Another member."""
    return Person(hub, "tom")


@pytest.fixture(scope="module")
def eve(hub: CarrelHub) -> Person:
    """Somebody else."""
    return Person(hub, "eve")


def test_members_work_on_each_others_files(maria: Person, tom: Person) -> None:
    assert "ecology" in maria.shell("id -Gn")
    maria.shell("cd ~/projects/ecology && umask 077 && mkdir data && echo one > data/counts.csv && chmod 400 data/*")
    assert tom.browsed("projects/ecology/data") == ["counts.csv"]
    assert "one\ntwo" in tom.shell(
        "cd ~/projects/ecology/data && chmod 600 * && echo two >> counts.csv && cat counts.csv"
    )
    assert "two" in maria.shell("cat ~/projects/ecology/data/counts.csv")


def test_nobody_else_sees_a_project(hub: CarrelHub, maria: Person, eve: Person) -> None:
    maria.shell("echo ours > ~/projects/ecology/secret")
    assert [name for name in eve.browsed("") if not name.startswith(".")] == ["datasets"]
    assert "ecology" not in eve.shell("id -Gn; cat /etc/group; find /home /mnt /srv /run -name secret 2>/dev/null")


def test_a_project_has_a_quota_of_its_own(hub: CarrelHub, maria: Person) -> None:
    fill = "cd ~/projects/ecology; head -c 60000000 /dev/urandom > big; sync big; wc -c < big; rm big; sync -f ."
    said = maria.shell(fill)
    assert "Disk quota exceeded" in said
    assert int(said.split()[0]) <= 40_000_000
    assert "20000000" in maria.shell("head -c 20000000 /dev/urandom > ~/mine; sync ~/mine; wc -c ~/mine; rm ~/mine")

    assert "30000000" in maria.shell("echo $CARREL_HOME_QUOTA")

    hub.command("group", "quota", "ecology", "--project", "90MB")
    assert eventually(lambda: "exceeded" not in maria.shell(fill)), "a new quota holds in running servers"


def test_shared_folders(maria: Person, tom: Person, eve: Person) -> None:
    assert eve.browsed("datasets") == ["rivers.csv"]
    assert "Read-only" in eve.shell("touch ~/datasets/x")
    assert "Read-only" in maria.shell("rm ~/datasets/rivers.csv")
    maria.shell("echo hello > ~/exchange/note; chmod 600 ~/exchange/note")
    assert "hello" in tom.shell("cat ~/exchange/note")
    assert "exceeded" in tom.shell(
        "head -c 9000000 /dev/urandom > ~/exchange/big; sync ~/exchange/big; rm ~/exchange/big"
    )


def test_a_group_removed_leaves_its_folder(hub: CarrelHub, maria: Person) -> None:
    kept: Path = hub.state / "homes/.projects/ecology"
    maria.shell("echo kept > ~/projects/ecology/kept")
    hub.command("group", "remove", "ecology")
    assert (kept / "kept").read_text() == "kept\n"
    hub.command("group", "add", "ecology")
    hub.command("group", "members", "add", "ecology", "fred")
    fred = Person(hub, "fred")
    assert "ecology" in fred.shell("id -Gn")
    assert "kept" not in fred.shell("ls ~/projects/ecology 2>&1")
