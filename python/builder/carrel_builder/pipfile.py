"""`Pipfile` and `Pipfile.lock` as lines of a `requirements.txt`; what is locked keeps its hashes."""

import re
from dataclasses import dataclass, field
from typing import Any

from carrel_builder.formats import read_json, read_toml, table, wrong_type
from carrel_builder.problems import Refusal
from carrel_builder.tree import Tree

VERSION = re.compile(r"\d+(\.\d+)*", re.ASCII)
NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
HASH = re.compile(r"^[a-z0-9]+:[0-9a-f]+$")
PYPI = re.compile(r"^https://pypi\.(python\.)?org/simple/?$")
VCS = ("git", "hg", "svn", "bzr")


@dataclass
class Requirements:
    """What pip or uv is to install."""

    lines: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    """Package indexes besides the one that the machine uses."""


def read_python_version(tree: Tree, lock: str, pipfile: str) -> tuple[str, str] | None:
    """The version asked for and the file that asks. Source: repo2docker 2026.4.0, `buildpacks/pipfile`."""
    sources = []
    if tree.is_there(lock):
        sources.append((lock, table(table(read_json(tree, lock), "_meta", lock), "requires", lock)))
    if tree.is_there(pipfile):
        sources.append((pipfile, table(read_toml(tree, pipfile), "requires", pipfile)))
    for path, requires in sources:
        for key in ("python_full_version", "python_version"):
            written = requires.get(key)
            if written is not None and not isinstance(written, str):
                raise wrong_type(path, key, "text")
            match = VERSION.match(written or "")
            if match:
                return match.group(), path
    return None


def read_lock(tree: Tree, path: str) -> Requirements:
    """What `Pipfile.lock` pins, `develop` too, as `pipenv install --dev --ignore-pipfile` does."""
    content = read_json(tree, path)
    found = Requirements(indexes=_indexes(table(content, "_meta", path).get("sources"), path))
    packages = {**table(content, "develop", path), **table(content, "default", path)}
    found.lines = [_line(name, wish, path) for name, wish in packages.items()]
    return found


def read_pipfile(tree: Tree, path: str) -> Requirements:
    """What a `Pipfile` without a lock asks for, `dev-packages` too."""
    content = read_toml(tree, path)
    found = Requirements(indexes=_indexes(content.get("source"), path))
    packages = {**table(content, "dev-packages", path), **table(content, "packages", path)}
    found.lines = [_line(name, wish, path) for name, wish in packages.items()]
    return found


def _indexes(sources: Any, path: str) -> list[str]:
    if sources is None:
        return []
    if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
        raise wrong_type(path, "source", "a list of tables")
    addresses = [source.get("url") for source in sources]
    if not all(isinstance(address, str) and address.startswith(("https://", "http://")) for address in addresses):
        raise wrong_type(path, "url of a source", "an https address")
    return [address for address in addresses if not PYPI.match(address)]


def _line(name: str, wish: Any, path: str) -> str:
    if not NAME.match(name):
        raise wrong_type(path, f"the name {name[:60]!r}", "the name of a package")
    if isinstance(wish, str):
        wish = {"version": wish}
    if not isinstance(wish, dict):
        raise wrong_type(path, name, "a version or a table")
    extras = wish.get("extras") or []
    if not isinstance(extras, list) or not all(isinstance(extra, str) and NAME.match(extra) for extra in extras):
        raise wrong_type(path, f"extras of {name}", "a list of names")
    full_name = name + (f"[{','.join(extras)}]" if extras else "")
    for system in VCS:
        if system in wish:
            return _from_repository(full_name, system, wish, path)
    for key in ("path", "file"):
        if key in wish:
            place = _text(wish, key, path)
            return ("-e " if wish.get("editable") else "") + place + (f"[{','.join(extras)}]" if extras else "")
    version = _text(wish, "version", path) if wish.get("version") is not None else "*"
    markers = _text(wish, "markers", path) if wish.get("markers") is not None else ""
    hashes = wish.get("hashes") or []
    if not isinstance(hashes, list) or not all(isinstance(one, str) and HASH.match(one) for one in hashes):
        raise wrong_type(path, f"hashes of {name}", "a list of hashes")
    line = full_name + ("" if version == "*" else version)
    return line + (f" ; {markers}" if markers else "") + "".join(f" --hash={one}" for one in hashes)


def _from_repository(name: str, system: str, wish: dict[str, Any], path: str) -> str:
    if system != "git":
        message = f"{path}: {name} comes from {system}; only git is understood."
        raise Refusal("pipfile.source", message, "Take it from a git repository or from a package index.", path)
    ref = f"@{_text(wish, 'ref', path)}" if wish.get("ref") else ""
    folder = f"#subdirectory={_text(wish, 'subdirectory', path)}" if wish.get("subdirectory") else ""
    return f"{name} @ git+{_text(wish, 'git', path).removeprefix('git+')}{ref}{folder}"


def _text(wish: dict[str, Any], key: str, path: str) -> str:
    value = wish[key]
    if not isinstance(value, str) or any(character in value for character in "\r\n\\"):
        raise wrong_type(path, key, "text on one line")
    return value
