"""Runs Python inside somebody's sandbox, with plain requests: a kernel runs it from its start-up folder."""

import os
import time
from pathlib import Path

import requests
from carrel_hub import CarrelHub

RUNNER = """
import contextlib, io, os, traceback
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
    try:
        exec(compile(open(os.path.expanduser("~/probe.py")).read(), "probe.py", "exec"), {})
    except BaseException:
        traceback.print_exc()
open(os.path.expanduser("~/probe.new"), "w").write(said.getvalue())
os.rename(os.path.expanduser("~/probe.new"), os.path.expanduser("~/probe.out"))
"""


def run_inside(hub: CarrelHub, name: str, token: str, code: str, within: float = 120) -> str:
    """What the code prints in a kernel of a running server."""
    home = hub.home(name)
    facts = home.stat()
    folder = home / ".ipython/profile_default/startup"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "00-probe.py").write_text(RUNNER)
    (home / "probe.py").write_text(code)
    output: Path = home / "probe.out"
    output.unlink(missing_ok=True)
    for path in [
        home / ".ipython",
        home / ".ipython/profile_default",
        folder,
        folder / "00-probe.py",
        home / "probe.py",
    ]:
        os.chown(path, facts.st_uid, facts.st_gid)
    headers = {"Authorization": f"token {token}"}
    kernels = f"{hub.url}/user/{name}/api/kernels"
    made = requests.post(kernels, json={"name": "python3"}, headers=headers, timeout=within)
    assert made.status_code == 201, (made.status_code, made.text[:300])
    deadline = time.monotonic() + within
    while not output.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    requests.delete(f"{kernels}/{made.json()['id']}", headers=headers, timeout=within)
    return output.read_text()
