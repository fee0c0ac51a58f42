"""Which kind of repository it is: repo2docker's build packs, the first that fits.

Source: repo2docker 2026.4.0, `app.py` and `buildpacks/`.
"""

from dataclasses import dataclass

from carrel_builder.formats import read_toml
from carrel_builder.problems import Refusal
from carrel_builder.runtime import Runtime, read_runtime
from carrel_builder.tree import Tree


@dataclass(frozen=True)
class Pack:
    """The kind, and the file that decided."""

    name: str
    """`docker`, `julia`, `nix`, `r`, `conda`, `pipfile`, `python` or `plain`."""

    file: str | None


class Layout:
    """Where the configuration files of a repository lie."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        plain, hidden = tree.is_folder("binder"), tree.is_folder(".binder")
        if plain and hidden:
            raise Refusal(
                "folder.two",
                "The repository has both a folder binder and a folder .binder.",
                "Keep one of them.",
                ".binder",
            )
        self.folder = "binder" if plain else ".binder" if hidden else ""

    def path(self, name: str) -> str:
        """The path of a configuration file, whether it is there or not."""
        return f"{self.folder}/{name}" if self.folder else name

    def find(self, *names: str) -> str | None:
        """The first of these files that is there."""
        return next((path for path in map(self.path, names) if self.tree.is_there(path)), None)

    def find_in_root(self, name: str) -> str | None:
        """A file that counts in the root only, and only without a folder for configuration."""
        return name if not self.folder and self.tree.is_there(name) else None

    def runtime(self) -> Runtime:
        """What `runtime.txt` says."""
        return read_runtime(self.tree, self.path("runtime.txt"))

    def package(self) -> str | None:
        """The file that makes the repository a Python package."""
        if self.find_in_root("setup.py"):
            return "setup.py"
        if self.find_in_root("pyproject.toml"):
            project = read_toml(self.tree, "pyproject.toml")
            if "project" in project and "build-system" in project:
                return "pyproject.toml"
        return None


def choose_pack(layout: Layout) -> Pack:
    """The first that fits."""
    _refuse_legacy(layout)
    for name, files in (
        ("docker", ["Dockerfile"]),
        ("julia", ["JuliaProject.toml", "Project.toml"]),
        ("julia", ["REQUIRE"]),
        ("nix", ["default.nix"]),
    ):
        found = layout.find(*files)
        if found:
            return Pack(name, found)
    runtime = layout.runtime()
    if runtime.name == "r" and runtime.date:
        return Pack("r", layout.path("runtime.txt"))
    found = layout.find_in_root("DESCRIPTION")
    if found:
        return Pack("r", found)
    found = layout.find("environment.yml", "environment.yaml")
    if found:
        return Pack("conda", found)
    if runtime.name in (None, "python"):
        return _python_pack(layout, runtime)
    return Pack("plain", None)


def _python_pack(layout: Layout, runtime: Runtime) -> Pack:
    found = layout.find("Pipfile.lock", "Pipfile")
    if found:
        return Pack("pipfile", found)
    if runtime.name == "python":
        return Pack("python", layout.path("runtime.txt"))
    found = layout.package() or layout.find("requirements.txt")
    return Pack("python", found) if found else Pack("plain", None)


def _refuse_legacy(layout: Layout) -> None:
    if not layout.tree.is_there("Dockerfile") or layout.tree.is_folder("Dockerfile"):
        return
    for line in layout.tree.text("Dockerfile").splitlines():
        if line.startswith("FROM"):
            if "andrewosh/binder-base" in line.split("#")[0].lower():
                message = "The Dockerfile builds on the first version of Binder, which has been gone since 2020."
                raise Refusal("docker.legacy", message, "Write an environment.yml or a requirements.txt.", "Dockerfile")
            return
