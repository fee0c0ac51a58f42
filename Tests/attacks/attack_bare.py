"""Runs an attack without any sandbox, as a user of the machine: what its wall is worth shows there."""

import json
import subprocess
from pathlib import Path

from attack_outcome import Outcome, read

STRANGER = 345678


def run_bare(
    programs: Path,
    program: str,
    *arguments: str,
    uid: int = STRANGER,
    ipc: int | None = None,
    descriptors: tuple[int, ...] = (),
) -> Outcome:
    """What comes of a program of mallory's when she is an ordinary user of the machine.

    Or another user number, or where the memory is that the process `ipc` shares; with descriptors, the first of which
    is her log.
    """
    command = ["nsenter", f"--ipc=/proc/{ipc}/ns/ipc"] if ipc else []
    command += ["setpriv", "--reuid", f"{uid}", "--regid", f"{uid}", "--clear-groups"]
    command += ["/usr/bin/python3"] if program.endswith(".py") else []
    log = str([*descriptors, -1][0])
    ran = subprocess.run(
        [*command, str(programs / program), *arguments],
        check=False,
        cwd="/tmp",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "USER": "mallory", "ATTACK_LOG": log},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        pass_fds=descriptors,
        text=True,
        timeout=60,
    )
    return read(json.dumps({"code": ran.returncode, "said": ran.stdout, "failed": ran.stderr}))
