"""What a recipe adds to an environment besides packages: kernels, a start script; and extensions that it leaves off."""

import json
import re
import shutil
from importlib import metadata
from pathlib import Path

from carrel_environments.programs import BuildProblem

START = "share/carrel/start"
"""In an environment: what its servers are started with. The hub looks for it (Sources/CarrelHub/Lifecycle)."""

EXTENSIONS = "share/jupyter/labextensions"
"""In an environment: what JupyterLab loads, even what is disabled in its configuration."""

EXTENSIONS_OFF = "share/jupyter/labextensions-off"
"""In an environment: what was turned off. `carrel env show` lists it (Sources/carrel/Environments)."""


def files_of_kernel(folder: Path) -> list[Path]:
    """A kernel's files, in a fixed order: those of its folder, no links, no folders in it.

    Raises:
        BuildProblem: it isn't the folder of a kernel.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", folder.name):
        raise BuildProblem(f"A kernel can't be called {folder.name}: letters, digits, dots, - and _ are possible.")
    try:
        spec = json.loads((folder / "kernel.json").read_bytes())
    except OSError as error:
        raise BuildProblem(f"{folder} is no kernel: {error.strerror or error}.") from error
    except ValueError as error:
        raise BuildProblem(f"{folder / 'kernel.json'} can't be read: {error}.") from error
    if not (isinstance(spec, dict) and isinstance(spec.get("argv"), list) and spec.get("display_name")):
        raise BuildProblem(f"{folder / 'kernel.json'} lacks argv or display_name.")
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.is_symlink())


def add_kernel(environment: Path, folder: Path) -> None:
    """Puts a kernel where servers look for it; it replaces one of the same name."""
    place = environment / "share/jupyter/kernels" / folder.name
    if place.exists():
        shutil.rmtree(place)
    place.mkdir(parents=True)
    for file in files_of_kernel(folder):
        shutil.copyfile(file, place / file.name)


def add_start(environment: Path, script: Path) -> None:
    """Puts the start script into the environment."""
    if not script.read_bytes().startswith(b"#!"):
        raise BuildProblem(f"{script} doesn't say what runs it: its first line must begin with #!.")
    place = environment / START
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(script, place)
    place.chmod(0o755)


def installed(environment: Path) -> list[metadata.Distribution]:
    """The packages of an environment."""
    return [
        one
        for folder in environment.glob("lib/python*/site-packages")
        for one in metadata.distributions(path=[str(folder)])
    ]


def plain(name: str) -> str:
    """A package's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def turn_off(environment: Path, package: str) -> None:
    """Turns off what a package adds to JupyterLab and to its server; the package itself stays.

    Raises:
        BuildProblem: there is no such package, or nothing to turn off.
    """
    found = next((one for one in installed(environment) if plain(one.metadata["Name"]) == plain(package)), None)
    if found is None:
        raise BuildProblem(f"{package} can't be turned off: the lock file has no such package.")
    files = [Path(str(found.locate_file(file))).resolve() for file in found.files or ()]
    extensions = environment.resolve() / EXTENSIONS
    found_here = [*extensions.glob("*/package.json"), *extensions.glob("@*/*/package.json")]
    labs = [file.parent for file in found_here if file in files]
    servers = [file for file in files if file.parent.name == "jupyter_server_config.d" and file.suffix == ".json"]
    if not labs and not servers:
        raise BuildProblem(f"{package} can't be turned off: it adds nothing to JupyterLab.")
    for lab in labs:
        away = environment / EXTENSIONS_OFF / lab.relative_to(extensions)
        away.parent.mkdir(parents=True, exist_ok=True)
        lab.rename(away)
    for file in servers:
        settings = json.loads(file.read_bytes())
        extensions = settings.get("ServerApp", {}).get("jpserver_extensions", {})
        extensions.update(dict.fromkeys(extensions, False))
        file.unlink()  # it may be another environment's too, by a second name
        file.write_text(json.dumps(settings, indent=2))
