"""The contract that the hub and the sandbox rely on: the stock server, on a unix socket, with the hub behind one too.

What is pinned here are facts of jupyterhub 6.1.1 and its companions: when a new release changes one, the hub has to follow.
"""

import json
import stat
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hub_stand_in import HubStandIn, running
from kernel_channel import KernelChannel
from single_user import PREFIX, Server, started, stop
from unix_http import Answer, request
from websockets.exceptions import InvalidStatus
from websockets.sync.client import unix_connect


def command(environment: Path) -> list[str]:
    """The stock program, through the launcher."""
    return [str(environment / "bin/python"), str(environment / "bin/carrel-server")]


@pytest.fixture(scope="module")
def server(environment: Path, short_folder: Path) -> Iterator[Server]:
    """A server of alice's; tests leave it as they found it, but for kernels of their own."""
    hub = HubStandIn()
    with (
        running(hub, short_folder / "hub.sock") as serving,
        started(command(environment), hub, serving.api_url, short_folder) as it,
    ):
        yield it


@pytest.fixture
def kernel(server: Server) -> Iterator[str]:
    """The id of a running kernel."""
    started_one = server.ask("POST", "api/kernels", {"name": "python3"})
    assert started_one.status == 201, started_one.text
    identity = started_one.json()["id"]
    yield identity
    server.ask("DELETE", f"api/kernels/{identity}")


def connection_to(server: Server, kernel: str, query: str = "", **headers: str) -> unix_connect:
    """Opens the kernel's websocket."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"ws://carrel.test{PREFIX}api/kernels/{kernel}/channels{query}"
    return unix_connect(str(server.socket), address, additional_headers=sent, open_timeout=60)


def as_alice(server: Server, kernel: str) -> unix_connect:
    return connection_to(server, kernel, Authorization=f"token {server.hub.user_token}")


def cookies_of(answer: Answer) -> str:
    """The cookies that an answer sets, as a browser sends them back."""
    kept = []
    for header in answer.headers.get_all("Set-Cookie") or []:
        kept += [f"{name}={morsel.coded_value}" for name, morsel in SimpleCookie(header).items() if morsel.value]
    return "; ".join(kept)


def test_its_socket_is_for_its_own_user_only(server: Server) -> None:
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o600


def test_it_asks_for_the_hub_first_and_reports_activity_at_once(server: Server) -> None:
    activity = server.hub.await_request("POST", "/hub/api/users/alice/activity")
    assert (server.hub.requests[0].method, server.hub.requests[0].path) == ("GET", "/hub/api")
    assert activity.authorization == server.hub.server_token
    assert set(json.loads(activity.body)["servers"]) == {""}


def test_a_browser_enters_by_way_of_the_hub(server: Server) -> None:
    first = request(server.socket, "GET", f"{PREFIX}lab")
    assert first.status == 302
    authorize = urlsplit(first.headers["Location"])
    assert (authorize.netloc, authorize.path) == ("", "/hub/api/oauth2/authorize")

    hub_socket = server.folder / "hub.sock"
    back = request(hub_socket, "GET", f"{authorize.path}?{authorize.query}").headers["Location"]
    entered = request(server.socket, "GET", back, headers={"Cookie": cookies_of(first)})
    assert (entered.status, entered.headers["Location"]) == (302, f"{PREFIX}lab")
    exchange = server.hub.await_request("POST", "/hub/api/oauth2/token")
    assert "code_verifier=" in exchange.body

    page = request(server.socket, "GET", f"{PREFIX}lab", headers={"Cookie": cookies_of(entered)})
    assert page.status == 200
    assert '"hubServerUser": "alice"' in page.text


def test_an_unknown_token_is_refused(server: Server) -> None:
    assert server.ask("GET", "api/contents", token="0" * 32).status == 403


def test_a_kernel_runs_code_and_plots(server: Server, kernel: str) -> None:
    with as_alice(server, kernel) as connection:
        channel = KernelChannel(connection)
        assert channel.result("1+1") == "2"
        shown = channel.run("import matplotlib.pyplot as plot; plot.plot([1, 2]); plot.show()")
        assert any("image/png" in message["content"].get("data", {}) for message in shown)


def test_a_kernel_is_interrupted(server: Server, kernel: str) -> None:
    with as_alice(server, kernel) as connection:
        channel = KernelChannel(connection)
        failures = []
        for message in channel.answers(channel.start("print('begun', flush=True)\nwhile True: pass")):
            if message["msg_type"] == "stream":
                assert server.ask("POST", f"api/kernels/{kernel}/interrupt").status == 204
            if message["msg_type"] == "error":
                failures.append(message["content"]["ename"])
        assert failures == ["KeyboardInterrupt"]


def test_a_kernel_is_restarted(server: Server, kernel: str) -> None:
    with as_alice(server, kernel) as connection:
        KernelChannel(connection).run("kept = 1")
    assert server.ask("POST", f"api/kernels/{kernel}/restart").status == 200
    with as_alice(server, kernel) as connection:
        assert KernelChannel(connection).result("'kept' in globals()") == "False"


def test_a_widget_moves_the_value_in_the_kernel(server: Server, kernel: str) -> None:
    with as_alice(server, kernel) as connection:
        channel = KernelChannel(connection)
        opened = [m["content"] for m in channel.run("import ipywidgets\nslider = ipywidgets.IntSlider(3)")]
        models = [
            c["comm_id"] for c in opened if c.get("data", {}).get("state", {}).get("_model_name") == "IntSliderModel"
        ]
        change = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
        channel.send("comm_msg", {"comm_id": models[0], "data": change})
        assert channel.result("slider.value") == "7"


def test_kernels_speak_through_sockets_in_the_runtime_folder(server: Server, kernel: str) -> None:
    with as_alice(server, kernel) as connection:
        KernelChannel(connection).run("pass")
        sockets = [path for path in (server.folder / "runtime").iterdir() if path.is_socket()]
    assert sorted(path.name[-5:] for path in sockets if kernel in path.name) == [f"ipc-{n}" for n in range(1, 6)]
    assert stat.S_IMODE((server.folder / "runtime").stat().st_mode) & 0o077 == 0


def test_a_token_in_a_websocket_address_needs_what_browsers_send_along(server: Server, kernel: str) -> None:
    query = f"?token={server.hub.user_token}"
    with pytest.raises(InvalidStatus) as refused:
        connection_to(server, kernel, query)
    assert refused.value.response.status_code == 403
    with connection_to(server, kernel, query, Sec_Fetch_Mode="websocket") as connection:
        assert KernelChannel(connection).result("2+2") == "4"


def test_its_log_holds_no_token(server: Server) -> None:
    server.ask("GET", f"api/status?token={server.hub.user_token}")
    server.await_log("api/status")  # written after the answer was sent
    for secret in [server.hub.server_token, *server.hub.tokens]:
        assert secret not in server.log


def test_it_takes_the_place_of_a_socket_left_by_a_killed_one(environment: Path, short_folder: Path) -> None:
    folder = short_folder / "again"
    folder.mkdir()
    hub = HubStandIn()
    with running(hub, folder / "hub.sock") as serving:
        with started(command(environment), hub, serving.api_url, folder) as server:
            server.process.kill()
            server.process.wait()
        assert server.socket.exists()
        with started(command(environment), hub, serving.api_url, folder) as server:
            assert server.ask("GET", "api/status").status == 200
            stop(server.process)
            assert server.process.returncode == 0
