"""What this machine has that a repository may ask for."""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Protocol

ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
SECONDS = 20


class Machine(Protocol):
    """What the plan asks. The live one is `ThisMachine`; tests write their own."""

    base_python: str
    """The version of the Python that servers run with, such as `3.11`."""

    def python(self, version: str) -> str | None:
        """The interpreter of that version."""

    def conda(self) -> str | None:
        """A program that installs conda packages."""

    def julia(self) -> tuple[str, str] | None:
        """Julia's program and version."""

    def r(self) -> str | None:
        """`Rscript`, if R is there."""

    def r_has(self, package: str) -> bool:
        """Whether that R has this package."""

    def missing_debian_packages(self, names: list[str]) -> list[str]:
        """Those that aren't installed."""

    def can_install_debian_packages(self) -> bool:
        """Whether packages can be installed here, because the machine belongs to this build alone."""


class ThisMachine:
    """Asks the programs themselves; each question once."""

    def __init__(self, base_python: str, may_use_apt: bool = False) -> None:
        self.base_program = base_python
        self.may_use_apt = may_use_apt

    @functools.cached_property
    def base_python(self) -> str:
        """The version of the base interpreter; empty when it doesn't run."""
        return _asked([self.base_program, "-I", "-c", ASK]).partition(" ")[0]

    def python(self, version: str) -> str | None:
        """The base interpreter if it is that version, else a `python3.x` of the path that runs and says so."""
        if version == self.base_python:
            return self.base_program
        return self._python(version)

    @functools.cache  # noqa: B019 - one object a run
    def _python(self, version: str) -> str | None:
        for folder in [*os.environ.get("PATH", "").split(":"), "/usr/bin", "/usr/local/bin"]:
            program = os.path.join(folder, f"python{version}")
            if os.access(program, os.X_OK):
                found, _, itself = _asked([program, "-I", "-c", ASK]).partition(" ")
                if found == version and itself:
                    return itself.strip()
        return None

    def conda(self) -> str | None:
        """The first of micromamba, mamba, conda on the path."""
        return next(filter(None, map(shutil.which, ("micromamba", "mamba", "conda"))), None)

    def julia(self) -> tuple[str, str] | None:
        """As `julia --version` tells."""
        program = shutil.which("julia")
        match = re.search(r"\d+\.\d+\.\d+", _asked([program, "--version"])) if program else None
        return (program, match.group()) if program and match else None

    def r(self) -> str | None:
        """As found on the path."""
        return shutil.which("Rscript")

    def r_has(self, package: str) -> bool:
        """As R itself says."""
        ask = f'cat(requireNamespace("{package}", quietly = TRUE))'
        return _asked([self.r() or "Rscript", "--vanilla", "-e", ask]).strip().endswith("TRUE")

    def missing_debian_packages(self, names: list[str]) -> list[str]:
        """As dpkg says; all of them where there is no dpkg."""
        lines = _asked(["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", "--", *names])
        installed = {line.split()[0] for line in lines.splitlines() if line.endswith(" installed")}
        return [name for name in names if name not in installed]

    def can_install_debian_packages(self) -> bool:
        """Only when the caller allows it: packages are for everyone on a machine."""
        return self.may_use_apt and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _asked(command: list[str], run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run) -> str:
    """What a program prints; nothing when it isn't there or fails to answer."""
    try:
        done = run(command, check=False, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
