"""`carrel-build-repository`: what the hub runs in the sandbox of a throw-away user."""

import argparse
import json
from pathlib import Path

from carrel_builder import RULES, __version__
from carrel_builder.build_command import add_arguments, run_build
from carrel_builder.hosts import read_hosts
from carrel_builder.machine import ThisMachine
from carrel_builder.planning import make_plan
from carrel_builder.problems import Problem
from carrel_builder.resolving import resolve
from carrel_builder.server import recipe
from carrel_builder.tree import Tree

EPILOG = "Ends with 0 when done, 1 when it failed, 2 when called wrongly, 3 when the rules refuse the repository."


def main(arguments: list[str] | None = None) -> int:
    """Runs the program; the exit code is its answer."""
    parser = argparse.ArgumentParser(prog="carrel-build-repository", description=__doc__, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"{__version__} (rules {RULES})")
    commands = parser.add_subparsers(dest="command", required=True)
    add_plan(commands)
    add_build(commands)
    add_resolve(commands)
    options = parser.parse_args(arguments)
    return options.run(options)


def add_plan(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`plan FOLDER`."""
    parser = commands.add_parser("plan", help="print as JSON what the rules say for a folder")
    parser.add_argument("folder", type=Path)
    add_machine(parser)
    parser.set_defaults(run=run_plan)


def add_build(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`build --repo URL --ref COMMIT --target FOLDER`."""
    parser = commands.add_parser("build", help="build the environment of a repository at a commit")
    add_arguments(parser)
    add_machine(parser)
    parser.set_defaults(run=run_build)


def add_resolve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`resolve PROVIDER SPEC`."""
    parser = commands.add_parser("resolve", help="print as JSON what a launch link stands for")
    parser.add_argument("provider", help="gh, gl, git, gist, zenodo, figshare, dataverse, hydroshare or ckan")
    parser.add_argument("spec", help="what follows it in the link")
    parser.add_argument("--hosts", type=Path, help="addresses of the providers (JSON)")
    parser.set_defaults(run=run_resolve)


def add_machine(parser: argparse.ArgumentParser) -> None:
    """What the plan has to know about the machine."""
    parser.add_argument("--python", default="/usr/bin/python3", help="the Python of servers (%(default)s)")
    parser.add_argument(
        "--allow-apt",
        action="store_true",
        help="install missing Debian packages: in a container of this build's own, as root",
    )


def run_plan(options: argparse.Namespace) -> int:
    """Prints the plan."""
    try:
        tree = Tree(options.folder)
        try:
            plan = make_plan(tree, ThisMachine(options.python, options.allow_apt))
        finally:
            tree.close()
    except Problem as problem:
        print(json.dumps({"refusal": problem.as_json()}))
        return problem.exit_code
    print(json.dumps(plan.as_json()))
    return plan.refusal.exit_code if plan.refusal else 0


def run_resolve(options: argparse.Namespace) -> int:
    """Prints what it stands for, or a failure."""
    try:
        found = resolve(options.provider, options.spec, read_hosts(options.hosts))
        print(json.dumps({**found, "recipe": recipe()}))
    except Problem as problem:
        print(json.dumps({"failure": problem.as_json()}))
        return problem.exit_code
    return 0
