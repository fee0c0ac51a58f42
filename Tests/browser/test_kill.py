"""`kill -9` of one part: what runs goes on, and everything is back by itself."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from carrel_hub import CarrelHub
from kernel_channel import KernelChannel
from websockets.sync.client import connect

API = "/user/alice/api"
SERVER = "/hub/api/users/alice/server"


@dataclass
class Work:
    """A running server of alice's with a kernel in it."""

    hub: CarrelHub
    token: str
    kernel: str

    @contextmanager
    def channel(self) -> Iterator[KernelChannel]:
        """The kernel's websocket, through the public port."""
        address = f"ws://127.0.0.1:{self.hub.port}{API}/kernels/{self.kernel}/channels"
        headers = {"Authorization": f"token {self.token}"}
        with connect(address, additional_headers=headers, open_timeout=60) as connection:
            yield KernelChannel(connection)


def alice_at(hub: CarrelHub) -> str:
    """Adds alice; gives a token of hers."""
    hub.add_user("alice")
    return hub.token("alice")


@pytest.fixture
def work(own_hub: CarrelHub) -> Work:
    """Alice at work."""
    token = alice_at(own_hub)
    own_hub.start_server("alice", token)
    asked = own_hub.ask("POST", f"{API}/kernels", token, json={"name": "python3"})
    assert asked.status_code == 201, asked.text
    return Work(own_hub, token, asked.json()["id"])


def test_a_killed_hub_is_not_missed_by_an_open_kernel(work: Work, report: Callable[[str], None]) -> None:
    with work.channel() as channel:
        channel.run("kept = 41")
        work.hub.kill_hub()
        assert channel.result("kept + 1") == "42"
        begun = time.monotonic()
        work.hub.start()
        report(f"a new hub answers after the old one was killed: {time.monotonic() - begun:.2f} s")
        assert channel.result("kept + 2") == "43"
    user = work.hub.ask("GET", "/hub/api/users/alice", work.token).json()
    assert user["servers"][""]["ready"] is True
    assert work.hub.ask("DELETE", SERVER, work.token).status_code in (202, 204)


def test_a_download_goes_on_when_the_hub_is_killed(work: Work) -> None:
    content = os.urandom(64 << 20)
    (work.hub.home("alice") / "large.bin").write_bytes(content)
    address = "/user/alice/files/large.bin"
    with work.hub.ask("GET", address, work.token, stream=True) as answer:
        parts = answer.iter_content(1 << 20)
        got = [next(parts)]
        work.hub.kill_hub()
        got += parts
    assert b"".join(got) == content


def test_a_killed_proxy_comes_back_with_its_routes(work: Work, report: Callable[[str], None]) -> None:
    with work.channel() as channel:
        channel.run("kept = 41")
    old = work.hub.proxy()
    begun = time.monotonic()
    old.kill()
    work.hub.await_answer(f"{API}/status", within=120, token=work.token)
    report(f"a server is reached again after the proxy was killed: {time.monotonic() - begun:.2f} s")
    assert work.hub.proxy().pid != old.pid
    with work.channel() as channel:
        assert channel.result("kept + 1") == "42"


@pytest.mark.parametrize(("method", "pending"), [("POST", "spawn"), ("DELETE", "stop")])
def test_a_hub_killed_in_the_middle_leaves_nothing_stuck(own_hub: CarrelHub, method: str, pending: str) -> None:
    token = alice_at(own_hub)
    if method == "DELETE":
        own_hub.start_server("alice", token)
    with ThreadPoolExecutor() as beside:
        asked = beside.submit(own_hub.ask, method, SERVER, token)
        own_hub.await_server("alice", token, lambda server: server.get("pending") == pending)
        own_hub.kill_hub()
        asked.exception()
    own_hub.start()
    settled = own_hub.await_server("alice", token, lambda server: not server.get("pending"))
    if not settled.get("ready"):
        own_hub.start_server("alice", token)
    answer = own_hub.ask("GET", f"{API}/status", token)
    assert answer.status_code == 200, (answer.headers, answer.text)


def test_a_stopped_hub_leaves_no_process(own_hub: CarrelHub) -> None:
    own_hub.start_server("alice", alice_at(own_hub))
    assert len(own_hub.processes()) > 2, "hub, proxy and server"
    assert own_hub.stop() == 0
    assert own_hub.processes() == []


def test_a_hub_stopped_while_it_starts_leaves_no_process() -> None:
    for _ in range(5):
        hub = CarrelHub()
        try:
            hub.start()
            assert hub.stop() == 0
            assert hub.processes() == []
        finally:
            hub.close()
