"""Fetches one commit of a repository that nobody trusts."""

import os
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

from carrel_builder.disk import entries
from carrel_builder.problems import Problem, Refusal
from carrel_builder.runner import Ended, Runner
from carrel_builder.words import size

COMMIT = re.compile(r"^[0-9a-f]{40}$")
SHORT_FORM = re.compile(r"^[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):(?!//)(.+)$")
"""`git@host:path`, as git clone takes it."""

PROTOCOLS = ("https", "http", "git", "ssh")
POINTER = b"version https://git-lfs.github.com/spec/v1"

SETTINGS = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.helper=",
    "gc.auto=0",
    "advice.detachedHead=false",
    "init.defaultBranch=main",
    "safe.directory=*",
]


def protocols(allow_local: bool) -> tuple[str, ...]:
    """Those by which repositories may be fetched."""
    return (*PROTOCOLS, "file") if allow_local else PROTOCOLS


def check_address(address: str, allow_local: bool) -> str:
    """The address as git is to see it; refused when it isn't one of a repository elsewhere."""
    if any(ord(character) < 33 or ord(character) == 127 for character in address) or not address:
        raise Refusal(
            "repository.address", "The address of the repository has spaces or characters that can't be in one."
        )
    short = SHORT_FORM.match(address)
    if short:
        return address
    parts = urlsplit(address)
    if parts.scheme not in protocols(allow_local):
        raise Refusal(
            "repository.protocol",
            f"{address[:200]!r} isn't an address that can be fetched from.",
            f"Begin it with {', '.join(f'{name}://' for name in PROTOCOLS)}.",
        )
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise Refusal(
            "repository.credentials",
            "The address holds a user name or a password, which would be seen by others.",
            "Take it out of the address.",
        )
    if parts.scheme != "file" and (not parts.hostname or parts.hostname.startswith("-")):
        raise Refusal("repository.address", "The address of the repository has no host.")
    return address


def git_environment(allow_local: bool) -> dict[str, str]:
    """What git is told: no settings of others, no questions, no other protocols."""
    passed = (
        "PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "GIT_SSL_CAINFO",
        "https_proxy",
        "http_proxy",
        "no_proxy",
        "all_proxy",
    )
    upper = tuple(name.upper() for name in passed if name.endswith("_proxy"))
    environment = {name: os.environ[name] for name in (*passed, *upper) if name in os.environ}
    return environment | {
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/dev/null",
        "GIT_ALLOW_PROTOCOL": ":".join(protocols(allow_local)),
        "GIT_LFS_SKIP_SMUDGE": "1",
    }


def git(*arguments: str) -> list[str]:
    """A git command with our settings."""
    return ["git", *(part for setting in SETTINGS for part in ("-c", setting)), *arguments]


class GitFetch:
    """Brings a commit into a folder."""

    def __init__(self, runner: Runner, folder: Path, most: int, allow_local: bool) -> None:
        self.runner = runner
        self.folder = folder
        self.most = most
        self.environment = git_environment(allow_local)
        self.allow_local = allow_local

    def fetch(self, address: str, commit: str) -> None:
        """Fetches that commit alone if the server gives it, else all branches and tags; then its submodules."""
        address = check_address(address, self.allow_local)
        if not COMMIT.match(commit):
            raise Refusal(
                "repository.ref",
                f"{commit[:80]!r} isn't a commit of 40 hexadecimal figures.",
                "Resolve the branch first.",
            )
        self.folder.mkdir()
        self._must(self._git("init", "--quiet", "."), address)
        self._must(self._git("remote", "add", "origin", address), address)
        one = self._git("fetch", "--progress", "--no-tags", "--depth", "1", "origin", commit)
        if one.code != 0:
            self._fetch_all(one, address, commit)
        self._must(self._git("checkout", "--progress", "--force", "--detach", commit), address)
        if (self.folder / ".gitmodules").is_file():
            modules = self._git("submodule", "update", "--init", "--recursive", "--progress")
            if modules.code != 0:
                raise Problem(
                    "repository.submodule",
                    f"A submodule couldn't be fetched: {_reason(modules)}",
                    "See .gitmodules: every submodule must be public.",
                    ".gitmodules",
                )
        self._tell_of_pointers()

    def _fetch_all(self, one: Ended, address: str, commit: str) -> None:
        """Some servers give only what a branch or tag points at."""
        if not one.said("not our ref", "unadvertised object", "no such remote ref", "couldn't find remote ref"):
            self._must(one, address)
        every = self._git("fetch", "--progress", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
        self._must(every, address)
        if self._git("cat-file", "-e", f"{commit}^{{commit}}").code != 0:
            raise Problem(
                "repository.commit", f"The repository has no commit {commit}.", "Look whether it was rewritten."
            )

    def _git(self, *arguments: str) -> Ended:
        return self.runner.run(git(*arguments), self.folder, self.environment, self.most, self._too_large)

    def _too_large(self) -> Problem:
        return Problem(
            "repository.large",
            f"The repository has more than {size(self.most)}, which is the most that is fetched.",
            "Keep large data elsewhere and download it in the notebook.",
        )

    def _must(self, ended: Ended, address: str) -> None:
        if ended.code != 0:
            raise failure(ended, address)

    def _tell_of_pointers(self) -> None:
        found = []
        for path, about in entries(self.folder):
            if stat.S_ISREG(about.st_mode) and len(POINTER) < about.st_size < 300 and "/.git/" not in path:
                with open(path, "rb") as file:
                    if file.read(len(POINTER)) == POINTER:
                        found.append(path)
        if found:
            self.runner.output.say(
                "fetching",
                f"{len(found)} files are kept in Git LFS, which isn't fetched: they hold a pointer only. "
                "In a terminal, git lfs pull.",
            )


def failure(ended: Ended, address: str) -> Problem:
    """What git's last words mean."""
    if ended.said(
        "could not resolve host", "connection refused", "timed out", "unable to connect", "network is unreachable"
    ):
        return Problem("repository.unreachable", f"{address} can't be reached: {_reason(ended)}", "Try again later.")
    if ended.said(
        "not found",
        "does not appear to be a git",
        "could not read username",
        "authentication failed",
        "access denied",
        "permission denied",
        "not exported",
        "does not exist",
        "no such file",
    ):
        return Problem(
            "repository.missing", f"There is no repository at {address}, or it isn't public.", "Check the address."
        )
    if ended.said("transport '", "protocol '"):
        return Refusal("repository.protocol", f"A protocol isn't allowed: {_reason(ended)}", "Use https.")
    return Problem("repository.failed", f"git failed: {_reason(ended)}", "The lines above say more.")


def _reason(ended: Ended) -> str:
    lines = [line.strip() for line in ended.last if line.startswith(("fatal:", "error:", "remote:", "ERROR"))]
    return (lines or ended.last or [f"exit code {ended.code}"])[-1][:300].rstrip(".") + "."
