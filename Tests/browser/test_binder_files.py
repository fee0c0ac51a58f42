"""Launches of repositories with each of the files that repo2docker knows: what they ask for is there when the server runs."""

import json

import pytest
import requests
from binder import Repositories, launch
from carrel_hub import CarrelHub

START = """\
#!/bin/bash
python -c 'import cowsay; print("cowsay", cowsay.__version__)' > started.txt 2>&1
echo "$BINDER_REPO_URL" >> started.txt
exec "$@"
"""
PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "lakes"
version = "1"
dependencies = ["cowsay==6.1"]
"""
SETUP = 'from setuptools import setup\nsetup(name="lakes", version="1", install_requires=["cowsay==6.1"])\n'
LOCK = {
    "_meta": {"hash": {"sha256": "0"}, "pipfile-spec": 6, "requires": {"python_version": "3.11"}, "sources": []},
    "default": {
        "cowsay": {
            "version": "==6.1",
            "hashes": ["sha256:274b1e6fc1b966d53976333eb90ac94cb07a450a700b455af9fbdf882244b30a"],
        }
    },
    "develop": {},
}


def content(ready: dict[str, str], path: str) -> str:
    """A file of a launched server."""
    headers = {"Authorization": f"token {ready['token']}"}
    found = requests.get(f"{ready['url']}api/contents/{path}", headers=headers, timeout=60)
    assert found.status_code == 200, found.text[:300]
    return str(found.json()["content"])


@pytest.mark.parametrize(
    ("name", "files"),
    [
        (
            "requirements",
            {
                "requirements.txt": "cowsay==6.1\n",
                "runtime.txt": "python-3.11\n",
                "apt.txt": "# the text tools\ngit\n",
                "postBuild": "cat requirements.txt > built.txt\n",
            },
        ),
        ("conda", {"environment.yml": "dependencies:\n- python=3.11\n- pip:\n  - cowsay==6.1\n"}),
        ("pipfile", {"Pipfile": '[packages]\ncowsay = "==6.1"\n'}),
        ("pipfile-lock", {"Pipfile": '[packages]\ncowsay = "*"\n', "Pipfile.lock": json.dumps(LOCK)}),
        ("pyproject", {"pyproject.toml": PROJECT, "lakes.py": "depth = 1\n"}),
        ("setup", {"setup.py": SETUP}),
        ("in a folder", {"binder/requirements.txt": "cowsay==6.1\n", "requirements.txt": "no-such-package-at-all\n"}),
    ],
)
def test_what_a_file_asks_for_is_there(
    binder_hub: CarrelHub, repositories: Repositories, name: str, files: dict[str, str]
) -> None:
    folder = "binder/" if any(path.startswith("binder/") for path in files) else ""
    repositories.commit(name, {**files, f"{folder}start": START})
    ready = launch(binder_hub, repositories.spec(name))[-1]
    assert ready["phase"] == "ready", ready
    started = content(ready, "started.txt").splitlines()
    assert started == ["cowsay 6.1", repositories.url(name)]
    if "postBuild" in files:
        assert content(ready, "built.txt") == "cowsay==6.1\n"


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("nix", {"default.nix": "{}\n"}, "default.nix"),
        ("julia", {"Project.toml": 'name = "x"\n'}, "Project.toml"),
        ("r-date", {"runtime.txt": "r-4.2-2024-01-02\n"}, "runtime.txt"),
        ("apt", {"apt.txt": "no-such-package-of-debian\n"}, "no-such-package-of-debian"),
        ("two", {"binder/a": "", ".binder/b": ""}, ".binder"),
        ("python", {"runtime.txt": "python-3.7\n"}, "3.7"),
    ],
)
def test_what_cannot_be_had_is_refused_and_named(
    binder_hub: CarrelHub, repositories: Repositories, name: str, files: dict[str, str], words: str
) -> None:
    repositories.commit(name, files)
    last = launch(binder_hub, repositories.spec(name))[-1]
    assert last["phase"] == "failed", last
    assert words in last["message"]
