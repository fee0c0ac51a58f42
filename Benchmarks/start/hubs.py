"""Two hubs that are asked to do the same: ours, and JupyterHub 6.1.1 with Debian's configurable-http-proxy."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Protocol

import psutil
import requests

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Tests/browser"))

from carrel_hub import ENVIRONMENT, CarrelHub, free_port, kill_all, processes_of

PASSWORD = "violet kettle over the fjord"
FORM_TOKEN = re.compile(r'name="_xsrf" value="([^"]*)"')
JUPYTERHUB_CONFIGURATION = """\
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.db_url = "sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.cmd = ["{environment}/bin/jupyterhub-singleuser"]
c.Spawner.args = {arguments}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
"""


class HubUnderTest(Protocol):
    """What the benchmark needs of a hub."""

    name: str
    url: str

    def start(self) -> None: ...
    def sign_in(self, user: str) -> requests.Session: ...
    def press_start(self, session: requests.Session, user: str) -> None: ...
    def processes(self) -> list[psutil.Process]: ...
    def close(self) -> None: ...


def form_token(session: requests.Session, url: str) -> str:
    """The XSRF token in a page's form."""
    page = session.get(url, timeout=60)
    found = FORM_TOKEN.search(page.text)
    assert found, page.text
    return found[1]


class Carrel:
    """Ours, as `make run` starts it."""

    name = "Carrel"

    def __init__(self, program: Path) -> None:
        self.hub = CarrelHub(program)
        self.url = self.hub.url

    def start(self) -> None:
        self.hub.start()

    def sign_in(self, user: str) -> requests.Session:
        """Signs in a new user, who chooses a password."""
        session = requests.Session()
        login = f"{self.url}/hub/login"
        form = {"username": user, "password": self.hub.add_user(user), "_xsrf": form_token(session, login)}
        session.post(login, form, timeout=60)
        password = f"{self.url}/hub/password"
        form = {"new_password": PASSWORD, "new_password_again": PASSWORD, "_xsrf": form_token(session, password)}
        assert session.post(password, form, timeout=60).ok
        return session

    def press_start(self, session: requests.Session, user: str) -> None:
        """The Start button of the home page."""
        form = {"_xsrf": form_token(session, f"{self.url}/hub/home")}
        answer = session.post(f"{self.url}/hub/spawn/{user}", form, allow_redirects=False, timeout=60)
        assert answer.status_code in (302, 303), answer.text

    def processes(self) -> list[psutil.Process]:
        """The hub and its proxy."""
        assert self.hub.process
        return [psutil.Process(self.hub.process.pid), self.hub.proxy()]

    def close(self) -> None:
        self.hub.close()


class JupyterHub:
    """The peer, with the settings of a plain single-machine installation."""

    name = "JupyterHub"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jupyterhub-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Runs it and returns as soon as it answers."""
        configuration = self.folder / "jupyterhub_config.py"
        configuration.write_text(
            JUPYTERHUB_CONFIGURATION.format(
                port=self.port,
                hub_port=free_port(),
                api_port=free_port(),
                folder=self.folder,
                environment=ENVIRONMENT.resolve(),
                arguments=["--allow-root"] if os.geteuid() == 0 else [],
            )
        )
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [ENVIRONMENT.resolve() / "bin/jupyterhub", "--config", configuration],
                cwd=self.folder,
                env=os.environ | {"NODE_PATH": "/usr/share/nodejs"},  # for a node that isn't Debian's
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if requests.get(f"{self.url}/hub/api", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text())

    def sign_in(self, user: str) -> requests.Session:
        """Signs in; any password will do."""
        session = requests.Session()
        login = f"{self.url}/hub/login"
        form = {"username": user, "password": PASSWORD, "_xsrf": form_token(session, login)}
        answer = session.post(login, form, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return session

    def press_start(self, session: requests.Session, user: str) -> None:
        """The Start button of the home page is a link to this."""
        answer = session.get(f"{self.url}/hub/spawn/{user}", allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text

    def processes(self) -> list[psutil.Process]:
        """The hub and its proxy, not its servers."""
        assert self.process
        hub = psutil.Process(self.process.pid)
        return [hub, *(child for child in hub.children() if "configurable-http-proxy" in " ".join(child.cmdline()))]

    def close(self) -> None:
        """Ends it with its proxy and servers."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
                self.process.wait(60)
        finally:
            kill_all(processes_of(self.folder))
            shutil.rmtree(self.folder)
