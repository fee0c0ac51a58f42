"""A server that nobody uses is stopped; one that computes or has somebody connected is not."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from carrel_hub import CarrelHub
from kernel_channel import KernelChannel
from websockets.sync.client import connect

LIMIT = 8


def set_servers(hub: CarrelHub, line: str) -> None:
    """Adds a line to the `servers` section."""
    hub.configuration.write_text(hub.configuration.read_text().replace("servers:\n", f"servers:\n  {line}\n"))


@pytest.fixture
def watchful_hub() -> Iterator[CarrelHub]:
    """A hub that looks every second whether a server is unused."""
    hub = CarrelHub()
    try:
        set_servers(hub, "idleCheckInterval: 1s")
        hub.start()
        yield hub
    finally:
        hub.close()


def limit_idleness(hub: CarrelHub) -> None:
    """Has the running hub stop from now on what is unused for a few seconds; starts may have taken longer."""
    set_servers(hub, f"idleLimit: {LIMIT}s")
    hub.command("config", "reload")


class Worker:
    """A user with a running server and a kernel in it."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        self.hub = hub
        self.name = name
        hub.add_user(name)
        self.token = hub.token(name)
        hub.start_server(name, self.token)
        made = hub.ask("POST", f"/user/{name}/api/kernels", self.token, json={"name": "python3"})
        assert made.status_code == 201, made.text
        self.channels = f"/user/{name}/api/kernels/{made.json()['id']}/channels"

    @contextmanager
    def channel(self) -> Iterator[KernelChannel]:
        """The kernel's websocket."""
        address = f"ws://127.0.0.1:{self.hub.port}{self.channels}"
        headers = {"Authorization": f"token {self.token}"}
        with connect(address, additional_headers=headers, open_timeout=60) as connection:
            yield KernelChannel(connection)

    def is_ready(self) -> bool:
        return self.hub.ask("GET", f"/hub/api/users/{self.name}/server", self.token).json()["ready"] is True

    def await_stop(self, within: float) -> None:
        """Returns as soon as the server is stopped, or about to be."""
        self.hub.await_server(
            self.name, self.token, lambda server: not server or server["stopped"] or server["pending"] == "stop", within
        )


def test_only_the_unused_server_is_stopped(watchful_hub: CarrelHub) -> None:
    busy, watched, left = (Worker(watchful_hub, name) for name in ("busy", "watched", "left"))
    with busy.channel() as channel:
        channel.run("import time")
        channel.start(f"time.sleep({60 * LIMIT})")
    with watched.channel():
        limit_idleness(watchful_hub)
        left.await_stop(within=20 * LIMIT)
        # The other two have been without a request for as long.
        until = time.monotonic() + 2 * LIMIT
        while time.monotonic() < until:
            assert busy.is_ready(), watchful_hub.end_of_log()
            assert watched.is_ready(), watchful_hub.end_of_log()
    assert "server.idle server=left/" in watchful_hub.log.read_text()


def test_the_limit_is_counted_from_the_end_of_a_computation(
    watchful_hub: CarrelHub, report: Callable[[str], None]
) -> None:
    alice = Worker(watchful_hub, "alice")
    with alice.channel() as channel:
        channel.run("import time")
        limit_idleness(watchful_hub)
        begun = time.monotonic()
        channel.start(f"time.sleep({1.6 * LIMIT})")
    alice.await_stop(within=20 * LIMIT)
    unused = time.monotonic() - begun - 1.6 * LIMIT
    report(f"a server is stopped after its kernel ended and {LIMIT} s without use: {unused:.1f} s")
    assert unused > 0.8 * LIMIT
