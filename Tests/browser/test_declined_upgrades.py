"""A Lab whose server was stopped asks for its WebSockets again and again; that is in nobody's way."""

import pytest
from carrel_hub import CarrelHub
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect


def test_who_asks_after_a_declined_websocket_is_answered(hub: CarrelHub) -> None:
    hub.add_user("wanda")
    token = hub.token("wanda")
    address = f"ws://127.0.0.1:{hub.port}/user/wanda/api/events/subscribe"
    headers = {"Authorization": f"token {token}"}
    for _ in range(20):
        with pytest.raises(InvalidStatus), connect(address, additional_headers=headers, open_timeout=60):
            pass
        # The hub would take nothing more over the connection that the WebSocket was asked for on.
        assert hub.ask("GET", "/hub/api/users/wanda", token, timeout=20).json()["name"] == "wanda"
