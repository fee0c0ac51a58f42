"""`environment.yml`: what it asks of conda, and what of pip."""

import re
from dataclasses import dataclass, field
from typing import Any

from carrel_builder.formats import read_yaml, wrong_type
from carrel_builder.problems import Refusal
from carrel_builder.tree import Tree

PYTHON = re.compile(r"python\s*=+\s*([\d\.]*)")
"""How repo2docker finds the Python version (2026.4.0, `buildpacks/conda`)."""

HERE_ANYWAY = re.compile(r"^(python|pip)($|[\s=<>!~])")
"""What needs no conda: an interpreter is chosen by its version, and pip is in every environment."""

PLAIN_PYTHON = re.compile(r"^python(\s*=+\s*[\d\.]+(\.\*)?)?$")


@dataclass(frozen=True)
class CondaFile:
    """What an `environment.yml` asks for."""

    python: str | None = None
    """The version written there, as it is written."""

    packages: list[str] = field(default_factory=list)
    """What only conda can install."""

    pip: list[str] = field(default_factory=list)
    """Lines as in a `requirements.txt`."""


def read_conda(tree: Tree, path: str) -> CondaFile:
    """Reads it."""
    dependencies: Any = read_yaml(tree, path).get("dependencies")
    if dependencies is None:
        return CondaFile()
    if not isinstance(dependencies, list):
        raise wrong_type(path, "dependencies", "a list")
    python = None
    packages: list[str] = []
    pip: list[str] = []
    for item in dependencies:
        if isinstance(item, dict):
            pip += _pip_lines(item, path)
            continue
        if not isinstance(item, str):
            raise wrong_type(path, f"{str(item)[:40]!r} in dependencies", "the name of a package")
        match = PYTHON.match(item)
        if python is None and match and match.group(1):
            python = match.group(1)
        if not _needs_no_conda(item, path):
            packages.append(item)
    return CondaFile(python, packages, pip)


def _needs_no_conda(item: str, path: str) -> bool:
    if not HERE_ANYWAY.match(item):
        return False
    if item.startswith("python") and not PLAIN_PYTHON.match(item.strip()):
        raise Refusal(
            "conda.python",
            f"{path} asks for {item[:60]!r}; only one version, such as python=3.11, can be chosen.",
            "Write python=3.11, or leave the version out.",
            path,
        )
    return True


def _pip_lines(item: dict[Any, Any], path: str) -> list[str]:
    if set(item) != {"pip"}:
        raise wrong_type(path, f"{', '.join(map(str, item))[:40]!r} in dependencies", "a package, or pip with a list")
    lines = item["pip"]
    if lines is None:
        return []
    if not isinstance(lines, list) or not all(isinstance(line, str) and "\n" not in line for line in lines):
        raise wrong_type(path, "pip", "a list of requirements")
    return lines
