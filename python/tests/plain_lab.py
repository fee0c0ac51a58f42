"""A plain JupyterLab with nothing of Carrel but its openBIS buttons, as somebody has it on a machine of their own."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

ENVIRONMENT = Path(__file__).parents[2] / "var/clients/openbis-lab"
TOKEN = "of-the-test"


@dataclass
class PlainLab:
    """A running one; `home` is the folder that its files are in."""

    url: str
    home: Path
    log: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request with its token."""
        headers = {"Authorization": f"token {TOKEN}", **more.pop("headers", {})}
        return requests.request(method, f"{self.url}{path}", headers=headers, timeout=120, **more)


@contextmanager
def running(home: Path, program: str = "jupyterlab", **changes: str) -> Iterator[PlainLab]:
    """Runs `python -m PROGRAM` until the block ends; `changes` are added to its environment."""
    python = ENVIRONMENT / "bin/python"
    assert python.exists(), f"{ENVIRONMENT} isn't there: make client-environments"
    variables = {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "JUPYTER_TOKEN": TOKEN,
        "PYTHONUNBUFFERED": "1",
        **changes,
    }
    arguments = [
        "--no-browser",
        "--port=0",
        f"--ServerApp.root_dir={home}",
        "--allow-root",
        "--LabApp.expose_app_in_browser=True",
    ]
    command = [python, "-m", program, *arguments]
    with subprocess.Popen(
        command,
        cwd=home,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        lab = PlainLab("", home)
        for line in process.stdout or ():
            lab.log.append(line)
            if found := re.search(r"http://(127\.0\.0\.1|localhost):\d+/", line):
                lab.url = found[0]
            if "Use Control-C" in line:
                break
        reading = threading.Thread(target=lambda: lab.log.extend(process.stdout or ()), daemon=True)
        reading.start()
        try:
            # It says so before it listens.
            with requests.Session() as first:
                first.mount("http://", HTTPAdapter(max_retries=Retry(connect=50, backoff_factor=0.1, backoff_max=0.5)))
                first.get(f"{lab.url}api", timeout=60).raise_for_status()
            yield lab
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
    reading.join(30)
