"""A Python console in an environment of its own, for real clients of which not all fit into one.

    with Console("pybis-1.20", folder, {"REQUESTS_CA_BUNDLE": authority}) as console:
        console.run("from pybis import Openbis")
        assert console.run("Openbis(URL).is_session_active()") is False

What is sent is a piece of code; what comes back is the value of its last line, if that has one that JSON can hold, or what it
raised. The folder is its home and where it works.
"""

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

ENVIRONMENTS = Path(__file__).resolve().parents[2] / "var/clients"


class Raised(Exception):
    """What the code in the console raised."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message = kind, message


class Console:
    """The process, from outside."""

    def __init__(self, environment: str, folder: Path, variables: Mapping[str, str]) -> None:
        python = ENVIRONMENTS / environment / "bin/python"
        if not python.exists():
            raise FileNotFoundError(f"{python} is missing; make client-environments builds it.")
        self.folder = folder
        self.said = ""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self.process = subprocess.Popen(
            [python, "-P", "-W", "ignore", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**kept, "HOME": str(folder), "PYTHONUTF8": "1", **variables},
        )

    def run(self, code: str, /, **values: Any) -> Any:
        """Runs a piece of code in which the values have their names; what it prints is in `said` then."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the console has no pipes")
        self.process.stdin.write(json.dumps({"code": code, "values": values}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the console ended with {self.process.wait()}")
        told = json.loads(line)
        self.said = told["said"]
        if "kind" in told:
            raise Raised(told["kind"], told["message"])
        return told["value"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


def evaluate(code: str, names: dict[str, Any]) -> Any:
    """Runs code; its value is that of its last line, if that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<test>", "exec"), names)  # noqa: S102 — the code of a test
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<test>", "eval"), names)


def main() -> None:
    """The loop inside; whatever writes to standard output elsewhere must not come between."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    names: dict[str, Any] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        said = io.StringIO()
        names.update(asked["values"])
        with contextlib.redirect_stdout(said):
            try:
                told = {"value": evaluate(asked["code"], names)}
            except BaseException as error:  # noqa: BLE001 — all of it is told
                told = {"kind": type(error).__name__, "message": str(error)}
        answers.write(json.dumps(told | {"said": said.getvalue()}, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
