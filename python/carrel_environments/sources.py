"""What environments of repositories are made from, kept in the one whose builder makes them."""

import argparse
import os
import shutil
from pathlib import Path

from carrel_environments.programs import Programs, say
from carrel_environments.wheel import write_wheel

SOURCES = "share/carrel/sources"
"""Where the builder looks for it (`carrel_builder.server`)."""


def keep(folder: Path, options: argparse.Namespace, lock: int) -> None:
    """Keeps their lock file with its packages, JupyterLab's settings, and the packages of our own.

    Raises:
        BuildProblem: the packages can't be fetched.
        OSError: something couldn't be written.
    """
    place = folder / SOURCES
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.repository_lock, place / "requirements.lock")
    say("fetching the packages that environments of repositories begin with")
    as_locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--progress-bar", "off"]
    pip = [folder / "bin/python", "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    what = ["--dest", place / "wheels", "-r", options.repository_lock]
    Programs(lock, dict(os.environ)).run("Fetching the packages", *pip, *as_locked, *what)
    if options.overrides is not None:
        shutil.copyfile(options.overrides, place / "overrides.json")
    for package in options.package:
        write_wheel(package, place)
