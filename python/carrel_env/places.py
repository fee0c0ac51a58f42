"""Where environments of people's own are: a folder each in the home, and a kernel of the same name."""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from carrel_env.problem import EnvironmentProblem

WHOLE = "environment.whole"
"""In an environment's folder, written last."""


def home() -> Path:
    """The home."""
    return Path(os.environ.get("HOME") or Path.home())


def environments() -> Path:
    """The folder of all."""
    return home() / ".local/share/carrel/environments"


def kernels() -> Path:
    """Where Jupyter looks for a person's own kernels."""
    data = os.environ.get("JUPYTER_DATA_DIR")
    return (Path(data) if data else home() / ".local/share/jupyter") / "kernels"


@dataclass(frozen=True)
class Environment:
    """An environment by its name."""

    name: str

    @property
    def folder(self) -> Path:
        """Its folder: a venv."""
        return environments() / self.name

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin/python"

    @property
    def kernel(self) -> Path:
        """The folder of its kernel."""
        return kernels() / self.name

    @property
    def is_whole(self) -> bool:
        """Whether it was made to its end."""
        return (self.folder / WHOLE).exists()

    @property
    def works(self) -> bool:
        """Whether the Python that it was made with is still on the machine."""
        return self.python.exists()

    @property
    def has_own_kernel(self) -> bool:
        """Whether the kernel of its name is the one that was made with it."""
        try:
            spec = json.loads((self.kernel / "kernel.json").read_bytes())
        except (OSError, ValueError):
            return False
        return isinstance(spec, dict) and str(self.python) in spec.get("argv", [])

    def register(self) -> None:
        """Makes its kernel."""
        spec = {
            "argv": [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": self.name,
            "language": "python",
            # So that `!pip install` and programs of its packages are its own too.
            "env": {"VIRTUAL_ENV": str(self.folder), "PATH": f"{self.folder / 'bin'}:${{PATH}}"},
            "metadata": {"debugger": True, "carrel": {"needs": [str(self.python)]}},
        }
        self.kernel.mkdir(parents=True, exist_ok=True)
        beside = self.kernel / "kernel.json.new"
        beside.write_text(json.dumps(spec, indent=2))
        beside.replace(self.kernel / "kernel.json")

    def remove(self) -> None:
        """Removes it, its kernel first."""
        if self.has_own_kernel:
            shutil.rmtree(self.kernel)
        (self.folder / WHOLE).unlink(missing_ok=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)


def all_environments() -> list[Environment]:
    """All, by name, also those that were never finished."""
    folder = environments()
    found = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return [Environment(name) for name in found if is_name(name)]


def is_name(name: str) -> bool:
    """Whether an environment can be called so."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", name) is not None


def checked(name: str) -> Environment:
    """The environment of a name.

    Raises:
        EnvironmentProblem: there can be none of that name.
    """
    if not is_name(name):
        raise EnvironmentProblem(
            f"An environment can't be called {name[:60]!r}. A name has 1 to 40 characters from a to z, 0 to 9, dot, - and _,"
            " and begins with a letter or a digit."
        )
    return Environment(name)


def check_free(environment: Environment) -> None:
    """Sees that nothing has the name yet.

    Raises:
        EnvironmentProblem: something has.
    """
    name = environment.name
    if environment.is_whole:
        raise EnvironmentProblem(
            f"There is an environment {name} already. To add packages: {environment.python} -m pip install PACKAGE."
            f" To begin anew: carrel-env remove {name}."
        )
    shared = Path(sys.prefix) / "share/jupyter/kernels"
    if (
        name == "python3"
        or (shared / name).exists()
        or (environment.kernel.exists() and not environment.has_own_kernel)
    ):
        raise EnvironmentProblem(f"There is a kernel {name} already. Choose another name.")
