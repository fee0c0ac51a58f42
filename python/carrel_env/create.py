"""Makes an environment of a person's own: a venv with its own packages, all of it or nothing."""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from carrel_env.places import WHOLE, Environment, check_free, environments
from carrel_env.problem import EnvironmentProblem

FULL = "There is no room left in your home. Delete what you don't need, or ask for more on the hub's page Storage."
UNREACHABLE = (
    "The package index can't be reached. Try again later, or ask your administrator whether servers may reach it."
)
REASONS = (
    (r"no space left on device|disk quota exceeded", FULL),
    (
        r"error sending request|dns error|failed to fetch|connection (refused|reset|error)|unreachable|timed out",
        UNREACHABLE,
    ),
    (
        r"no matching distribution|no solution found|was not found in the",
        "There is no such package, or none that fits this Python and the other packages. The lines above say which.",
    ),
    (
        r"failed to parse|invalid requirement",
        "A package is written in a way that isn't understood: numpy, or numpy==2.1.",
    ),
    (r"failed to build|failed-wheel-build", "A package couldn't be built from its source. The lines above say why."),
)

Say = Callable[[str], None]


def create(environment: Environment, packages: Sequence[str], say: Say) -> None:
    """Makes an environment and its kernel; `say` is told how far it is, line by line.

    Raises:
        EnvironmentProblem: it can't be made; nothing of it is left then.
    """
    check_free(environment)
    with one_at_a_time(say) as lock:
        check_free(environment)
        if environment.folder.exists():
            say(f"Removing what was never finished of {environment.name}")
            environment.remove()
        make(environment, packages, say, lock)


@contextlib.contextmanager
def one_at_a_time(say: Say) -> Iterator[int]:
    """Waits until no other environment is being made, and keeps others waiting."""
    environments().mkdir(parents=True, exist_ok=True)
    folder = os.open(environments(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting: another environment is being made")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


def make(environment: Environment, packages: Sequence[str], say: Say, lock: int) -> None:
    """Makes it, or leaves nothing of it."""
    try:
        fill(environment, packages, say, lock)
    except OSError as error:
        environment.remove()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnvironmentProblem(FULL) from error
        raise EnvironmentProblem(f"{error.filename or environment.folder}: {error.strerror or error}.") from error
    except BaseException:
        environment.remove()
        raise


def fill(environment: Environment, packages: Sequence[str], say: Say, lock: int) -> None:
    """Makes the folder and puts packages into it."""
    say(f"Making the environment {environment.name}")
    # Of the system's Python: the shared environment's own is gone when that is built anew.
    run([base_python(), "-m", "venv", environment.folder], dict(os.environ), say, lock)
    say(f"Installing {' '.join(['ipykernel', *packages])}")
    install(environment, ["ipykernel", *packages], say, lock)
    environment.register()
    (environment.folder / WHOLE).touch()


def base_python() -> str:
    """The Python that the shared environment was made with."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def install(environment: Environment, packages: Sequence[str], say: Say, lock: int) -> None:
    """Installs packages, with uv if it is there, and else with pip."""
    beside = Path(sys.prefix) / "bin/uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        quiet = ["--disable-pip-version-check", "install", "--progress-bar", "off"]
        run([environment.python, "-m", "pip", *quiet, *packages], dict(os.environ), say, lock)
        return
    # A cache of its own: what is downloaded isn't kept twice, and /tmp may be too small for it.
    cache = environment.folder / ".cache"
    command = [uv, "pip", "install", "--python", environment.python, "--cache-dir", cache, "--link-mode", "hardlink"]
    index = ["--no-index"] if os.environ.get("PIP_NO_INDEX") else []
    run([*command, *index, *packages], variables_for_uv(), say, lock)
    shutil.rmtree(cache)


def variables_for_uv() -> dict[str, str]:
    """The variables of this process; what pip is told by some, for uv too."""
    told = {}
    for pip, uv in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_FIND_LINKS", "UV_FIND_LINKS")):
        if os.environ.get(pip):
            told[uv] = os.environ[pip]
    return told | dict(os.environ)


def run(command: Sequence[str | Path], variables: dict[str, str], say: Say, lock: int) -> None:
    """Runs a program to its end and passes on what it says; it holds the lock even if this process is killed.

    Raises:
        EnvironmentProblem: it failed.
    """
    said: deque[str] = deque(maxlen=60)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=variables,
        pass_fds=[lock],
    ) as program:
        try:
            for line in program.stdout or ():
                said.append(line)
                say(f"  {line.rstrip()}")
        except BaseException:
            program.kill()
            raise
    if program.returncode != 0:
        raise EnvironmentProblem(reason("\n".join(said)))


def reason(said: str) -> str:
    """Why a program failed, by what it said."""
    known = (words for pattern, words in REASONS if re.search(pattern, said, re.IGNORECASE))
    return next(known, "It couldn't be made. The lines above say why.")
