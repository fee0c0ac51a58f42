"""Starts the stock `jupyterhub-singleuser` without needless costs of a cold start, and with Carrel's defaults.

Same program, same arguments, same environment; only this is done otherwise:

1. `jsonschema` imports `rfc3987_syntax` for the formats `iri` and `iri-reference`, and that package builds its grammars
   while it is imported (about 1.2 s). Here it is imported when the first IRI is checked, which a server hardly ever does.
2. `jupyterlab.labapp` asks for JupyterLab's version while it is imported, and so also runs `node yarn.js config` for a
   package registry that nobody reads (about 0.3 s when `node` is on the path). Here that one call is not made; every later
   one is.
3. Python looks for garbage again and again while modules are imported (about 0.1 s); here it begins afterwards.
4. git asks the hub for the tokens that its user gave there (see `git_credential`).
5. The folder `defaults` beside this file is the last of those that configuration is read from, so every other overrules it.

A part that isn't there, or has changed, is left as it is: the server then only starts more slowly, or says what stock says.
"""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from carrel_server import repository
from carrel_server.git_credential import use


def load_jsonschema() -> None:
    """Imports `jsonschema` so that its IRI checker is loaded on first use."""
    name = "rfc3987_syntax"
    if "jsonschema" in sys.modules or find_spec("jsonschema") is None or find_spec(name) is None:
        return

    def is_valid_syntax(term: str, value: str) -> bool:
        return importlib.import_module(name).is_valid_syntax(term, value)

    stand_in = ModuleType(name)
    stand_in.is_valid_syntax = is_valid_syntax
    sys.modules[name] = stand_in
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[name]


def load_jupyterlab() -> None:
    """Imports `jupyterlab.labapp` without running `node`."""
    if find_spec("jupyterlab") is None:
        return
    commands = importlib.import_module("jupyterlab.commands")
    yarn_config = commands._yarn_config
    commands._yarn_config = lambda logger: {"yarn config": {}, "npm config": {}}
    try:
        importlib.import_module("jupyterlab.labapp")
    finally:
        commands._yarn_config = yarn_config


def add_defaults() -> None:
    """Makes `defaults` the last of the folders that Jupyter looks for configuration in, for this process only."""
    importlib.import_module("jupyter_core.paths").SYSTEM_CONFIG_PATH.append(str(Path(__file__).parent / "defaults"))


def load_server() -> Callable[[], object]:
    """Imports all that a server needs; the answer runs it.

    Nearly nothing that is made while modules are imported is ever thrown away, so looking for what was, again and again, is
    put off; and what there is then is never looked at again.
    """
    gc.disable()
    try:
        for load in (load_jsonschema, add_defaults, load_jupyterlab):
            with contextlib.suppress(Exception):
                load()
        return importlib.import_module("jupyterhub.singleuser").main
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Runs `jupyterhub-singleuser` in this process, after what a launched repository asks for."""
    use(os.environ, sys.executable)
    repository.prepare(sys.argv)
    sys.exit(load_server()())
