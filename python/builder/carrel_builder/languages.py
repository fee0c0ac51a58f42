"""Installs what a repository asks of conda, R, Julia and Debian, where this machine has them."""

import json
from pathlib import Path

from carrel_builder.machine import Machine
from carrel_builder.plan import Plan
from carrel_builder.problems import Problem
from carrel_builder.target import Target
from carrel_builder.tools import Tools

R_OPTIONS = ("--no-save", "--no-restore", "--no-init-file", "--no-environ")


def install_debian(tools: Tools, plan: Plan, machine: Machine) -> None:
    """Installs missing Debian packages: only where the plan let them pass because this may be done."""
    missing = machine.missing_debian_packages(plan.apt) if plan.apt else []
    if missing:
        problem = Problem(
            "apt.failed", "Debian's packages couldn't be installed.", "The lines above say why.", plan.uses("apt.txt")
        )
        tools.must(problem, "apt-get", "-qq", "update")
        tools.must(problem, "apt-get", "install", "--yes", "--no-install-recommends", "--", *missing)


def install_conda(tools: Tools, plan: Plan, target: Target, machine: Machine) -> None:
    """Makes the kernel's environment with conda."""
    program = machine.conda()
    if not plan.conda.packages or program is None or plan.decided_by is None:
        return
    problem = Problem(
        "conda.failed",
        f"What {plan.decided_by} asks of conda couldn't be installed.",
        "The lines above say why.",
        plan.decided_by,
    )
    create = ["create"] if Path(program).name == "micromamba" else ["env", "create"]
    tools.must(problem, program, *create, "--yes", "--prefix", target.kernel, "--file", plan.decided_by)


def install_r(tools: Tools, plan: Plan, target: Target) -> None:
    """Runs `install.R`, installs the package that `DESCRIPTION` describes, and makes R's kernel."""
    if plan.pack != "r":
        return
    (target.folder / "rlibs").mkdir(exist_ok=True)
    script, description = plan.uses("install.R"), plan.uses("DESCRIPTION")
    if script:
        tools.must(
            Problem("r.failed", f"{script} failed.", "The lines above say why.", script), "Rscript", *R_OPTIONS, script
        )
    if description:
        problem = Problem("r.failed", "The R package couldn't be installed.", "The lines above say why.", description)
        tools.must(problem, "Rscript", *R_OPTIONS, "-e", 'remotes::install_local(upgrade = "never")')
    spec = {
        "argv": ["R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"],
        "display_name": "R",
        "language": "R",
        "env": {"R_LIBS_USER": str(target.folder / "rlibs")},
    }
    place = target.folder / "share/jupyter/kernels/ir/kernel.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(spec, indent=1))


def install_julia(tools: Tools, plan: Plan, target: Target) -> None:
    """Makes Julia's kernel and installs the project."""
    if plan.pack != "julia" or plan.decided_by is None:
        return
    project = target.content / Path(plan.decided_by).parent
    problem = Problem(
        "julia.failed", "What the project asks for couldn't be installed.", "The lines above say why.", plan.decided_by
    )
    kernel = f'using Pkg; Pkg.add("IJulia"); using IJulia; installkernel("Julia", {json.dumps(f"--project={project}")})'
    tools.must(problem, "julia", "-e", kernel)
    tools.must(
        problem, "julia", f"--project={project}", "-e", "using Pkg; Pkg.instantiate(); Pkg.resolve(); Pkg.instantiate()"
    )
