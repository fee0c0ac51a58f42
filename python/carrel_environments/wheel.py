"""Makes a wheel of the package of our own, because the tools that do so are packages themselves."""

import base64
import hashlib
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
    contents = {str(file.relative_to(project)): file.read_bytes() for file in modules_of(project)}
    for place, files in data_of(project).items():
        contents |= {f"{name}.data/data/{place}/{file.name}": file.read_bytes() for file in files}
    contents[f"{name}.dist-info/METADATA"] = metadata(about).encode()
    contents[f"{name}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: carrel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    groups = {"console_scripts": about.get("scripts", {}), **about.get("entry-points", {})}
    lines = [[f"[{group}]", *(f"{key} = {value}" for key, value in of.items()), ""] for group, of in groups.items()]
    contents[f"{name}.dist-info/entry_points.txt"] = "\n".join(line for group in lines for line in group).encode()
    record = "".join(f"{place},{digest(content)},{len(content)}\n" for place, content in contents.items())
    contents[f"{name}.dist-info/RECORD"] = f"{record}{name}.dist-info/RECORD,,\n".encode()

    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in contents.items():
            # The same bytes whenever it is made.
            archive.writestr(zipfile.ZipInfo(place), content, zipfile.ZIP_DEFLATED)
    return wheel


def metadata(about: dict[str, Any]) -> str:
    """What a wheel says of its package."""
    said = {"Metadata-Version": "2.1", "Name": about["name"], "Version": about["version"]}
    said["Summary"] = about["description"]
    said["Requires-Python"] = about["requires-python"]
    lines = [f"{key}: {value}" for key, value in said.items()]
    return "\n".join([*lines, *(f"Requires-Dist: {one}" for one in about.get("dependencies", [])), ""])


def digest(content: bytes) -> str:
    """As a wheel's RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
