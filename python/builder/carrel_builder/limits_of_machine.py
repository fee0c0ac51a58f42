"""Whether this machine has the languages that a plan needs."""

from packaging.version import Version

from carrel_builder.formats import read_toml, table
from carrel_builder.julia import allows
from carrel_builder.machine import Machine
from carrel_builder.packs import Layout
from carrel_builder.plan import Plan
from carrel_builder.problems import Refusal
from carrel_builder.python_version import OLDER
from carrel_builder.words import names


def check_python(plan: Plan, machine: Machine) -> None:
    """Finds the interpreter. A repository that doesn't ask for a version gets the server's own."""
    assert plan.python is not None
    wanted = plan.python
    if plan.conda.packages:
        if machine.conda() is None:
            raise Refusal(
                "conda.packages",
                f"{plan.decided_by} asks for conda packages ({names(plan.conda.packages)}), which isn't here.",
                "List what PyPI has under pip in that file; or ask the operator for micromamba.",
                plan.decided_by,
            )
        plan.own_kernel = True
        return
    if wanted.source in ("default", "pyproject.toml") and _base_fits(plan, machine):
        plan.interpreter = machine.python(machine.base_python)
        return
    if wanted.version in OLDER:
        raise Refusal(
            "python.old",
            f"{wanted.source} asks for Python {wanted.version}, for which no packages are made any more.",
            "Ask for Python 3.8 or newer.",
            wanted.source,
        )
    plan.interpreter = machine.python(wanted.version)
    plan.own_kernel = wanted.version != machine.base_python
    if plan.interpreter is None:
        raise Refusal(
            "python.missing",
            f"{wanted.source} asks for Python {wanted.version}, which isn't on this machine.",
            f"Ask for Python {machine.base_python}, or ask the operator to install {wanted.version}.",
            wanted.source,
        )


def _base_fits(plan: Plan, machine: Machine) -> bool:
    """Whether the server's own Python will do where a repository names none, or a range of them."""
    return plan.requires is None or Version(machine.base_python) in plan.requires


def check_languages(plan: Plan, layout: Layout, machine: Machine) -> None:
    """Refuses R and Julia where they can't be had."""
    if plan.pack == "r":
        _check_r(plan, layout, machine)
    if plan.pack == "julia":
        _check_julia(plan, layout, machine)


def _check_r(plan: Plan, layout: Layout, machine: Machine) -> None:
    date = layout.runtime().date
    if date is not None:
        raise Refusal(
            "r.snapshot",
            f"{layout.path('runtime.txt')} asks for R packages as they were on {date}; that can't be had.",
            "Take the date out of runtime.txt and keep a DESCRIPTION file, or install R packages from postBuild.",
            layout.path("runtime.txt"),
        )
    if machine.r() is None:
        raise Refusal(
            "r.missing",
            f"{plan.decided_by} needs R, which isn't on this machine.",
            "Ask the operator for r-base.",
            plan.decided_by,
        )
    for package in ("IRkernel", "remotes"):
        if not machine.r_has(package):
            raise Refusal(
                "r.package",
                f"{plan.decided_by} needs R's package {package}, which isn't on this machine.",
                f"Ask the operator for r-cran-{package.lower()}.",
                plan.decided_by,
            )


def _check_julia(plan: Plan, layout: Layout, machine: Machine) -> None:
    found = machine.julia()
    if found is None:
        raise Refusal(
            "julia.missing",
            f"{plan.decided_by} needs Julia, which isn't on this machine.",
            "Ask the operator for Julia.",
            plan.decided_by,
        )
    assert plan.decided_by is not None
    compat = table(read_toml(layout.tree, plan.decided_by), "compat", plan.decided_by).get("julia")
    if isinstance(compat, str) and not allows(compat, found[1]):
        raise Refusal(
            "julia.version",
            f"{plan.decided_by} asks for Julia {compat[:40]}; this machine has {found[1]}.",
            f"Let compat allow {found[1]}.",
            plan.decided_by,
        )
