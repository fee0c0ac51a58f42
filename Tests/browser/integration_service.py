"""openBIS' own endpoint for notebooks, the real `jupyter-openbis-integration-service`, with a /home and accounts of its own.

It writes into homes as root and changes the files of accounts, so it runs in a namespace in which those are others. Needs root.
"""

import contextlib
import http.client
import json
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from carrel_hub import ROOT, free_port

PYTHON = ROOT / "var/clients/openbis-integration/bin/python"
ACCOUNTS = "root:x:0:0:root:/root:/bin/sh\nalice:x:31001:31001::/home/alice:/bin/sh\n"
SCRIPT = """\
mount --make-rprivate /
mount --bind "$0/home" /home
mount --bind "$0/passwd" /etc/passwd
exec "$@"
"""


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def fields(self) -> dict[str, str]:
        return json.loads(self.text)


def ask(method: str, address: str, body: bytes = b"", trust: ssl.SSLContext | None = None) -> Answer:
    """One request whose address is sent as it is, with escapes that are none, as browsers send them."""
    place = urlsplit(address)
    kind = http.client.HTTPConnection if trust is None else http.client.HTTPSConnection
    more = {} if trust is None else {"context": trust}
    connection = kind(place.hostname or "", place.port, timeout=30, **more)
    with contextlib.closing(connection):
        connection.request(method, address.removeprefix(f"{place.scheme}://{place.netloc}"), body)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


class IntegrationService:
    """It runs for as long as the `with` block lasts; `url` is its address, `home` where alice's files are."""

    def __init__(self, folder: Path, openbis: str) -> None:
        assert PYTHON.exists(), "make client-environments builds what is missing"
        self.folder, self.port = folder, free_port()
        self.home = folder / "home/alice"
        self.home.mkdir(parents=True)
        (folder / "passwd").write_text(ACCOUNTS)
        run = "from jupyter_openbis_integration_service.server import start_server; start_server()"
        program = [PYTHON, "-W", "ignore", "-c", run, "--openbis", openbis, "--port", str(self.port)]
        self.log = (folder / "service.log").open("wb")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "bash", "-c", SCRIPT, folder, *program], stdout=self.log, stderr=self.log, cwd=folder
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "service.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                time.sleep(0.1)  # nobody tells when another program begins to listen
        raise TimeoutError("the service doesn't answer")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()
