"""Makes a wheel of the package of our own, because the tools that do so are packages themselves."""

import tomllib
import zipfile
from pathlib import Path
from typing import Any


def tables(project: Path) -> dict[str, Any]:
    """Its `pyproject.toml`."""
    return tomllib.loads((project / "pyproject.toml").read_text())


def description(project: Path) -> dict[str, Any]:
    """The table `project` of its `pyproject.toml`."""
    return tables(project)["project"]


def modules_of(project: Path) -> list[Path]:
    """What the package itself consists of, in a fixed order; with the `.pth` files beside it, which Python reads first."""
    packages = [project / name for name in tables(project)["tool"]["setuptools"]["packages"]]
    modules = (file for package in packages for file in package.rglob("*") if file.suffix in {".py", ".json"})
    return sorted([*modules, *project.glob("*.pth")])


def data_of(project: Path) -> dict[str, list[Path]]:
    """The files that it puts into folders of the environment, by folder: the table `tool.setuptools.data-files`."""
    wanted: dict[str, list[str]] = tables(project)["tool"]["setuptools"].get("data-files", {})
    found = {}
    for folder, patterns in wanted.items():
        found[folder] = sorted(file for pattern in patterns for file in project.glob(pattern))
        if not found[folder]:
            raise SystemExit(f"{project / 'pyproject.toml'}: there are no files {', '.join(patterns)}")
    return found


def files_of(project: Path) -> list[Path]:
    """All that it is made from, in a fixed order."""
    data = [file for files in data_of(project).values() for file in files]
    return [project / "pyproject.toml", *modules_of(project), *data]


def write_wheel(project: Path, folder: Path) -> Path:
    """Makes a wheel of the pure Python package in `project`."""
    about = description(project)
    name = f"{about['name']}-{about['version']}"
    groups = {"console_scripts": about["scripts"], **about["entry-points"]}
    lines = [[f"[{group}]", *(f"{key} = {value}" for key, value in of.items()), ""] for group, of in groups.items()]
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: carrel\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": "\n".join(line for group in lines for line in group),
        "RECORD": "",  # pip writes its own
    }
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in modules_of(project):
            archive.writestr(str(file.relative_to(project)), file.read_bytes())
        for place, files in data_of(project).items():
            for file in files:
                archive.writestr(f"{name}.data/data/{place}/{file.name}", file.read_bytes())
        for entry, text in metadata.items():
            archive.writestr(f"{name}.dist-info/{entry}", text)
    return wheel
