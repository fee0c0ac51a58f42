"""Memory runs out in a real control group: the kernel goes, the server stays, and the person is told in the cell."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hub_stand_in import HubStandIn, running
from kernel_channel import KernelChannel
from limited import memory_group, needs_memory_groups
from single_user import PREFIX, Server, started
from websockets.sync.client import unix_connect

pytestmark = needs_memory_groups

LIMIT = 400_000_000
TAKE_TOO_MUCH = "kept = [bytes([n]) * 50_000_000 for n in range(1, 100)]"


@pytest.fixture(scope="module")
def server(environment: Path, short_folder: Path) -> Iterator[Server]:
    """A server with 400 MB."""
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with (
        memory_group(f"carrel-test-{os.getpid()}", LIMIT) as inside,
        running(hub, short_folder / "hub.sock") as serving,
        started([*inside, *command], hub, serving.api_url, short_folder, MEM_LIMIT=str(LIMIT), CPU_LIMIT="1.5") as it,
    ):
        yield it


@pytest.fixture
def kernel(server: Server) -> Iterator[str]:
    """The id of a running kernel."""
    identity = server.ask("POST", "api/kernels", {"name": "python3"}).json()["id"]
    yield identity
    server.ask("DELETE", f"api/kernels/{identity}")


def connected(server: Server, kernel: str, session: str = "") -> unix_connect:
    headers = {"Authorization": f"token {server.hub.user_token}"}
    address = f"ws://carrel.test{PREFIX}api/kernels/{kernel}/channels{session}"
    return unix_connect(str(server.socket), address, additional_headers=headers, open_timeout=60)


def until_restarting(channel: KernelChannel) -> list[dict[str, Any]]:
    """All messages until the one that makes JupyterLab tell of a restart."""
    seen = []
    for message in channel.messages():
        seen.append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "restarting":
            return seen
    raise AssertionError(seen)


def test_a_kernel_that_dies_before_it_can_say_what_it_does_is_explained_too(server: Server, kernel: str) -> None:
    """One long operation keeps the kernel from saying that it is busy."""
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        channel.run("pass")
        cell = channel.start("taken = bytearray(800 << 20); taken[::4096] = b'1' * len(taken[::4096])")
        waiting = channel.start("'never run'")
        told = [m for m in until_restarting(channel) if m["msg_type"] == "stream"]
    assert [m["parent_header"]["msg_id"] for m in told] == [cell]
    assert waiting != cell


def test_the_cell_says_why_its_kernel_was_stopped(server: Server, kernel: str) -> None:
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        channel.run("pass")
        cell = channel.start(TAKE_TOO_MUCH)
        channel.start("waiting = 1")
        seen = until_restarting(channel)
        told = [m for m in seen if m["msg_type"] == "stream"]
        assert [m["parent_header"]["msg_id"] for m in told] == [cell]
        assert told[0]["content"]["name"] == "stderr"
        start = "Your kernel used more than 400 MB of memory, the limit of this server, and was stopped.\n"
        assert told[0]["content"]["text"].startswith(start)
    assert server.ask("GET", "api/status").status == 200


def test_the_kernel_works_again_afterwards(server: Server, kernel: str) -> None:
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        channel.run("pass")
        channel.start(TAKE_TOO_MUCH)
        until_restarting(channel)
    assert any(answers(server, kernel) for _ in range(5))


def answers(server: Server, kernel: str) -> bool:
    """Whether a kernel computes; what is sent to one while it is being started again may be lost, with stock too."""
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        with suppress(TimeoutError):
            replies = channel.answers(channel.start("6 * 7"), within=12)
            return any(m["content"].get("data", {}).get("text/plain") == "42" for m in replies)
    return False


def test_a_kernel_that_dies_otherwise_is_not_said_to_have_used_too_much(server: Server, kernel: str) -> None:
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        channel.run("pass")
        channel.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert [m for m in until_restarting(channel) if m["msg_type"] == "stream"] == []


def test_a_program_started_by_a_kernel_goes_first_too(server: Server, kernel: str) -> None:
    with connected(server, kernel) as connection:
        channel = KernelChannel(connection)
        read = "int(open('/proc/{}/oom_score_adj').read())"
        assert channel.result(read.format("self")) == "500"
        assert channel.result(f"import os; {read.format(server.process.pid)}") == "0"
        assert channel.result("import subprocess; subprocess.getoutput('cat /proc/self/oom_score_adj')") == "'500'"


def test_the_status_bar_is_given_what_the_control_group_counts(server: Server) -> None:
    figures = server.ask("GET", "api/metrics/v1").json()
    assert figures["limits"]["memory"]["rss"] == pytest.approx(LIMIT, abs=4096)
    assert 30_000_000 < figures["rss"] < LIMIT
    assert figures["limits"]["cpu"]["cpu"] == 1.5
    assert figures["cpu_percent"] >= 0


def test_who_was_away_is_told_on_coming_back(server: Server, kernel: str, tmp_path: Path) -> None:
    restarts = server.log.count("restarting kernel")
    away = tmp_path / "away"
    wait = f"import os, time\nwhile not os.path.exists({str(away)!r}): time.sleep(0.05)"
    with connected(server, kernel, "?session_id=one") as connection:
        channel = KernelChannel(connection)
        channel.run("pass")
        cell = channel.start(f"print('begun', flush=True)\n{wait}\n{TAKE_TOO_MUCH}")
        next(m for m in channel.messages() if m["msg_type"] == "stream")
    server.await_that(lambda: server.ask("GET", f"api/kernels/{kernel}").json()["connections"] == 0)
    away.touch()
    server.await_log("restarting kernel", restarts + 1)
    with connected(server, kernel, "?session_id=one") as connection:
        told = [m for m in until_restarting(KernelChannel(connection)) if m["msg_type"] == "stream"]
        assert [(m["parent_header"]["msg_id"], m["content"]["text"][:21]) for m in told] == [
            (cell, "Your kernel used more")
        ]


def test_a_terminal_says_why_a_program_was_killed(server: Server) -> None:
    name = server.ask("POST", "api/terminals").json()["name"]
    headers = {"Authorization": f"token {server.hub.user_token}"}
    address = f"ws://carrel.test{PREFIX}terminals/websocket/{name}"
    with unix_connect(str(server.socket), address, additional_headers=headers, open_timeout=60) as connection:
        line = "cat /proc/$$/oom_score_adj; python3 -c 'x = [bytes([1]) * 50_000_000 * n for n in range(1, 99)]'\r"
        connection.send(json.dumps(["stdin", line]))
        shown = ""
        while "if your hub offers it." not in shown:
            kind, *text = json.loads(connection.recv(timeout=60))
            shown += text[0] if kind == "stdout" else ""
    server.ask("DELETE", f"api/terminals/{name}")
    assert "500\r\n" in shown
    assert "Killed" in shown
    assert "This program used more than 400 MB of memory, the limit of this server, and was stopped." in shown
    assert server.ask("GET", "api/status").status == 200
