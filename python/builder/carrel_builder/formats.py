"""YAML, TOML and JSON of strangers: what can't be read is a refusal that names the file and the line."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import yaml

from carrel_builder.problems import Refusal
from carrel_builder.tree import Tree


def read_yaml(tree: Tree, path: str) -> dict[str, Any]:
    """A YAML file whose top is a mapping; an empty one counts as such."""
    found = _read(tree, path, "YAML", yaml.safe_load)
    return _mapping({} if found is None else found, path)


def read_toml(tree: Tree, path: str) -> dict[str, Any]:
    """A TOML file."""
    return _mapping(_read(tree, path, "TOML", tomllib.loads), path)


def read_json(tree: Tree, path: str) -> dict[str, Any]:
    """A JSON file whose top is an object."""
    return _mapping(_read(tree, path, "JSON", json.loads), path)


def wrong_type(path: str, where: str, wanted: str) -> Refusal:
    """A value that isn't what its place asks for."""
    return Refusal("file.type", f"{path}: {where} should be {wanted}.", f"Mend {where} in {path}.", path)


def table(holder: dict[str, Any], key: str, path: str) -> dict[str, Any]:
    """The mapping under `key`; an empty one when there is none."""
    found = holder.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise wrong_type(path, key, "a table")
    return found


def _read(tree: Tree, path: str, kind: str, parse: Callable[[str], Any]) -> Any:
    text = tree.text(path)
    try:
        return parse(text)
    except RecursionError as error:
        message = f"{path} is nested too deeply."
        raise Refusal("file.syntax", message, f"Mend {path}.", path) from error
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, AttributeError) as error:
        message = f"{path} isn't {kind} that can be read: {_why(error)}."
        raise Refusal("file.syntax", message, f"Mend {path} and try again.", path) from error


def _why(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"{getattr(error, 'problem', None) or 'a mistake'}, in line {mark.line + 1}"
    return str(error).splitlines()[0][:200].rstrip(".") if str(error) else "a mistake"


def _mapping(found: Any, path: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise wrong_type(path, "its top", "a mapping")
    return found
