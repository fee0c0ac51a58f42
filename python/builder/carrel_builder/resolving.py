"""From the spec of a launch link to a repository at one commit."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

from carrel_builder.git_fetch import COMMIT, failure, git, git_environment
from carrel_builder.hosts import Hosts
from carrel_builder.launch_links import GitLink, parse_git
from carrel_builder.problems import Problem, Refusal
from carrel_builder.records import RECORDS, resolve_record
from carrel_builder.runner import Ended

SECONDS = 60
MOST = 50_000_000
"""Bytes of an answer that are looked at."""


def resolve(provider: str, spec: str, hosts: Hosts) -> dict[str, Any]:
    """What the hub needs to build it: the address, the commit, where a person sees it, and a name."""
    if provider in ("gh", "gl", "git", "gist"):
        link = parse_git(provider, spec, hosts)
        commit = link.ref if COMMIT.match(link.ref) else find_commit(link, hosts)
        return {
            "provider": provider,
            "repository": link.repository,
            "ref": link.ref,
            "commit": commit,
            "ref_url": link.ref_url(commit),
            "slug": link.slug,
        }
    if provider in RECORDS:
        return resolve_record(provider, spec, hosts)
    raise Refusal("link.provider", f"{provider[:40]!r} isn't a kind of launch link.", "Use gh, gl, git, gist …")


def find_commit(link: GitLink, hosts: Hosts) -> str:
    """Asks the server. A branch wins over a tag of the same name; a tag means the commit behind it."""
    names = ["HEAD"] if link.ref == "HEAD" else [link.ref, f"{link.ref}^{{}}"]
    command = git("ls-remote", "--", link.repository, *names)
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            env=git_environment(hosts.allow_local),
            cwd="/",
        )
    except subprocess.TimeoutExpired as error:
        raise Problem("repository.unreachable", f"{link.repository} doesn't answer.", "Try again later.") from error
    except OSError as error:
        raise Problem("machine.git", "git isn't on this machine.", "Ask the operator to install git.") from error
    if done.returncode != 0:
        raise failure(Ended(done.returncode, done.stderr.decode(errors="replace").splitlines()), link.repository)
    found = dict(_pairs(done.stdout[:MOST].decode(errors="replace")))
    for name in (f"refs/heads/{link.ref}", f"refs/tags/{link.ref}^{{}}", f"refs/tags/{link.ref}", link.ref):
        if name in found:
            return found[name]
    raise _unknown(link)


def _pairs(listing: str) -> Iterator[tuple[str, str]]:
    for line in listing.splitlines():
        commit, _, name = line.partition("\t")
        if COMMIT.match(commit):
            yield name, commit


def _unknown(link: GitLink) -> Problem:
    message = f"{link.web} has no branch or tag {link.ref!r}."
    if link.ref == "HEAD":
        return Problem("repository.empty", f"{link.web} has no commit yet.", "Push something to it.")
    if re.fullmatch(r"[0-9a-f]{4,39}", link.ref):
        return Problem("repository.ref", message, "If it is a commit, give all 40 figures.")
    if link.ref in ("main", "master"):
        other = "master" if link.ref == "main" else "main"
        return Problem("repository.ref", message, f"Its main branch may be called {other}; HEAD is always right.")
    return Problem("repository.ref", message, "Check the name; capitals count.")
