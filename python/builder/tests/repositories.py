"""Small repositories of every kind that the rules tell apart: name → files."""

import os
from pathlib import Path

LEGACY = "FROM andrewosh/binder-base\n"
PACKAGE = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "a"\nversion = "1"\n'
R_DATE = "r-4.2-2024-01-02\n"


def ranged(python: str) -> str:
    return PACKAGE + f'requires-python = "{python}"\n'


def conda(*lines: str) -> str:
    return "dependencies:\n" + "".join(f"  - {line}\n" for line in lines)


MATRIX: dict[str, dict[str, str]] = {
    # Nothing, and one file alone.
    "nothing": {"README.md": ""},
    "requirements": {"requirements.txt": "six\n"},
    "setup": {"setup.py": "from setuptools import setup\nsetup()\n"},
    "pyproject": {"pyproject.toml": PACKAGE},
    "pyproject without build": {"pyproject.toml": '[project]\nname = "a"\n'},
    "pyproject of tools": {"pyproject.toml": "[tool.ruff]\n"},
    "Pipfile": {"Pipfile": '[packages]\nsix = "*"\n'},
    "Pipfile.lock": {"Pipfile.lock": '{"_meta": {"requires": {"python_version": "3.11"}}, "default": {}}'},
    "environment.yml": {"environment.yml": conda("numpy")},
    "environment.yaml": {"environment.yaml": conda("python=3.12")},
    "environment empty": {"environment.yml": ""},
    "DESCRIPTION": {"DESCRIPTION": "Package: a\n"},
    "install.R": {"install.R": "1\n"},
    "Project.toml": {"Project.toml": "[deps]\n"},
    "JuliaProject.toml": {"JuliaProject.toml": "[deps]\n"},
    "REQUIRE": {"REQUIRE": "julia 0.6\n"},
    "default.nix": {"default.nix": "{}\n"},
    "Dockerfile": {"Dockerfile": "FROM scratch\n"},
    "legacy": {"Dockerfile": LEGACY},
    "legacy beside binder": {"Dockerfile": LEGACY, "binder/requirements.txt": ""},
    "scripts only": {"apt.txt": "git\n", "postBuild": "#!/bin/sh\n", "start": "#!/bin/sh\n"},
    # Two: who wins.
    "requirements and environment.yml": {"requirements.txt": "", "environment.yml": conda("pip")},
    "requirements and Pipfile": {"requirements.txt": "", "Pipfile": "[packages]\n"},
    "requirements and DESCRIPTION": {"requirements.txt": "", "DESCRIPTION": "Package: a\n"},
    "environment.yml and Project.toml": {"environment.yml": conda("pip"), "Project.toml": ""},
    "environment.yml and default.nix": {"environment.yml": conda("pip"), "default.nix": "{}"},
    "environment.yml and an R date": {"environment.yml": conda("pip"), "runtime.txt": R_DATE},
    "environment.yml and Dockerfile": {"environment.yml": conda("pip"), "Dockerfile": "FROM scratch\n"},
    "environment.yml and Pipfile": {"environment.yml": conda("pip"), "Pipfile": ""},
    "environment.yml and environment.yaml": {
        "environment.yml": conda("python=3.9"),
        "environment.yaml": conda("python=3.8"),
    },
    "Pipfile and setup.py": {"Pipfile": "", "setup.py": ""},
    "Pipfile and DESCRIPTION": {"Pipfile": "", "DESCRIPTION": "Package: a\n"},
    "Project.toml and default.nix": {"Project.toml": "", "default.nix": "{}"},
    "Project.toml and REQUIRE": {"Project.toml": "", "REQUIRE": ""},
    "default.nix and DESCRIPTION": {"default.nix": "{}", "DESCRIPTION": ""},
    "Dockerfile and default.nix": {"Dockerfile": "FROM scratch\n", "default.nix": "{}"},
    # Folders.
    "binder before the root": {"environment.yml": conda("pip"), "binder/requirements.txt": "six\n"},
    "hidden binder": {"requirements.txt": "", ".binder/environment.yml": conda("python=3.11")},
    "both folders": {"binder/requirements.txt": "", ".binder/requirements.txt": ""},
    "binder without files": {"requirements.txt": "six\n", "binder/notes.md": ""},
    "binder is a file": {"requirements.txt": "six\n", "binder": ""},
    "setup.py beside binder": {"setup.py": "", "binder/apt.txt": "git\n"},
    "DESCRIPTION beside binder": {"DESCRIPTION": "", "binder/requirements.txt": ""},
    "Dockerfile beside binder": {"Dockerfile": "FROM scratch\n", "binder/requirements.txt": ""},
    "runtime of the root beside binder": {"runtime.txt": "python-3.12", "binder/requirements.txt": ""},
    # runtime.txt.
    "runtime alone": {"runtime.txt": "python-3.12\n"},
    "runtime and requirements": {"runtime.txt": "python-3.13", "requirements.txt": ""},
    "runtime 3": {"runtime.txt": "python-3", "requirements.txt": ""},
    "runtime 2": {"runtime.txt": "python-2", "requirements.txt": ""},
    "runtime 2.7": {"runtime.txt": "python-2.7", "requirements.txt": ""},
    "runtime 3.7": {"runtime.txt": "python-3.7", "requirements.txt": ""},
    "runtime with a patch": {"runtime.txt": "python-3.11.4", "requirements.txt": ""},
    "runtime 3.4": {"runtime.txt": "python-3.4", "requirements.txt": ""},
    "runtime 3.99": {"runtime.txt": "python-3.99", "requirements.txt": ""},
    "runtime of words": {"runtime.txt": "python 3.11", "requirements.txt": ""},
    "runtime without version": {"runtime.txt": "python-", "requirements.txt": ""},
    "runtime of no version": {"runtime.txt": "python-abc", "requirements.txt": ""},
    "runtime with a date that isn't": {"runtime.txt": "r-2024-13-45", "requirements.txt": ""},
    "runtime empty": {"runtime.txt": "", "requirements.txt": ""},
    "runtime wrong beside environment.yml": {"runtime.txt": "nonsense", "environment.yml": conda("pip")},
    "runtime and environment.yml": {"runtime.txt": "python-3.12", "environment.yml": conda("python=3.11")},
    "runtime of R without date": {"runtime.txt": "r-4.2", "requirements.txt": "six\n"},
    "runtime of R without date beside Pipfile": {"runtime.txt": "r-4.2", "Pipfile": ""},
    "runtime of R with a date only": {"runtime.txt": "r-2024-01-02"},
    "runtime and Pipfile": {"runtime.txt": "python-3.12", "Pipfile": '[requires]\npython_version = "3.11"\n'},
    "runtime and DESCRIPTION": {"runtime.txt": "python-3.12", "DESCRIPTION": "Package: a\n"},
    # Python versions.
    "conda python 3.12": {"environment.yml": conda("python=3.12")},
    "conda python with patch": {"environment.yml": conda("python=3.11.4")},
    "conda python with two signs": {"environment.yml": conda("python==3.9")},
    "conda python with spaces": {"environment.yml": conda("python = 3.8")},
    "conda python with a star": {"environment.yml": conda("python=3.11.*")},
    "conda python 3": {"environment.yml": conda("python=3")},
    "conda python unknown": {"environment.yml": conda("python=3.99")},
    "requires-python fits": {"pyproject.toml": ranged(">=3.8")},
    "requires-python above": {"pyproject.toml": ranged(">=3.12")},
    "requires-python one": {"pyproject.toml": ranged("==3.9.*")},
    "requires-python beyond": {"pyproject.toml": ranged(">=4")},
    "requires-python wrong": {"pyproject.toml": ranged("three")},
    "requires-python against runtime": {"pyproject.toml": ranged(">=3.12"), "runtime.txt": "python-3.9"},
    "requires-python with runtime": {"pyproject.toml": ranged(">=3.8"), "runtime.txt": "python-3.9"},
    "requires-python with requirements": {
        "pyproject.toml": '[project]\nrequires-python = ">=3.13"\n',
        "requirements.txt": "",
    },
    "requires-python beside binder": {"pyproject.toml": ranged(">=3.13"), "binder/requirements.txt": ""},
    "requires-python with DESCRIPTION": {"pyproject.toml": ranged(">=3.13"), "DESCRIPTION": ""},
    "Pipfile python": {"Pipfile": '[requires]\npython_version = "3.12"\n'},
    "Pipfile full python": {"Pipfile": '[requires]\npython_full_version = "3.11.4"\npython_version = "3.9"\n'},
    "Pipfile against its lock": {
        "Pipfile": '[requires]\npython_version = "3.12"\n',
        "Pipfile.lock": '{"_meta": {"requires": {"python_version": "3.9"}}}',
    },
    # Broken.
    "TOML broken": {"pyproject.toml": "[project\n"},
    "YAML broken": {"environment.yml": "dependencies: [\n"},
    "YAML a list": {"environment.yml": "- numpy\n"},
    "Pipfile broken": {"Pipfile": "[packages\n"},
    "Pipfile.lock broken": {"Pipfile.lock": "{"},
    "apt wrong": {"apt.txt": "$(reboot)\n"},
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Makes the repository, without git."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        if place.name in ("postBuild", "start"):
            os.chmod(place, 0o755)
    return folder
