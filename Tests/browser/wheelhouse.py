"""Wheels to install without a network, made from what an environment has installed."""

import re
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def plain(name: str) -> str:
    """A package's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(environment: Path, name: str) -> list[Distribution]:
    """A package of an environment, and all that it needs."""
    place = next(environment.glob("lib/python*/site-packages"))
    known = {plain(one.metadata["Name"]): one for one in distributions(path=[str(place)])}
    found: dict[str, Distribution] = {}
    waiting = [plain(name)]
    while waiting:
        name = waiting.pop()
        if name in found or name not in known:
            continue
        found[name] = known[name]
        wanted = map(Requirement, known[name].requires or [])
        waiting += [plain(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return list(found.values())


def repack(installed: Distribution, folder: Path) -> None:
    """Makes a wheel of an installed package, but for what it puts outside of its modules."""
    name = re.sub(r"[-.]+", "_", installed.metadata["Name"])
    stem = f"{name}-{installed.version}"
    tags = re.findall(r"^Tag: (.+)$", installed.read_text("WHEEL") or WHEEL, re.MULTILINE)
    # `py2-none-any` and `py3-none-any` are `py2.py3-none-any` in a file's name.
    parts = [".".join(dict.fromkeys(part)) for part in zip(*(tag.split("-") for tag in tags), strict=True)]
    with zipfile.ZipFile(folder / f"{stem}-{'-'.join(parts)}.whl", "w") as wheel:
        for file in installed.files or ():
            if ".." in file.parts or "__pycache__" in file.parts or file.name in ("RECORD", "INSTALLER", "REQUESTED"):
                continue
            # The folder with its metadata may be spelled otherwise.
            inside = re.sub(r"^[^/]+\.dist-info/", f"{stem}.dist-info/", str(file))
            wheel.write(str(installed.locate_file(file)), inside)
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def write_plain(folder: Path, name: str, version: str, modules: dict[str, str]) -> Path:
    """Makes a wheel of a few modules."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        about = f"{name}-{version}.dist-info"
        for path, text in modules.items():
            archive.writestr(path, text)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", WHEEL)
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def fill(folder: Path, environment: Path) -> None:
    """Puts wheels there of ipykernel and all it needs, and of a package `fancy` that no environment has."""
    folder.mkdir()
    for installed in closure(environment, "ipykernel"):
        repack(installed, folder)
    write_plain(folder, "fancy", "1.0", {"fancy.py": "WORD = 'fancy that'\n"})
    folder.chmod(0o755)
    for wheel in folder.iterdir():
        wheel.chmod(0o644)
