"""What is to be done with a repository, or why nothing can be."""

from dataclasses import dataclass, field
from typing import Any

from packaging.specifiers import SpecifierSet

from carrel_builder import RULES
from carrel_builder.conda import CondaFile
from carrel_builder.pipfile import Requirements
from carrel_builder.problems import Problem
from carrel_builder.python_version import PythonVersion


@dataclass
class Plan:
    """What the rules say. With a refusal, the fields that were known before it are filled in."""

    folder: str = ""
    pack: str | None = None
    decided_by: str | None = None
    python: PythonVersion | None = None
    interpreter: str | None = None
    """The program of the kernel's Python."""
    own_kernel: bool = False
    """Whether the kernel's Python is another one than the server's."""
    files: list[str] = field(default_factory=list)
    package: bool = False
    """Whether the repository itself is installed."""
    apt: list[str] = field(default_factory=list)
    conda: CondaFile = field(default_factory=CondaFile)
    pipfile: Requirements = field(default_factory=Requirements)
    requires: SpecifierSet | None = None
    """The range of Pythons that `pyproject.toml` allows."""
    refusal: Problem | None = None

    def uses(self, name: str) -> str | None:
        """The path of a configuration file of that name, if it is used."""
        return next((path for path in self.files if path.rpartition("/")[2] == name), None)

    def as_json(self) -> dict[str, Any]:
        """As printed."""
        version = self.python and {
            "version": self.python.version,
            "source": self.python.source,
            "interpreter": self.interpreter,
        }
        return {
            "rules": RULES,
            "folder": self.folder,
            "pack": self.pack,
            "decided_by": self.decided_by,
            "python": version,
            "own_kernel": self.own_kernel,
            "files": self.files,
            "installs_itself": self.package,
            "apt": self.apt,
            "conda_packages": self.conda.packages,
            "post_build": self.uses("postBuild"),
            "start": self.uses("start"),
            "refusal": self.refusal and self.refusal.as_json(),
        }
