"""Installs what a repository asks of Python: beside the server where that fits, else into a kernel of its own."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from carrel_builder.plan import Plan
from carrel_builder.problems import Problem
from carrel_builder.runner import Ended
from carrel_builder.server import pins
from carrel_builder.target import Target
from carrel_builder.tools import Tools

KERNEL = "share/jupyter/kernels/python3/kernel.json"


@dataclass
class Wish:
    """One call of the installer."""

    file: str
    """Who asks for it."""
    arguments: list[str]
    cwd: Path
    remove: list[Path] = field(default_factory=list)


class PythonPackages:
    """Does it for one plan."""

    def __init__(self, tools: Tools, target: Target, plan: Plan, lock: Path) -> None:
        self.tools = tools
        self.target = target
        self.plan = plan
        self.lock = lock
        self.say = tools.runner.output.say

    def install(self) -> bool:
        """Installs all of it; says whether the kernel has an environment of its own."""
        constraints = self.target.work / "server.txt"
        constraints.write_text("\n".join(pins(self.lock.read_text())) + "\n")
        own_kernel = self.plan.own_kernel
        wishes = self._wishes()
        try:
            if not own_kernel:
                ended = self._all(wishes, self.target.folder, "--constraint", str(constraints))
                own_kernel = ended is not None
                if ended is not None:
                    self.say(
                        "building",
                        "These packages don't fit with those that JupyterLab here needs. The repository's own win: "
                        "they get a kernel of their own, and the server keeps its packages.",
                    )
            if own_kernel:
                self._make_kernel(wishes, constraints)
        finally:
            for wish in wishes:
                for path in wish.remove:
                    path.unlink(missing_ok=True)
        return own_kernel

    def _all(self, wishes: list[Wish], folder: Path, *more: str) -> Ended | None:
        """Installs them one after the other; the end of the first that doesn't fit, or a failure."""
        for wish in wishes:
            self.say("building", f"Installing what {wish.file} asks for.")
            ended = self.tools.install(folder, *more, *wish.arguments, cwd=wish.cwd)
            if ended.code != 0:
                if more and ended.said("no solution found", "conflict"):
                    return ended
                raise failure(ended, wish.file)
        return None

    def _make_kernel(self, wishes: list[Wish], constraints: Path) -> None:
        """A second environment, with the Python that the repository asks for."""
        interpreter, kernel = self.plan.interpreter, self.target.kernel
        if not (kernel / "bin/python").exists():
            self.tools.make_environment(kernel, interpreter)
        for_server = self.plan.uses("requirements3.txt")
        if for_server:
            wish = Wish(for_server, ["--requirement", for_server], self.target.content)
            ended = self._all([wish], self.target.folder, "--constraint", str(constraints))
            if ended is not None:
                raise failure(ended, for_server)
        for wish in wishes:
            wish.arguments.append("ipykernel")  # in one go, so that its version fits with what is asked for
        self._all(wishes or [Wish("the kernel", ["ipykernel"], self.target.content)], kernel)
        spec = {
            "argv": [str(kernel / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "metadata": {"debugger": True},
        }
        place = self.target.folder / KERNEL
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)  # may be one name of a file in the installer's cache
        place.write_text(json.dumps(spec, indent=1))

    def _wishes(self) -> list[Wish]:
        plan, content = self.plan, self.target.content
        wishes = []
        if plan.pack == "conda" and plan.conda.pip and plan.decided_by:
            wishes.append(self._written(plan.decided_by, plan.conda.pip, []))
        if plan.pack == "pipfile" and plan.pipfile.lines and plan.decided_by:
            wishes.append(self._written(plan.decided_by, plan.pipfile.lines, plan.pipfile.indexes))
        requirements = plan.uses("requirements.txt")
        if requirements:
            wishes.append(Wish(requirements, ["--requirement", requirements], content))
        if plan.package:
            wishes.append(Wish(plan.uses("setup.py") or "pyproject.toml", ["."], content))
        return wishes

    def _written(self, file: str, lines: list[str], indexes: list[str]) -> Wish:
        """Requirements as a file beside the one that they come from, because they may name paths from there."""
        folder = self.target.content / Path(file).parent
        place = folder / f".carrel-{os.getpid()}-requirements.txt"
        with place.open("x") as written:
            written.write("\n".join(lines) + "\n")
        extra = [part for index in indexes for part in ("--extra-index-url", index)]
        return Wish(file, [*extra, "--requirement", place.name], folder, [place])


def failure(ended: Ended, file: str) -> Problem:
    """What the installer's last words mean."""
    if ended.said("hash mismatch", "hash of"):
        return Problem(
            "packages.hash",
            f"{file}: a package isn't the one whose hash is written there.",
            f"Lock the packages anew; if {file} is right, someone has changed the package.",
            file,
        )
    return Problem(
        "packages.failed",
        f"What {file} asks for couldn't be installed.",
        "The lines above say which package and why.",
        file,
    )
