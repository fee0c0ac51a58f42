"""Launch links, for the tests of them: repositories elsewhere, and a client of the event stream."""

import json
import subprocess
from pathlib import Path
from urllib.parse import quote

import requests
from carrel_hub import CarrelHub
from elsewhere import Elsewhere
from git_over_http import GIT

SETTINGS = """\
instances:
  binder:
    title: Binder
    kind: ephemeral
    entry: [open]
    idleLimit: 5m
binder:
  instance: binder
  deadline: 15m
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": "1+1"}
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


class Repositories:
    """Git repositories that are offered elsewhere."""

    def __init__(self, folder: Path, elsewhere: Elsewhere) -> None:
        self.folder = folder
        self.elsewhere = elsewhere

    def commit(self, name: str, files: dict[str, str]) -> str:
        """Puts files into a repository, which is made at first, and gives the commit."""
        bare, work = self.folder / f"{name}.git", self.folder.parent / "work" / name
        if not bare.exists():
            subprocess.run([*GIT, "init", "--quiet", "--bare", "-b", "main", bare], check=True)
            subprocess.run([*GIT, "init", "--quiet", "-b", "main", work], check=True)
        for path, text in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text)
        git = [*GIT, "-C", str(work)]
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "more"], check=True)
        subprocess.run([*git, "push", "--quiet", str(bare), "main"], check=True)
        return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()

    def spec(self, name: str, ref: str = "main") -> str:
        """What a launch link says of it."""
        return f"git/{quote(self.url(name), safe='')}/{ref}"

    def url(self, name: str) -> str:
        """Its address."""
        return f"{self.elsewhere.url}/{quote(name)}.git"


def launch(hub: CarrelHub, spec: str) -> list[dict[str, str]]:
    """What BinderHub's clients do: they follow the event stream to its last event."""
    events = []
    headers = {"Accept": "text/event-stream"}
    with requests.get(f"{hub.url}/build/{spec}", headers=headers, stream=True, timeout=1000) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if not line.startswith(b"data:"):
                continue
            events.append(json.loads(line.removeprefix(b"data:")))
            if events[-1]["phase"] in ("ready", "failed"):
                return events
    raise AssertionError(f"the stream ended after {events[-3:]}")


def phases(events: list[dict[str, str]]) -> list[str]:
    """The phases in their order, each once in a row."""
    found: list[str] = []
    for event in events:
        if found[-1:] != [event["phase"]]:
            found.append(event["phase"])
    return found
