"""Fills the folder of a new version of an environment."""

import argparse
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from carrel_environments import extras, sources
from carrel_environments.programs import BuildProblem, Programs, environment_for_uv, say
from carrel_environments.versions import WHOLE
from carrel_environments.wheel import description, write_wheel


def build(folder: Path, options: argparse.Namespace, lock: int) -> None:
    """Makes the environment in `folder`, which must not be there.

    Raises:
        BuildProblem: a step failed.
        OSError: something couldn't be written.
    """
    say(f"building {folder.name} from {options.lock}")
    Programs(lock, dict(os.environ)).run("Making a Python environment", options.python, "-m", "venv", folder)
    install_locked(folder, options, lock)
    for package in options.package:
        install_package(folder, package, lock)
    for kernel in options.kernel:
        extras.add_kernel(folder, kernel)
    if options.start is not None:
        extras.add_start(folder, options.start)
    for package in options.turn_off:
        extras.turn_off(folder, package)
    say("compiling modules")
    compileall = [folder / "bin/python", "-m", "compileall", "-q", "-j", "0", folder / "lib"]
    if subprocess.run(compileall, check=False, stdout=subprocess.DEVNULL, pass_fds=[lock]).returncode != 0:
        say("some modules could not be compiled; Python compiles them when they are used")
    if options.overrides is not None:
        place = folder / "share/jupyter/lab/settings/overrides.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(options.overrides, place)
    for package in options.package:
        see_programs_run(folder, package)
    if options.repository_lock is not None:
        sources.keep(folder, options, lock)
    (folder / WHOLE).touch()


def install_locked(folder: Path, options: argparse.Namespace, lock: int) -> None:
    """Installs the packages of the lock file, with uv if it is there, and else with pip.

    The lock file is complete, but for what excluded.in leaves out; so nothing else is looked for. What is built from its source
    comes last: it is built with what the lock file has for that, so that no code runs that has no hash there.
    """
    ready, from_source = divided(options.lock.read_text(), options.source)
    count = sum(1 for line in ready.splitlines() if line[:1].isalnum())
    say(f"installing {count} {'package' if count == 1 else 'packages'}")
    install(ready, ["--only-binary", ":all:"], folder, options, lock)
    if from_source:
        say(f"building from the source: {', '.join(sorted(options.source))}")
        install(from_source, ["--no-binary", ":all:", "--no-build-isolation"], folder, options, lock)


def divided(lock: str, names: list[str]) -> tuple[str, str]:
    """A lock file without the packages of these names, and those packages with their hashes."""
    wanted = {extras.plain(name) for name in names}
    from_source = ""
    for found in re.findall(r"^[A-Za-z0-9].*\n(?:[ \t].*\n)*", lock, re.MULTILINE):
        if extras.plain(re.split(r"[=<>~!;@ \[]", found, maxsplit=1)[0]) in wanted:
            from_source += found
            lock = lock.replace(found, "")
    return lock, from_source


def install(packages: str, how: list[str], folder: Path, options: argparse.Namespace, lock: int) -> None:
    """Installs these lines of a lock file."""
    with tempfile.TemporaryDirectory() as place:
        lines = Path(place) / options.lock.name
        lines.write_text(packages)
        as_locked = ["--require-hashes", "--no-deps", *how, "-r", lines]
        if options.uv is None:
            programs = Programs(lock, dict(os.environ))
            programs.run("Installing the packages", *pip(folder), "--progress-bar", "off", *as_locked)
            return
        # A cache of its own, on the same file system: nobody else's modes, and nothing left afterwards.
        cache = folder / ".cache"
        programs = Programs(lock, environment_for_uv(dict(os.environ)))
        index = ["--no-index"] if os.environ.get("PIP_NO_INDEX") else []
        into = ["--python", folder / "bin/python", "--cache-dir", cache, "--link-mode", "hardlink"]
        programs.run("Installing the packages", options.uv, "pip", "install", *into, *index, *as_locked)
        shutil.rmtree(cache)


def pip(folder: Path) -> list[str | Path]:
    """How packages are installed with the environment's own pip."""
    quiet = ["--disable-pip-version-check", "install", "--quiet", "--no-warn-script-location", "--no-compile"]
    return [folder / "bin/python", "-m", "pip", *quiet]


def install_package(folder: Path, project: Path, lock: int) -> None:
    """Puts the package in `project` into the environment, without any network."""
    with tempfile.TemporaryDirectory() as place:
        wheel = write_wheel(project, Path(place))
        programs = Programs(lock, dict(os.environ))
        programs.run("Installing Carrel's own package", *pip(folder), "--no-index", "--no-deps", wheel)


def see_programs_run(folder: Path, project: Path) -> None:
    """Sees the programs of the package in `project` run.

    Raises:
        BuildProblem: one doesn't; the lock file may lack JupyterHub.
    """
    for program in description(project).get("scripts", {}):
        command = [folder / "bin/python", folder / "bin" / program, "--version"]
        ran = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if ran.returncode != 0:
            last = (ran.stderr.strip().splitlines() or [""])[-1]
            raise BuildProblem(
                f"{program} doesn't run in it ({last}). A lock file needs what {project}/environments/default/requirements.in"
                " names at its top."
            )
