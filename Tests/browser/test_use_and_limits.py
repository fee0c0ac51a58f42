"""A real server at its limits: what its user is told in the cell, and what the hub says it uses."""

from collections.abc import Iterator

import pytest
import requests
from carrel_hub import CarrelHub, eventually
from kernel_channel import KernelChannel
from websockets.sync.client import connect

LIMIT = 500 << 20
HOG = "taken = bytearray(800 << 20); taken[::4096] = b'1' * len(taken[::4096]); print('it lived')"


@pytest.fixture
def hub() -> Iterator[CarrelHub]:
    """A hub whose servers have little memory."""
    one = CarrelHub()
    text = one.configuration.read_text()
    one.configuration.write_text(
        text.replace("servers:\n", "servers:\n  memoryLimit: 500 MiB\n  processorLimit: 1.5\n")
    )
    try:
        one.start()
        yield one
    finally:
        one.close()


def test_a_kernel_that_takes_too_much_is_stopped_and_said_to_be(hub: CarrelHub) -> None:
    hub.add_user("alice")
    token = hub.token("alice")
    hub.start_server("alice", token)
    headers = {"Authorization": f"token {token}"}
    server = f"{hub.url}/user/alice/api"
    kernel = requests.post(f"{server}/kernels", json={"name": "python3"}, headers=headers, timeout=60).json()["id"]
    address = f"{server}/kernels/{kernel}/channels".replace("http", "ws", 1)
    with connect(address, additional_headers=headers, max_size=None, open_timeout=60) as connection:
        channel = KernelChannel(connection)
        assert channel.result("6 * 7") == "42"
        cell = channel.start(HOG)
        said = ""
        for message in channel.messages():
            if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == cell:
                said += message["content"]["text"]
            if message["content"].get("execution_state") == "restarting":
                break
    assert said.startswith("Your kernel used more than 500 MiB of memory, the limit of this server, and was stopped.")

    metrics = requests.get(f"{server}/metrics/v1", headers=headers, timeout=60).json()
    assert metrics["limits"]["memory"]["rss"] == LIMIT
    assert 0 < metrics["rss"] < LIMIT

    def use() -> dict[str, int]:
        answer = hub.ask("GET", "/hub/api/carrel/users/alice/usage", token)
        assert answer.status_code == 200, answer.text
        return answer.json()["servers"].get("", {})

    # The first look wakes the watch, which then reads every few seconds.
    assert eventually(lambda: bool(use())), hub.end_of_log()
    first = use()
    # The kernel counts every process it kills, and may take a second one before the first is gone.
    assert first["memory_kills"] >= 1
    assert (first["memory_limit"], first["processor_limit"]) == (LIMIT, 1.5)
    assert 0 < first["memory"] < LIMIT
    assert first["processes"] > 1
