"""Somebody who works at a stage's hub, or attacks it: a running server, and a kernel in it."""

import json
import os
import shutil
from pathlib import Path

from attack_outcome import Outcome, read
from carrel_hub import CarrelHub
from kernel_channel import KernelChannel
from websockets.sync.client import connect


class Person:
    """A user with a running server and a kernel in it, reached through the proxy as a browser would."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        self.hub = hub
        self.name = name
        self.password = hub.add_user(name)
        self.token = hub.token(name)
        self.channel: KernelChannel | None = None

    def start(self) -> None:
        """Starts the server and a kernel."""
        self.hub.start_server(self.name, self.token)
        self.home = self.hub.home(self.name)
        self.uid = self.home.stat().st_uid
        self.open_kernel()

    def stop(self) -> None:
        """Stops the server and returns when the hub says that it is gone."""
        self.close_kernel()
        self.hub.ask("DELETE", f"/hub/api/users/{self.name}/server", self.token)
        self.hub.await_server(
            self.name, self.token, lambda server: not server.get("pending") and not server.get("ready")
        )

    def open_kernel(self) -> None:
        answer = self.hub.ask("POST", f"/user/{self.name}/api/kernels", self.token, json={"name": "python3"})
        assert answer.status_code == 201, answer.text
        address = f"ws://127.0.0.1:{self.hub.port}/user/{self.name}/api/kernels/{answer.json()['id']}/channels"
        headers = {"Authorization": f"token {self.token}"}
        self.connection = connect(address, additional_headers=headers, proxy=None, max_size=None, open_timeout=60)
        self.channel = KernelChannel(self.connection)

    def close_kernel(self) -> None:
        if self.channel:
            self.connection.close()
            self.channel = None

    def answers(self) -> bool:
        """Whether the server does."""
        answer = self.hub.ask("GET", f"/user/{self.name}/api/status", self.token, timeout=180)
        return answer.status_code == 200

    def give(self, files: Path) -> None:
        """Puts a folder into the home."""
        shutil.copytree(files, self.home / files.name, dirs_exist_ok=True)
        for path in [self.home / files.name, *(self.home / files.name).rglob("*")]:
            os.lchown(path, self.uid, self.uid)

    def python(self, code: str, within: float = 60) -> str:
        """What code prints in the kernel."""
        assert self.channel
        said = []
        for message in self.channel.answers(self.channel.start(code), within):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append("\n".join(content["traceback"]))
        return "".join(said)

    def run(self, program: str, *arguments: str, within: float = 60) -> Outcome:
        """Runs one of the programs that were put into the home, as a child of the kernel."""
        command = json.dumps([program, *arguments])
        return read(self.python(f"attack({command}, {within})", within + 20))

    def begin(self, program: str, *arguments: str) -> None:
        """Runs one beside; `finish` gives what it said."""
        self.python(f"beside = begin({json.dumps([program, *arguments])})")

    def finish(self) -> Outcome:
        return read(self.python("finish(beside, 180)", 200))


# What the kernels get to know first.
HELPERS = """
import json, os, subprocess, sys
folder = os.path.expanduser("~/programs")
log = getattr(sys.stdout, "_original_stdstream_copy", -1) or -1
def begin(command):
    start = [sys.executable] if command[0].endswith(".py") else []
    return subprocess.Popen(
        start + [os.path.join(folder, command[0])] + command[1:], cwd=os.path.expanduser("~"), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "ATTACK_LOG": str(log)},
        pass_fds=[log] if log >= 0 else [],
    )
def finish(process, within):
    try:
        said, failed = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        said, failed = process.communicate()
    print(json.dumps({"code": process.returncode, "said": said[-5000:], "failed": failed[-2000:]}))
def attack(command, within):
    finish(begin(command), within)
"""
