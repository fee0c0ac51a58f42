"""A real git server on this machine."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from workshop import PLAIN_GIT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def git_server(folder: Path) -> Iterator[str]:
    """Serves the repositories in `folder`; gives its address."""
    port = free_port()
    serve = ["git", "daemon", "--verbose", "--export-all", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}"]
    command = [*serve, f"--base-path={folder}", str(folder)]
    process = subprocess.Popen(command, env=PLAIN_GIT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stderr is not None
        assert "Ready to rumble" in process.stderr.readline()
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
