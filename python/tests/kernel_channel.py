"""Talks to a kernel through a server's websocket, as JupyterLab does."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from websockets.sync.connection import Connection

Message = dict[str, Any]


class KernelChannel:
    """One open kernel websocket."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session = uuid.uuid4().hex

    def send(self, kind: str, content: Message, channel: str = "shell") -> str:
        """Sends a message; the answer is its id."""
        identity = uuid.uuid4().hex
        header = {"msg_id": identity, "msg_type": kind, "session": self.session, "username": "", "version": "5.3"}
        self.connection.send(
            json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel})
        )
        return identity

    def messages(self, within: float = 60) -> Iterator[Message]:
        """Whatever comes from the kernel's side, without end."""
        while True:
            yield json.loads(self.connection.recv(timeout=within))

    def answers(self, identity: str, within: float = 60) -> Iterator[Message]:
        """What the kernel says in answer to a message, until it has replied and is idle again."""
        awaited = {"idle", "reply"}
        while awaited:
            message = json.loads(self.connection.recv(timeout=within))
            if message["parent_header"].get("msg_id") != identity:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                awaited.discard("idle")
            if message["msg_type"].endswith("_reply"):
                awaited.discard("reply")
            yield message

    def start(self, code: str) -> str:
        """Sends code to be run."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self.send("execute_request", content)

    def run(self, code: str) -> list[Message]:
        """Runs code to its end."""
        return list(self.answers(self.start(code)))

    def result(self, code: str) -> str:
        """What a cell shows: its result as text."""
        shown = [m["content"]["data"]["text/plain"] for m in self.run(code) if m["msg_type"] == "execute_result"]
        return shown[0] if shown else ""
