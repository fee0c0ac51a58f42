"""A place to make repositories and build them, by the program itself."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repositories import write

ROOT = Path(__file__).parents[3]
PLAIN_GIT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    """Runs git as someone who makes a repository."""
    command = ["git", "-c", "protocol.file.allow=always", "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=PLAIN_GIT).stdout.strip()


@dataclass
class Outcome:
    """What the program printed and how it ended."""

    code: int
    lines: list[dict[str, Any]]
    errors: str
    raw: bytes

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]

    @property
    def text(self) -> str:
        return "".join(line["message"] for line in self.lines)


class Workshop:
    """Repositories and the targets they are built in."""

    def __init__(self, folder: Path, lock: Path, cache: Path, uv: Path) -> None:
        self.folder = folder
        self.lock = lock
        self.cache = cache
        self.uv = uv
        self.target = folder / "environment"

    def repository(self, files: dict[str, str], name: str = "repository") -> tuple[str, str]:
        """The address and the commit of a new repository with these files."""
        folder = write(self.folder / name, files)
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "files", "--allow-empty")
        return f"file://{folder}", git(folder, "rev-parse", "HEAD")

    def command(self, address: str, commit: str, *more: str) -> list[str]:
        """How the program is called."""
        where = [f"--repo={address}", f"--ref={commit}", "--target", str(self.target), "--base", str(self.lock)]
        how = ["--uv", str(self.uv), "--cache", str(self.cache), "--no-compile", "--allow-local"]
        return [sys.executable, "-m", "carrel_builder", "build", *where, *how, *more]

    def start(self, address: str, commit: str, *more: str) -> "subprocess.Popen[bytes]":
        """Starts it."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "python/builder")}
        pipe = subprocess.PIPE
        return subprocess.Popen(self.command(address, commit, *more), env=environment, stdout=pipe, stderr=pipe)

    def build(self, files: dict[str, str], *more: str) -> Outcome:
        """Builds a new repository with these files."""
        return self.build_at(*self.repository(files), *more)

    def build_at(self, address: str, commit: str, *more: str) -> Outcome:
        """Builds a repository at a commit."""
        return ended(self.start(address, commit, *more))

    @property
    def about(self) -> dict[str, Any]:
        """What the environment says of itself."""
        assert (self.target / "environment.whole").exists()
        return json.loads((self.target / "environment.json").read_text())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left but the lock."""
        return [path.name for path in self.target.iterdir()] == [".builder.lock"]

    def python(self, code: str) -> str:
        """What the server's Python prints."""
        command = [self.target / "bin/python", "-c", code]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def ended(process: "subprocess.Popen[bytes]") -> Outcome:
    """Waits for its end; every line must be JSON and short."""
    out, err = process.communicate()
    lines = out.splitlines(keepends=True)
    assert all(len(line) <= 4096 for line in lines)
    assert b"Traceback" not in err, err.decode()
    return Outcome(process.returncode, [json.loads(line) for line in lines], err.decode(), out)
