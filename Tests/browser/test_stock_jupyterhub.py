"""A stock JupyterHub that steers `carrel proxy` as if it were configurable-http-proxy."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
from carrel_hub import ENVIRONMENT, PROGRAM, eventually, free_port
from kernel_channel import KernelChannel
from websockets.sync.client import connect

CONFIGURATION = """\
from jupyterhub.proxy import ConfigurableHTTPProxy

c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {{"ada"}}
c.JupyterHub.proxy_class = ConfigurableHTTPProxy
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{control}"
c.ConfigurableHTTPProxy.auth_token = "told-to-both"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 300
"""


class Pair:
    """A proxy and the hub that steers it. `url` is where browsers come in."""

    def __init__(self, folder: Path) -> None:
        self.public, self.control, self.hub = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.public}"
        self.environment = {**os.environ, "CONFIGPROXY_AUTH_TOKEN": "told-to-both"}
        self.environment["PATH"] = f"{ENVIRONMENT}/bin:{self.environment['PATH']}"
        self.folder = folder
        (folder / "jupyterhub_config.py").write_text(
            CONFIGURATION.format(public=self.public, hub=self.hub, control=self.control, folder=folder)
        )

    def start_proxy(self) -> subprocess.Popen[bytes]:
        error_pages = f"http://127.0.0.1:{self.hub}/hub/error"
        return self.start(
            "proxy",
            [PROGRAM, "proxy", "--listen", f"127.0.0.1:{self.public}", "--api-listen", f"127.0.0.1:{self.control}"]
            + ["--error-target", error_pages],
        )

    def start_hub(self) -> subprocess.Popen[bytes]:
        return self.start("hub", [ENVIRONMENT / "bin/jupyterhub", "-f", self.folder / "jupyterhub_config.py"])

    def start(self, name: str, command: list[str | Path]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)

    def routes(self) -> dict[str, dict[str, object]]:
        answer = requests.get(
            f"http://127.0.0.1:{self.control}/api/routes",
            headers={"Authorization": "token told-to-both"},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json()

    def await_status(self, status: int, path: str, within: float = 120) -> requests.Response:
        """Returns as soon as an address answers with this status."""
        deadline = time.monotonic() + within
        last = "no answer"
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                answer = requests.get(self.url + path, timeout=15)
                if answer.status_code == status:
                    return answer
                last = str(answer.status_code)
            time.sleep(0.05)  # nobody tells when another program begins to listen
        raise TimeoutError(f"{path}: {last}\n{(self.folder / 'hub.log').read_text()[-3000:]}")


def compute_over_websocket(pair: Pair, ada: requests.Session, code: str) -> str:
    """Runs code in a new kernel through the proxy and gives what it results in."""
    headers = {"X-XSRFToken": ada.cookies.get("_xsrf", path="/user/ada/")}
    kernel = ada.post(f"{pair.url}/user/ada/api/kernels", headers=headers, json={"name": "python3"}, timeout=60)
    assert kernel.status_code == 201, kernel.text
    path = f"/user/ada/api/kernels/{kernel.json()['id']}/channels"
    cookies = requests.Request("GET", pair.url + path, cookies=ada.cookies).prepare().headers["Cookie"]
    address = f"ws://127.0.0.1:{pair.public}{path}"
    with connect(address, additional_headers={"Cookie": cookies}, open_timeout=60) as connection:
        results = [
            message["content"]["data"]["text/plain"]
            for message in KernelChannel(connection).run(code)
            if message["msg_type"] == "execute_result"
        ]
    return results[0]


def end(process: subprocess.Popen[bytes]) -> None:
    """Asks a program to stop, and makes it."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    if process.poll() is None:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("stock"))
    with ExitStack() as stack:
        stack.callback(end, pair.start_proxy())
        stack.callback(end, pair.start_hub())
        pair.await_status(200, "/hub/health")
        yield pair


@pytest.fixture(scope="module")
def ada(pair: Pair) -> requests.Session:
    """Somebody who has signed in."""
    session = requests.Session()
    form = session.get(f"{pair.url}/hub/login", timeout=60)
    token = re.search(r'name="_xsrf" value="([^"]*)"', form.text)
    assert token, form.text[:2000]
    data = {"username": "ada", "password": "x", "_xsrf": token[1]}
    answer = session.post(f"{pair.url}/hub/login?next=%2Fhub%2Fhome", data=data, timeout=60)
    assert answer.status_code == 200, answer.text[:2000]
    assert answer.url == f"{pair.url}/hub/home"
    return session


def test_the_hub_publishes_its_route(pair: Pair) -> None:
    assert pair.routes()["/"]["hub"] is True
    assert pair.routes()["/"]["target"] == f"http://127.0.0.1:{pair.hub}"


def test_home_is_reached_through_the_proxy(pair: Pair, ada: requests.Session) -> None:
    home = ada.get(f"{pair.url}/hub/home", timeout=60)
    assert home.status_code == 200
    assert "ada" in home.text
    assert re.fullmatch(r"[0-9a-f]{16}", home.headers["X-Request-ID"])


def test_the_hub_sees_the_browser_s_address(pair: Pair, ada: requests.Session) -> None:
    assert re.search(r" 302 POST /hub/login.*\(ada@127\.0\.0\.1\)", (pair.folder / "hub.log").read_text())


def test_a_server_is_started_reached_and_stopped(pair: Pair, ada: requests.Session) -> None:
    headers = {"X-XSRFToken": ada.cookies.get("_xsrf", path="/hub/")}
    server = f"{pair.url}/hub/api/users/ada/server"
    assert ada.post(server, headers=headers, timeout=60).status_code in (201, 202)
    added = eventually(lambda: "/user/ada" in pair.routes())  # by another program
    assert added, (pair.folder / "hub.log").read_text()[-3000:]
    assert pair.routes()["/user/ada"]["user"] == "ada"
    page = ada.get(f"{pair.url}/user/ada/lab", timeout=60)
    assert page.status_code == 200, page.text[:2000]
    assert page.url == f"{pair.url}/user/ada/lab"
    status = ada.get(f"{pair.url}/user/ada/api/status", timeout=60)
    assert status.status_code == 200, status.text[:2000]
    assert status.json()["connections"] == 0
    assert compute_over_websocket(pair, ada, "6 * 7") == "42"
    assert ada.delete(server, headers=headers, timeout=60).status_code in (202, 204)
    assert eventually(lambda: "/user/ada" not in pair.routes())


def test_the_hub_s_page_is_shown_for_a_server_that_is_gone(pair: Pair) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    requests.post(
        f"http://127.0.0.1:{pair.control}/api/routes/user/gone",
        headers={"Authorization": "token told-to-both"},
        json={"target": gone},
        timeout=60,
    ).raise_for_status()
    answer = requests.get(f"{pair.url}/user/gone/lab", timeout=60)
    assert answer.status_code == 503
    assert "JupyterHub" in answer.text
