"""Runs the real `jupyter-repo2docker --no-build --debug` on folders; prints what it decides, one JSON object a line.

    python repo2docker_oracle.py FOLDER…

All in one process, through the program's own entry, because starting it takes longer than an answer. It makes no
container and asks no network: the two packs that would (R for a snapshot's address, Julia for the list of versions) are
given a fixed answer.
"""

import contextlib
import datetime
import io
import json
import os
import re
import sys

from repo2docker.__main__ import make_r2d
from repo2docker.buildpacks.base import BuildPack
from repo2docker.buildpacks.docker import DockerBuildPack
from repo2docker.buildpacks.julia.julia_project import JuliaProjectTomlBuildPack
from repo2docker.buildpacks.python import PythonBuildPack
from repo2docker.buildpacks.r import RBuildPack

PACKS = {
    "DockerBuildPack": "docker",
    "JuliaProjectTomlBuildPack": "julia",
    "JuliaRequireBuildPack": "julia",
    "NixBuildPack": "nix",
    "RBuildPack": "r",
    "CondaBuildPack": "conda",
    "PipfileBuildPack": "pipfile",
    "PythonBuildPack": "python",
}


picked: list[str] = []


def remember(pack: type[BuildPack]) -> None:
    """Notes which pack is asked for its Dockerfile: with `--no-build`, the program doesn't say."""
    render = pack.render

    def noting(self: BuildPack, build_args: dict[str, str] | None = None) -> str:
        is_default = isinstance(self, PythonBuildPack) and not self.detect()
        picked.append("plain" if is_default else PACKS[type(self).__name__])
        return render(self, build_args)

    pack.render = noting


def snapshot(_pack: RBuildPack, date: datetime.date, max_days_prior: int = 7) -> str:
    return f"https://packages.invalid/{date}/{max_days_prior}"


def answer(folder: str) -> dict[str, str | None]:
    """The pack, the Python version and the failure, if it fails."""
    here = os.getcwd()
    picked.clear()
    output = io.StringIO()
    failure = None
    arguments = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan", folder]
    with contextlib.redirect_stderr(output), contextlib.redirect_stdout(output):
        try:
            program = make_r2d(arguments)
            program.initialize(arguments[:2])
            program.start()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is the answer
            failure = f"{type(error).__name__}: {error}"
        finally:
            os.chdir(here)
    said = output.getvalue()
    python = re.findall(r"Building conda environment for python=(\S+)", said)
    return {"pack": picked[-1] if picked else None, "python": python[-1] if python else None, "failure": failure}


def main() -> None:
    remember(BuildPack)
    remember(DockerBuildPack)
    RBuildPack.get_rspm_snapshot_url = snapshot
    JuliaProjectTomlBuildPack.all_julias = ["1.6.7", "1.10.4"]
    for folder in sys.argv[1:]:
        print(json.dumps(answer(folder)), flush=True)


if __name__ == "__main__":
    main()
