"""Builds the environment of a repository at a commit: all of it, or nothing that could be taken for it."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carrel_builder import RULES
from carrel_builder.disk import used
from carrel_builder.languages import install_conda, install_debian, install_julia, install_r
from carrel_builder.machine import Machine
from carrel_builder.plan import Plan
from carrel_builder.planning import make_plan
from carrel_builder.problems import Problem
from carrel_builder.python_packages import PythonPackages
from carrel_builder.runner import Runner
from carrel_builder.server import default_lock, install_overrides, kept_wheels, pins, wheel_of
from carrel_builder.target import Target
from carrel_builder.tools import Tools
from carrel_builder.tree import Tree
from carrel_builder.words import size


@dataclass
class Wanted:
    """What to build, and from what."""

    repository: str
    commit: str
    lock: Path
    package: Path | None
    overrides: Path | None
    compiles: bool


class Build:
    """One build, in an empty target."""

    def __init__(self, wanted: Wanted, target: Target, machine: Machine, runner: Runner, tools: Tools) -> None:
        self.wanted = wanted
        self.target = target
        self.machine = machine
        self.runner = runner
        self.tools = tools

    def run(self, fetch: Callable[[], None]) -> dict[str, Any]:
        """Fetches, plans and builds; gives what is known of the environment."""
        self.say(f"Fetching {self.wanted.repository} at {self.wanted.commit}.")
        fetch()
        plan = self._plan()
        self.runner.phase = "building"
        self._make_server()
        install_debian(self.tools, plan, self.machine)
        install_conda(self.tools, plan, self.target, self.machine)
        own_kernel = PythonPackages(self.tools, self.target, plan, self.wanted.lock).install()
        install_r(self.tools, plan, self.target)
        install_julia(self.tools, plan, self.target)
        self._run_post_build(plan)
        if self.wanted.compiles:
            self._compile(own_kernel)
        self._check(own_kernel)
        return self._finish(plan, own_kernel)

    def say(self, message: str) -> None:
        """Tells those who watch."""
        self.runner.output.say(self.runner.phase, message)

    def _plan(self) -> Plan:
        tree = Tree(self.target.content)
        try:
            plan = make_plan(tree, self.machine)
            if plan.refusal is not None:
                raise plan.refusal
            for script in filter(None, (plan.uses("postBuild"), plan.uses("start"))):
                tree.make_executable(script)
        finally:
            tree.close()
        because = f", because of {plan.decided_by}" if plan.decided_by else ", without packages of its own"
        self.say(f"The repository is built as {plan.pack}{because}.")
        return plan

    def _make_server(self) -> None:
        self.say("Making the environment with JupyterLab.")
        folder = self.target.folder
        is_kept = self.wanted.lock == default_lock()
        has_pip = "pip" not in (pin.partition("==")[0] for pin in pins(self.wanted.lock.read_text()))
        self.tools.make_environment(folder, self.machine.python(self.machine.base_python), has_pip=has_pip)
        as_locked = ["--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement", self.wanted.lock]
        if self.tools.install(folder, *(kept_wheels() if is_kept else []), *as_locked).code != 0:
            raise Problem(
                "server.failed",
                "JupyterLab's own packages couldn't be installed.",
                "Try again later, or ask the operator.",
            )
        if self.wanted.package:
            wheel = wheel_of(self.wanted.package, self.target.work)
            if self.tools.install(folder, "--quiet", "--no-index", "--no-deps", wheel).code != 0:
                raise Problem("server.failed", "The server's package couldn't be installed.", "Ask the operator.")
        if self.wanted.overrides:
            install_overrides(folder, self.wanted.overrides)

    def _run_post_build(self, plan: Plan) -> None:
        script = plan.uses("postBuild")
        if script is None:
            return
        self.say(f"Running {script}.")
        path = self.target.content / script
        command = [path] if path.read_bytes()[:2] == b"#!" else ["/bin/bash", path]
        ended = self.tools.run(*command)
        if ended.code != 0:
            how = f"ended with {ended.code}" if ended.code > 0 else f"was ended by signal {-ended.code}"
            raise Problem("script.failed", f"{script} {how}.", "The lines above are what it printed.", script)

    def _compile(self, own_kernel: bool) -> None:
        """Compiles modules now, because users can't write beside them."""
        self.say("Compiling modules.")
        for folder in [self.target.folder, self.target.kernel] if own_kernel else [self.target.folder]:
            self.tools.run(folder / "bin/python", "-m", "compileall", "-qq", "-j", "0", folder / "lib")

    def _check(self, own_kernel: bool) -> None:
        """Sees the server and the kernel run: the repository's own scripts may have spoilt them."""
        server = self.target.folder / "bin/jupyterhub-singleuser"
        lock = self.wanted.lock.read_text()
        if "\njupyterhub==" in lock:
            problem = Problem(
                "server.broken", "JupyterLab no longer starts after the repository's own steps.", "See postBuild."
            )
            self.tools.must(problem, self.target.folder / "bin/python", server, "--version")
        kernel = self.target.kernel if own_kernel else self.target.folder
        problem = Problem(
            "kernel.broken", "The Python kernel doesn't start after the repository's own steps.", "See postBuild."
        )
        self.tools.must(problem, kernel / "bin/python", "-c", "import ipykernel.kernelapp")

    def _finish(self, plan: Plan, own_kernel: bool) -> dict[str, Any]:
        target = self.target
        target.disarm()
        sizes = {"environment": used(target.folder), "content": used(target.content)}
        kernels = target.folder / "share/jupyter/kernels"
        start = plan.uses("start")
        about = {
            **plan.as_json(),
            "repository": self.wanted.repository,
            "commit": self.wanted.commit,
            "rules": RULES,
            "server_lock": hashlib.sha256(self.wanted.lock.read_bytes()).hexdigest(),
            "kernels": sorted(path.parent.name for path in kernels.glob("*/kernel.json")),
            "own_kernel": own_kernel,
            "content": "content",
            "start": f"content/{start}" if start else None,
            "bytes": sizes,
            "built": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        target.finish(about)
        total, files = size(sizes["environment"]), size(sizes["content"])
        self.say(f"The environment has {total}, of which {files} are the repository's files.")
        return about
