"""A server that nobody uses is stopped; one that computes or has somebody connected is not."""

import time
from collections.abc import Iterator

import pytest
from carrel_hub import CarrelHub
from kernel_channel import KernelChannel
from websockets.sync.client import connect

LIMIT = 12


@pytest.fixture
def hasty_hub() -> Iterator[CarrelHub]:
    """A hub that stops what is unused for a few seconds."""
    hub = CarrelHub()
    text = hub.configuration.read_text()
    hub.configuration.write_text(
        text.replace("servers:\n", f"servers:\n  idleLimit: {LIMIT}s\n  idleCheckInterval: 1s\n")
    )
    hub.start()
    yield hub
    hub.close()


def new_server(hub: CarrelHub, name: str) -> str:
    """A user with a running server; gives a token."""
    hub.add_user(name)
    token = hub.token(name)
    hub.start_server(name, token)
    return token


def new_kernel(hub: CarrelHub, name: str, token: str) -> str:
    """Starts a kernel; gives the path of its websocket."""
    made = hub.ask("POST", f"/user/{name}/api/kernels", token, json={"name": "python3"})
    assert made.status_code == 201, made.text
    return f"/user/{name}/api/kernels/{made.json()['id']}/channels"


def channel_to(hub: CarrelHub, name: str, token: str) -> connect:
    """The websocket of a new kernel."""
    address = f"ws://127.0.0.1:{hub.port}{new_kernel(hub, name, token)}"
    return connect(address, additional_headers={"Authorization": f"token {token}"})


def test_only_the_unused_server_is_stopped(hasty_hub: CarrelHub) -> None:
    hub = hasty_hub
    busy = new_server(hub, "busy")
    with channel_to(hub, "busy", busy) as connection:
        KernelChannel(connection).start("import time; time.sleep(3600)")
    used = new_server(hub, "open")
    with channel_to(hub, "open", used):
        left = new_server(hub, "left")
        hub.await_server("left", left, lambda server: server.get("stopped") is True, within=8 * LIMIT)
        # The other two have been without a request for as long.
        begun = time.monotonic()
        while time.monotonic() - begun < 1.5 * LIMIT:
            for name, token in (("busy", busy), ("open", used)):
                server = hub.ask("GET", f"/hub/api/users/{name}/server", token).json()
                assert server["ready"] is True, (name, hub.end_of_log())
    assert "server.idle server=left/" in hub.log.read_text()


def test_the_limit_is_counted_from_the_end_of_a_computation(hasty_hub: CarrelHub) -> None:
    hub = hasty_hub
    token = new_server(hub, "alice")
    with channel_to(hub, "alice", token) as open_one:
        channel = KernelChannel(open_one)
        channel.run("import time")
        channel.start(f"time.sleep({1.6 * LIMIT})")
    ends = time.monotonic() + 1.6 * LIMIT
    hub.await_server("alice", token, lambda server: server.get("stopped") is True or server.get("pending") == "stop")
    assert time.monotonic() - ends > 0.8 * LIMIT
