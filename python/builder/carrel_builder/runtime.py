"""`runtime.txt`: `name-version`, `name-YYYY-MM-DD` or `name-version-YYYY-MM-DD`."""

import datetime
import re
from dataclasses import dataclass

from carrel_builder.problems import Refusal
from carrel_builder.tree import Tree


@dataclass(frozen=True)
class Runtime:
    """What it says; nothing when there is no such file."""

    name: str | None = None
    version: str | None = None
    date: datetime.date | None = None


def read_runtime(tree: Tree, path: str) -> Runtime:
    """Reads it. Source of the forms: repo2docker 2026.4.0, `buildpacks/base.py`."""
    if not tree.is_there(path):
        return Runtime()
    text = tree.text(path).strip()
    parts = text.split("-")
    if len(parts) not in (2, 4, 5) or not all(parts):
        raise _invalid(path, text)
    version = parts[1] if len(parts) in (2, 5) else None
    date = None
    if len(parts) in (4, 5):
        written = "-".join(parts[-3:])
        if not re.fullmatch(r"\d\d\d\d-\d\d-\d\d", written, re.ASCII):
            raise _invalid(path, text)
        try:
            date = datetime.date.fromisoformat(written)
        except ValueError as error:
            raise _invalid(path, text) from error
    return Runtime(parts[0], version, date)


def _invalid(path: str, text: str) -> Refusal:
    return Refusal(
        "runtime.invalid",
        f"{path} says {text[:80]!r}, which isn't a language and a version.",
        "Write one line such as python-3.11.",
        path,
    )
