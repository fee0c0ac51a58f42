"""Nothing is left: after 200 starts and stops, and after `kill -9` of any process at any time."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from attack_outcome import wait_until
from carrel_hub import ENVIRONMENT, CarrelHub
from leftovers import left, mark, traces
from tiny_environment import make_environment

PEOPLE = ["anna", "bert", "cleo", "dora"]
ROUNDS = 50
KILLS = 24


class TinyHub(CarrelHub):
    """A hub whose servers are ready in a moment, and people to start them."""

    def __init__(self) -> None:
        super().__init__()
        tiny = make_environment(self.folder / "tiny")
        text = self.configuration.read_text().replace(str(ENVIRONMENT.absolute()), str(tiny))
        self.configuration.write_text(text.replace("startDeadline: 2m", "startDeadline: 20s\n  stopDeadline: 1s"))

    def open(self) -> None:
        self.start()
        self.tokens = {}
        for name in PEOPLE:
            self.add_user(name)
            self.tokens[name] = self.token(name)
        # Once, so that homes and whatever the hub makes for the first server are there before anything is compared.
        self.cycle("anna")
        self.before = traces(self.folder)
        self.descriptors = self.count_descriptors()

    def count_descriptors(self) -> int:
        assert self.process
        return psutil.Process(self.process.pid).num_fds()

    def cycle(self, name: str) -> None:
        """Starts and stops somebody's server."""
        self.start_server(name, self.tokens[name])
        self.end_server(name)

    def end_server(self, name: str) -> None:
        self.ask("DELETE", f"/hub/api/users/{name}/server", self.tokens[name])
        self.await_server(name, self.tokens[name], lambda server: not server.get("ready") and not server.get("pending"))

    def await_clean(self) -> None:
        """Returns when nothing is left."""
        found = left(self.folder, self.before).shown()
        assert not found, f"left:\n{found}\n{self.end_of_log(30)}"


@pytest.fixture(scope="module")
def tiny() -> Iterator[TinyHub]:
    one = TinyHub()
    try:
        one.open()
        yield one
    finally:
        one.close()


def test_what_is_left_is_found(tiny: TinyHub) -> None:
    run = tiny.state / "run/servers/left"
    group = Path("/sys/fs/cgroup") / ("pids" if Path("/sys/fs/cgroup/pids").exists() else "")
    group /= f"carrel-{mark(str(tiny.state / 'run/servers'))}/left"
    commands = ["ip link add left0 type veth peer name left1", "nft add table inet left"]
    with (tiny.folder / "log").open("w") as log, socket.socket(socket.AF_UNIX) as one:
        run.mkdir()
        one.bind(str(run / "sock"))
        group.mkdir(parents=True)
        for command in commands:
            subprocess.run(command.split(), check=True)
        with subprocess.Popen(["sleep", "600"], stdout=log) as process:
            seen = traces(tiny.folder) - tiny.before
            process.kill()
    for command in ["ip link delete left0", "nft delete table inet left"]:
        subprocess.run(command.split(), check=True)
    shutil.rmtree(run)
    group.rmdir()
    found = [seen.processes, seen.groups, seen.links, seen.rules, seen.sockets, seen.runs]
    assert all(found), seen.shown()
    tiny.await_clean()


def test_nothing_is_left_after_200_starts_and_stops(tiny: TinyHub) -> None:
    with ThreadPoolExecutor(len(PEOPLE)) as together:
        for _ in range(ROUNDS):
            list(together.map(tiny.cycle, PEOPLE))
    tiny.await_clean()
    assert tiny.count_descriptors() < tiny.descriptors + 20


def test_a_deaf_server_and_what_it_left_running_are_ended(tiny: TinyHub) -> None:
    home = tiny.home("anna")
    (home / "deaf").touch()
    tiny.cycle("anna")
    (home / "deaf").unlink()
    tiny.await_clean()


def watcher(tiny: TinyHub, name: str) -> int | None:
    """The process that watches over the sandbox."""
    return status(tiny, name).get("monitor-pid")


def first(tiny: TinyHub, name: str) -> int | None:
    """The sandbox's first process."""
    return status(tiny, name).get("child-pid")


def program(tiny: TinyHub, name: str) -> int | None:
    """The server itself."""
    parent = first(tiny, name)
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        children = psutil.Process(parent).children() if parent else []
        return children[0].pid if children else None
    return None


def hub(tiny: TinyHub, _: str) -> int | None:
    """The hub."""
    return tiny.process.pid if tiny.process else None


def status(tiny: TinyHub, name: str) -> dict[str, int]:
    """What is known of a run."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for line in (tiny.state / "run/servers" / name / "status").read_text().splitlines():
            with suppress(ValueError):
                found |= json.loads(line)
    return found


def test_nothing_is_left_after_kills(tiny: TinyHub) -> None:
    seed = int(os.environ.get("CARREL_SEED", random.randrange(1 << 30)))
    print(f"CARREL_SEED={seed}")
    chance = random.Random(seed)
    whom: list[Callable[[TinyHub, str], int | None]] = [watcher, first, program, hub]
    for number in range(KILLS):
        name = chance.choice(PEOPLE)
        tiny.ask("POST", f"/hub/api/users/{name}/server", tiny.tokens[name])
        if chance.random() < 0.5:
            tiny.await_server(name, tiny.tokens[name], lambda server: bool(server.get("ready")))
        else:
            wait_until(Path(tiny.state / "run/servers" / name / "status").exists)
        victim = whom[number % len(whom)]
        if pid := victim(tiny, name):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim is hub:
            tiny.kill_hub()
            tiny.start()
        tiny.await_server(name, tiny.tokens[name], lambda server: not server.get("pending"))
        tiny.end_server(name)
    tiny.await_clean()
    for name in PEOPLE:
        tiny.cycle(name)


def test_nothing_is_left_after_a_killed_hub_and_killed_servers(tiny: TinyHub) -> None:
    for name in PEOPLE:
        tiny.start_server(name, tiny.tokens[name])
    victims = [pid for name in PEOPLE for find in (watcher, first) if (pid := find(tiny, name))]
    tiny.kill_hub()
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    tiny.start()
    for name in PEOPLE:
        tiny.await_server(name, tiny.tokens[name], lambda server: not server.get("pending"))
        tiny.end_server(name)
    tiny.await_clean()


def test_nothing_at_all_is_left_after_the_hub() -> None:
    one = TinyHub()
    before = traces(one.folder)
    try:
        one.open()
        one.start_server("bert", one.tokens["bert"])
        assert one.stop() == 0
        found = left(one.folder, before).shown()
        assert not found, found
    finally:
        one.close()
