"""Runs the programs that fill an environment, shows what they say, and understands why one failed."""

import re
import shutil
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path

REASONS = (
    (r"no space left on device|disk quota exceeded", "The disk is full."),
    (
        r"do not match the hashes|hash mismatch|require-hashes|hashes are required|missing hash",
        "A package isn't the one whose hash the lock file has, or has none there.",
    ),
    (
        r"error sending request|dns error|failed to fetch|connection (refused|reset|error)|unreachable|timed out",
        "The package index can't be reached.",
    ),
    (
        r"no matching distribution|no solution found|was not found in the",
        "The package index lacks a package of the lock file, or has none of it that fits this Python.",
    ),
)


class BuildProblem(Exception):
    """Why an environment can't be built, in a sentence or two."""


def reason(lines: Sequence[str]) -> str | None:
    """Why a program failed, by what it said."""
    said = "\n".join(lines)
    return next((words for pattern, words in REASONS if re.search(pattern, said, re.IGNORECASE)), None)


class Programs:
    """Runs programs that hold the environment's lock as long as they live, even if whoever started them was killed."""

    def __init__(self, lock: int, environment: dict[str, str]) -> None:
        self.lock = lock
        self.environment = environment

    def run(self, what: str, *command: str | Path) -> None:
        """Runs one to its end and passes on what it says.

        Raises:
            BuildProblem: it failed; `what` names the step.
        """
        said: deque[str] = deque(maxlen=60)
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self.environment,
            pass_fds=[self.lock],
        ) as program:
            try:
                for line in program.stdout or ():
                    said.append(line)
                    print(f"  {line.rstrip()}", flush=True)
            except BaseException:
                program.kill()
                raise
        if program.returncode != 0:
            raise BuildProblem(f"{what} failed. {reason(said) or f'It ended with {program.returncode}.'}")


def find_uv(named: str | None, target: Path) -> str | None:
    """The program uv: the one that is named, one on the path, or the one of the environment as it was."""
    inside = target / "bin/uv"
    return named or shutil.which("uv") or (str(inside) if inside.exists() else None)


def environment_for_uv(outside: dict[str, str]) -> dict[str, str]:
    """What pip is told by variables, for uv too; uv's own variables win."""
    told = {}
    for pip, uv in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_FIND_LINKS", "UV_FIND_LINKS")):
        if outside.get(pip):
            told[uv] = outside[pip]
    if outside.get("PIP_CERT"):
        told["SSL_CERT_FILE"] = outside["PIP_CERT"]
    return told | outside


def python_version(python: str) -> str:
    """What tells one interpreter's compiled modules from another's."""
    code = "import sys; print(sys.implementation.cache_tag, sys.version)"
    try:
        return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildProblem(f"{python} can't be run: {error}.") from error


def say(message: str) -> None:
    """Tells the person at the terminal how far it is."""
    print(f"environment: {message}", flush=True)
