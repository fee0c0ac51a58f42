"""`apt.txt`: names of Debian packages, `#` begins a comment."""

import re

from carrel_builder.problems import Refusal
from carrel_builder.tree import Tree

NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*", re.ASCII)


def read_apt(tree: Tree, path: str) -> list[str]:
    """The packages in it, in order, each once."""
    found: dict[str, None] = {}
    for number, line in enumerate(tree.text(path).splitlines(), 1):
        for name in line.partition("#")[0].split():
            if not NAME.fullmatch(name):
                message = f"{path}, line {number}: {name[:60]!r} isn't the name of a Debian package."
                raise Refusal("apt.invalid", message, "Write one name a line, without a version.", path)
            found[name] = None
    return list(found)
