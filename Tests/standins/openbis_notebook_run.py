"""Runs a notebook from top to bottom in this environment, and saves it after each cell, as a person does.

    var/environments/default/bin/python openbis_notebook_run.py NOTEBOOK

What cells said is in the notebook then. One that is to fail has the tag `raises-exception`.
"""

import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient


def main(path: Path) -> None:
    """Every cell, in the notebook's folder; the notebook is held to its format before and after."""
    # What isn't as it should be, but can be mended, is only warned of.
    warnings.simplefilter("error", nbformat.warnings.MissingIDFieldWarning)
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)

    def save(**_: Any) -> None:
        nbformat.write(notebook, path)

    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=120, resources=resources, on_cell_executed=save)
    try:
        client.execute()
    finally:
        save()
    nbformat.validate(notebook)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
