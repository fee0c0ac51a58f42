"""The programs that install packages, with what they are told."""

import os
import shutil
import sys
from pathlib import Path

from carrel_builder.problems import Problem
from carrel_builder.runner import Ended, Runner
from carrel_builder.target import Target

PASSED = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "TZ")
PREFIXES = ("UV_", "PIP_")
PROXIES = ("https_proxy", "http_proxy", "no_proxy", "all_proxy")


def find_uv(named: str | None) -> str:
    """The program uv: the one that is named, the one beside this Python, or one on the path."""
    beside = Path(sys.executable).with_name("uv")
    found = named or (str(beside) if beside.exists() else shutil.which("uv"))
    if found is None:
        raise Problem(
            "machine.uv", "uv isn't on this machine; it installs the packages.", "Ask the operator to install uv."
        )
    return found


class Tools:
    """Runs them for one target."""

    def __init__(self, runner: Runner, target: Target, uv: str, cache: Path | None) -> None:
        self.runner = runner
        self.target = target
        self.uv = uv
        self.cache = cache or target.work / "cache"

    def environment(self) -> dict[str, str]:
        """What programs of the build see. The content is their home, as with repo2docker."""
        passed = {
            name: value
            for name, value in os.environ.items()
            if name in PASSED or name.startswith(PREFIXES) or name.lower() in PROXIES
        }
        kernel = self.target.kernel if self.target.kernel.exists() else self.target.folder
        paths = dict.fromkeys([f"{kernel}/bin", f"{self.target.folder}/bin"])
        return passed | {
            "PATH": ":".join([*paths, passed.get("PATH", "/usr/bin:/bin")]),
            "HOME": str(self.target.content),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.target.work / "tmp"),
            "XDG_CACHE_HOME": str(self.target.work / "cache"),
            "UV_CACHE_DIR": str(self.cache),
            "UV_NO_PROGRESS": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_SYSTEM_CERTS": "1",
            "UV_HTTP_RETRIES": "2",
            "PIP_CACHE_DIR": str(self.target.work / "cache/pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONUNBUFFERED": "1",
            "REPO_DIR": str(self.target.content),
            "NB_PYTHON_PREFIX": str(self.target.folder),
            "KERNEL_PYTHON_PREFIX": str(kernel),
            "VIRTUAL_ENV": str(kernel),
            "R_LIBS_USER": str(self.target.folder / "rlibs"),
            "JULIA_DEPOT_PATH": str(self.target.folder / "julia"),
        }

    def run(self, *command: str | Path, cwd: Path | None = None) -> Ended:
        """Runs a program in the content."""
        return self.runner.run([str(part) for part in command], cwd or self.target.content, self.environment())

    def must(self, problem: Problem, *command: str | Path) -> None:
        """Runs one that has to succeed."""
        if self.run(*command).code != 0:
            raise problem

    def make_environment(self, folder: Path, interpreter: str | None, *, has_pip: bool = True) -> None:
        """Makes a virtual environment, with pip in it unless that comes later."""
        problem = Problem(
            "python.venv", f"{interpreter or 'Python'} can't make a virtual environment.", "Ask the operator."
        )
        options = ["--quiet", "--no-project", "--allow-existing", "--python", interpreter or "python3"]
        options += ["--seed"] if has_pip else []
        self.must(problem, self.uv, "venv", "--no-config", *options, folder)

    def install(self, folder: Path, *what: str | Path, cwd: Path | None = None) -> Ended:
        """Installs Python packages into a virtual environment."""
        pip = [
            self.uv,
            "pip",
            "install",
            "--no-config",
            "--python",
            folder / "bin/python",
            "--index-strategy",
            "unsafe-best-match",
        ]
        return self.run(*pip, *what, cwd=cwd)
