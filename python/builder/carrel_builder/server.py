"""The part of an environment that is the same for every repository: JupyterLab, its hub's side and a kernel."""

import hashlib
import re
import runpy
import shutil
import sys
from pathlib import Path

from carrel_builder import RULES

PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)

SOURCES = Path(sys.prefix) / "share/carrel/sources"
"""Where the default environment keeps what it was made from (`build-environment`)."""

IN_SOURCE = Path(__file__).parents[2]
"""The folder `python` of the source tree, when the builder runs from there."""


def pins(lock: str) -> list[str]:
    """The lines `name==version` of a lock file: what the repository's own packages have to fit with."""
    return [f"{name}=={version}" for name, version in PIN.findall(lock)]


def default_lock() -> Path:
    """What environments of repositories begin with: as the builder's own keeps it, or in a source tree."""
    kept = SOURCES / "requirements.lock"
    return kept if kept.exists() else IN_SOURCE / "environments/repository/requirements.lock"


def kept_wheels() -> list[str | Path]:
    """How uv finds the packages of the lock file without a network, where the environment keeps them."""
    wheels = SOURCES / "wheels"
    return ["--no-index", "--find-links", wheels] if wheels.is_dir() else []


def default_package() -> Path | None:
    """The wheel of the server's own package that the environment keeps."""
    return next(iter(sorted(SOURCES.glob("carrel_server-*.whl"))), None)


def default_overrides() -> Path | None:
    """JupyterLab's settings that the environment keeps."""
    kept = SOURCES / "overrides.json"
    return kept if kept.exists() else None


def recipe() -> str:
    """Changes when the same commit would be built otherwise: with other rules, another Python, or another server."""
    digest = hashlib.sha256(f"{RULES}\n{sys.version}\n".encode())
    for path in (default_lock(), default_package(), default_overrides()):
        digest.update(hashlib.sha256(path.read_bytes() if path else b"").digest())
    return digest.hexdigest()[:16]


def wheel_of(package: Path, folder: Path) -> Path:
    """The wheel of the server's package: itself, or made by the program that makes it for the default environment."""
    if package.suffix == ".whl":
        return package
    made = runpy.run_path(str(package / "carrel_environments/wheel.py"))["write_wheel"](package, folder)
    return Path(made)


def install_overrides(folder: Path, overrides: Path) -> None:
    """Puts JupyterLab's settings where it looks for them."""
    place = folder / "share/jupyter/lab/settings/overrides.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(overrides, place)
