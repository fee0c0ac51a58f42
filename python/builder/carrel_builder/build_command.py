"""`build`: the part of the program that makes an environment."""

import argparse
import os
import signal
import sys
from functools import partial
from pathlib import Path
from types import FrameType

from carrel_builder.build import Build, Wanted
from carrel_builder.descendants import adopt_orphans, end_all
from carrel_builder.git_fetch import GitFetch, check_address
from carrel_builder.hosts import read_hosts
from carrel_builder.machine import ThisMachine
from carrel_builder.output import TOTAL, Output
from carrel_builder.problems import Problem
from carrel_builder.record_fetch import RecordFetch
from carrel_builder.records import RECORDS
from carrel_builder.runner import Limits, Runner, disk_full
from carrel_builder.server import default_lock, default_overrides, default_package
from carrel_builder.target import Target
from carrel_builder.tools import Tools, find_uv


class Cancelled(Problem):
    """Someone wants it to end."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `build` can be told."""
    parser.add_argument("--repo", required=True, help="address of the repository")
    parser.add_argument("--ref", required=True, help="the commit, 40 hexadecimal figures; of a record, its version")
    parser.add_argument("--provider", default="git", help="of a record: zenodo, figshare, …; --repo is its spec then")
    parser.add_argument("--hosts", type=Path, help="addresses of the providers of records (JSON)")
    parser.add_argument("--target", required=True, type=Path, help="where the environment is built and stays")
    parser.add_argument("--base", type=Path, default=default_lock(), help="lock file of the server's packages")
    parser.add_argument(
        "--package", type=Path, default=default_package(), help="the server's own package: its folder or its wheel"
    )
    parser.add_argument(
        "--overrides", type=Path, default=default_overrides(), help="JupyterLab settings to begin with (JSON)"
    )
    parser.add_argument("--uv", help="the program uv")
    parser.add_argument("--cache", type=Path, help="uv's cache; shared by builds that trust each other only")
    parser.add_argument("--allow-local", action="store_true", help="also fetch from file:// (tests)")
    parser.add_argument("--no-compile", action="store_true", help="leave modules to be compiled when they are used")
    parser.add_argument("--deadline", type=float, default=1800, help="seconds (%(default)s)")
    parser.add_argument("--disk-bytes", type=int, default=10_000_000_000, help="in the target (%(default)s)")
    parser.add_argument("--repository-bytes", type=int, default=2_000_000_000, help="fetched (%(default)s)")
    parser.add_argument("--output-bytes", type=int, default=TOTAL, help="printed (%(default)s)")


def run_build(options: argparse.Namespace) -> int:
    """Builds; the last line that it prints says how it ended."""
    output = Output(sys.stdout, options.output_bytes)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _cancel)
    os.umask(0o022)
    adopt_orphans()
    target = Target(options.target)
    try:
        try:
            return _build(options, target, output)
        except OSError as error:
            raise _of_system(error, options) from error
    except Problem as problem:
        end_all()
        try:
            output.failed(problem)
        except OSError:
            problem = Cancelled("build.cancelled", "Nobody reads any more.")
        if target.lock is not None and not isinstance(problem, Cancelled):
            _tidy(target)
        return problem.exit_code


def _build(options: argparse.Namespace, target: Target, output: Output) -> int:
    is_record = options.provider in RECORDS
    address = options.repo if is_record else check_address(options.repo, options.allow_local)
    target.take()
    about = target.found(address, options.ref)
    if about is not None:
        output.built("Found built environment.", about)
        return 0
    if target.begin():
        output.say("fetching", "An earlier build of this environment was not finished; it begins anew.")
    runner = Runner(output, target.folder, Limits(options.deadline, options.disk_bytes))
    tools = Tools(runner, target, find_uv(options.uv), options.cache)
    machine = ThisMachine(options.python, options.allow_apt)
    most = options.repository_bytes
    fetch = partial(GitFetch(runner, target.content, most, options.allow_local).fetch, address, options.ref)
    if is_record:
        record = RecordFetch(runner, target.content, most, read_hosts(options.hosts))
        fetch = partial(record.fetch, options.provider, options.repo, options.ref)
    wanted = Wanted(address, options.ref, options.base, options.package, options.overrides, not options.no_compile)
    about = Build(wanted, target, machine, runner, tools).run(fetch)
    output.built("Built.", about)
    return 0


def _cancel(number: int, _frame: FrameType | None) -> None:
    for other in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Cancelled("build.cancelled", f"The build was cancelled ({signal.Signals(number).name}).", "Launch it again.")


def _of_system(error: OSError, options: argparse.Namespace) -> Problem:
    if isinstance(error, BrokenPipeError):
        return Cancelled("build.cancelled", "Nobody reads any more.")
    if error.errno in (28, 122):  # no space, over quota
        return disk_full(options.disk_bytes)
    return Problem("build.system", f"The machine said: {error.strerror or error}.", "Ask the operator.")


def _tidy(target: Target) -> None:
    """Gives the space back; what can't be removed now is removed by the next build."""
    try:
        if not (target.folder / "environment.whole").exists():
            target.empty()
    except OSError:
        pass
