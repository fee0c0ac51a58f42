"""Which Python a repository wants: the rules of repo2docker 2026.4.0, `buildpacks/{conda,python,pipfile}`."""

from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from carrel_builder.formats import read_toml, table, wrong_type
from carrel_builder.problems import Refusal
from carrel_builder.runtime import Runtime
from carrel_builder.tree import Tree

DEFAULT = "3.10"
MAJOR = {"2": "2.7", "3": DEFAULT}
SUPPORTED = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
OLDER = ("2.7", "3.5", "3.6", "3.7")
"""Those that repo2docker still knows; below 3.7 as a kernel beside a newer server."""


@dataclass(frozen=True)
class PythonVersion:
    """A version `3.x` and where it comes from: the name of a file, or `default`."""

    version: str
    source: str


def chosen(written: str, source: str) -> PythonVersion:
    """What `written` means: a major version stands for its default, patch versions are dropped."""
    parts = [part for part in written.split(".") if part]
    if not parts:
        return PythonVersion(DEFAULT, "default")
    version = MAJOR.get(parts[0], parts[0]) if len(parts) == 1 else ".".join(parts[:2])
    return _known(PythonVersion(version, source))


def requires_python(tree: Tree) -> SpecifierSet | None:
    """The range that a `pyproject.toml` in the root allows."""
    path = "pyproject.toml"
    if not tree.is_there(path):
        return None
    wanted = table(read_toml(tree, path), "project", path).get("requires-python")
    if wanted is None:
        return None
    if not isinstance(wanted, str):
        raise wrong_type(path, "requires-python", "text")
    try:
        return SpecifierSet(wanted)
    except InvalidSpecifier as error:
        raise wrong_type(path, "requires-python", "a range of versions such as >=3.10") from error


def from_runtime(runtime: Runtime, allowed: SpecifierSet | None, runtime_file: str) -> PythonVersion:
    """What `runtime.txt` says, held against the range of `pyproject.toml`."""
    if runtime.name not in (None, "python"):
        return PythonVersion(DEFAULT, "default")
    found = PythonVersion(DEFAULT, "default")
    if runtime.version is not None:
        found = _from_written(runtime.version, runtime_file)
    if allowed is not None and Version(found.version) not in allowed:
        found = _fitting(found, allowed)
    return _known(found)


def _from_written(written: str, source: str) -> PythonVersion:
    try:
        parts = Version(written).release
    except InvalidVersion as error:
        raise _unknown(PythonVersion(written, source)) from error
    if len(parts) == 1 and written in MAJOR:
        return PythonVersion(MAJOR[written], "default")
    if len(parts) != 2:
        raise Refusal(
            "python.version",
            f"{source} asks for Python {written}; it should be written as 3.x.",
            f"Write python-{'.'.join(map(str, parts[:2]))} into {source}.",
            source,
        )
    return PythonVersion(written, source)


def _fitting(found: PythonVersion, allowed: SpecifierSet) -> PythonVersion:
    path = "pyproject.toml"
    if found.source != "default":
        raise Refusal(
            "python.conflict",
            f"{found.source} asks for Python {found.version}, but {path} for {allowed}.",
            "Let both ask for the same version.",
            found.source,
        )
    fitting = list(allowed.filter(SUPPORTED))
    if not fitting:
        raise Refusal(
            "python.version",
            f"{path} asks for Python {allowed}; the rules know {SUPPORTED[0]} to {SUPPORTED[-1]}.",
            f"Widen requires-python in {path}.",
            path,
        )
    return PythonVersion(fitting[-1], path)


def _known(found: PythonVersion) -> PythonVersion:
    if found.version not in SUPPORTED + OLDER:
        raise _unknown(found)
    return found


def _unknown(found: PythonVersion) -> Refusal:
    return Refusal(
        "python.version",
        f"{found.source} asks for Python {found.version[:40]}, which the rules don't know.",
        f"Ask for one of {', '.join(SUPPORTED)}.",
        found.source,
    )
