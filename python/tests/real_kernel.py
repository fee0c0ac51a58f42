"""Starts kernels of the built environment, and speaks with them as a front-end does."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

Message = dict[str, Any]
# Seconds that anything may take on a busy machine.
PATIENCE = 60


@dataclass
class Outcome:
    """What came of a cell."""

    status: str = ""
    stdout: str = ""
    stderr: str = ""
    result: str | None = None
    error: str = ""
    traceback: list[str] = field(default_factory=list)
    pictures: int = 0

    def take(self, message: Message) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "stream":
                setattr(self, content["name"], getattr(self, content["name"]) + content["text"])
            case "execute_result" | "display_data":
                self.result = content["data"].get("text/plain", self.result)
                self.pictures += any(kind.startswith("image/") for kind in content["data"])
            case "error":
                self.error = f"{content['ename']}: {content['evalue']}"
                self.traceback = content["traceback"]


@dataclass
class RealKernel:
    """A kernel that runs."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str, on_output: Callable[[Message], None] = lambda message: None, **how: Any) -> Outcome:
        """Runs a cell to its end. `on_output` is told of all that comes meanwhile, when it comes."""
        outcome = Outcome()

        def take(message: Message) -> None:
            outcome.take(message)
            on_output(message)

        how = {"allow_stdin": False, "timeout": PATIENCE} | how
        outcome.status = self.client.execute_interactive(code, output_hook=take, **how)["content"]["status"]
        return outcome

    def interrupted(self, code: str, when: str = "running\n") -> Outcome:
        """Runs a cell, and interrupts it as soon as it has printed something."""
        seen: list[str] = []

        def look(message: Message) -> None:
            if message["msg_type"] == "stream" and not seen and when in message["content"]["text"]:
                seen.append(when)
                self.manager.interrupt_kernel()

        return self.run(code, look)

    def answering(self, code: str, *answers: str) -> tuple[Outcome, list[Message]]:
        """Runs a cell that asks for input; gives also what it asked."""
        waiting, asked = list(answers), []

        def answer(message: Message) -> None:
            asked.append(message["content"])
            self.client.input(waiting.pop(0))

        return self.run(code, allow_stdin=True, stdin_hook=answer), asked

    def reply(self, kind: str, *arguments: Any) -> Message:
        """What a kernel answers to `complete`, `inspect` or `is_complete`."""
        identity = getattr(self.client, kind)(*arguments)
        while True:
            message = self.client.get_shell_msg(timeout=PATIENCE)
            if message["parent_header"]["msg_id"] == identity:
                return message["content"]


@contextmanager
def running(environment: Path, name: str, **variables: str) -> Iterator[RealKernel]:
    """Runs a kernel until the block ends, in an empty folder and with no variables but these."""
    folder = Path(tempfile.mkdtemp(prefix="carrel-kernel-"))
    shutil.copytree(environment / "share/jupyter/kernels" / name, folder / "kernels" / name)
    place = folder / "kernels" / name / "kernel.json"
    spec = json.loads(place.read_text())
    if spec["argv"][0].startswith("python"):
        spec["argv"][0] = str(environment / "bin/python")
    place.write_text(json.dumps(spec))
    (folder / "home").mkdir()
    manager = KernelManager(
        kernel_name=name,
        transport="ipc",
        ip=str(folder / "kernel"),
        connection_file=str(folder / "connection.json"),
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False),
    )
    home = str(folder / "home")
    path = f"{environment}/bin:/usr/local/bin:/usr/bin:/bin"
    manager.start_kernel(env={"PATH": path, "HOME": home, "LANG": "C.UTF-8", **variables}, cwd=home)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield RealKernel(manager, client)
    finally:
        client.stop_channels()
        # SoS has to be asked, so that it ends the kernels that it has started.
        manager.shutdown_kernel(now=name != "sos")
        shutil.rmtree(folder)


def output_of_last(kernel: RealKernel, wanted: str) -> str:
    """Waits for output that comes after a cell has ended, until it holds a text."""
    text = ""
    while wanted not in text:
        try:
            message = kernel.client.get_iopub_msg(timeout=PATIENCE)
        except Empty:
            break
        if message["msg_type"] == "stream":
            text += message["content"]["text"]
    return text
