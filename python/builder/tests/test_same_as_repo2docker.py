"""The same repositories in front of the real repo2docker and of our rules."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from carrel_builder.planning import make_plan
from carrel_builder.tree import Tree
from machines import WrittenMachine
from repositories import MATRIX, write

ORACLE = Path(__file__).with_name("repo2docker_oracle.py")

OF_THIS_MACHINE = {
    "apt.missing",
    "conda.packages",
    "docker.container",
    "julia.missing",
    "julia.require",
    "nix.container",
    "python.missing",
    "python.old",
    "r.missing",
    "r.snapshot",
}
"""Refusals that aren't about the repository: there the pack and the version must be the same all the same."""


OURS_ALONE = {"runtime and DESCRIPTION"}
"""There repo2docker takes the version of Python for one of R, and fails."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str | None]]:
    place = tmp_path_factory.mktemp("matrix")
    folders = [write(place / re.sub(r"\W", "-", name), files) for name, files in MATRIX.items()]
    done = subprocess.run([sys.executable, ORACLE, *folders], check=True, capture_output=True, text=True)
    lines = [
        json.loads(line) | {"folder": str(folder)}
        for line, folder in zip(done.stdout.splitlines(), folders, strict=True)
    ]
    return dict(zip(MATRIX, lines, strict=True))


@pytest.mark.parametrize("name", MATRIX)
def test_pack_and_python_are_those_of_repo2docker(name: str, answers: dict[str, dict[str, str | None]]) -> None:
    theirs = answers[name]
    tree = Tree(Path(str(theirs["folder"])))
    plan = make_plan(tree, WrittenMachine())
    tree.close()
    refused = plan.refusal is not None and plan.refusal.code not in OF_THIS_MACHINE
    assert refused == (theirs["failure"] is not None and name not in OURS_ALONE), (plan.refusal, theirs["failure"])
    if not refused:
        assert plan.pack == theirs["pack"]
        if theirs["python"] is not None and plan.python is not None:
            assert plan.python.version == theirs["python"]
