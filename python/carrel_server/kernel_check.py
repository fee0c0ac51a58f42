"""`python -m carrel_server.kernel_check [--deadline SECONDS] NAME`: starts a kernel and lets it calculate 1+1.

Prints one line of JSON: `{"kernel", "title", "state", "seconds", "said"}`, where `state` is `works`, `fails` or `missing`.
`carrel env check` runs it for each kernel of an environment, and makes a table of it.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from subprocess import DEVNULL
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager

from carrel_server.kernel_specs import lacking

# What calculates it, by language; and what shows the answer if the language doesn't by itself.
QUESTION = {"bash": "echo $((1+1))"}


async def answer_of(spec_manager: KernelSpecManager, name: str, language: str) -> str:
    """What a kernel shows for 1+1."""
    manager = AsyncKernelManager(kernel_name=name, kernel_spec_manager=spec_manager, transport="ipc")
    with tempfile.TemporaryDirectory() as folder:
        manager.ip = f"{folder}/kernel"
        manager.connection_file = f"{folder}/connection.json"
        variables = dict(os.environ) | {"HOME": folder, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"}
        await manager.start_kernel(stdout=DEVNULL, stderr=DEVNULL, cwd=folder, env=variables)
        client = manager.client()
        shown: list[str] = []
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=None)
            await client.execute_interactive(
                QUESTION.get(language, "1+1"), output_hook=lambda message: shown.extend(texts_of(message))
            )
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
    return " ".join("".join(shown).split())


def texts_of(message: dict[str, Any]) -> list[str]:
    """What a message shows."""
    content = message["content"]
    if message["msg_type"] == "stream":
        return [content["text"]]
    if message["msg_type"] == "error":
        return [f"{content['ename']}: {content['evalue']}"]
    return [content["data"].get("text/plain", "")] if "data" in content else []


async def check(name: str, deadline: float) -> dict[str, Any]:
    """What is to be said of a kernel."""
    specs = KernelSpecManager()
    try:
        spec = specs.get_kernel_spec(name)
    except NoSuchKernel:
        return {"kernel": name, "title": name, "state": "missing", "seconds": 0.0, "said": "there is no such kernel"}
    about = {"kernel": name, "title": spec.display_name, "state": "missing", "seconds": 0.0}
    if words := lacking(spec.metadata):
        return about | {"said": words}
    begun = time.monotonic()
    try:
        said = await asyncio.wait_for(answer_of(specs, name, spec.language), deadline)
    except TimeoutError:
        said = f"no answer within {deadline:.0f} s"
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        said = f"{type(error).__name__}: {error}"
    state = "works" if said in {"2", "[1] 2", "ans = 2"} else "fails"
    return about | {"state": state, "seconds": round(time.monotonic() - begun, 1), "said": said[:200]}


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="kernel_check", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds (%(default).0f)")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(check(options.name, options.deadline))))


if __name__ == "__main__":
    main()
