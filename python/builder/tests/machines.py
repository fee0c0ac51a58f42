"""A machine as the tests want it."""

from dataclasses import dataclass, field


@dataclass
class WrittenMachine:
    """Has what its fields say."""

    base_python: str = "3.11"
    pythons: set[str] = field(default_factory=lambda: {"3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"})
    conda_program: str | None = None
    julia_version: str | None = None
    r_packages: set[str] | None = None
    debian: set[str] = field(default_factory=set)
    apt: bool = False

    def python(self, version: str) -> str | None:
        return f"/usr/bin/python{version}" if version in self.pythons else None

    def conda(self) -> str | None:
        return self.conda_program

    def julia(self) -> tuple[str, str] | None:
        return ("/usr/bin/julia", self.julia_version) if self.julia_version else None

    def r(self) -> str | None:
        return None if self.r_packages is None else "/usr/bin/Rscript"

    def r_has(self, package: str) -> bool:
        return package in (self.r_packages or set())

    def missing_debian_packages(self, names: list[str]) -> list[str]:
        return [name for name in names if name not in self.debian]

    def can_install_debian_packages(self) -> bool:
        return self.apt
