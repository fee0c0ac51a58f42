"""What Carrel adds to a stock JupyterLab server: a quicker start, and limits that explain themselves.

Nothing is imported here but when it is needed, because every start waits for it.
"""

from importlib import import_module
from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What `jupyter_server` asks an extension for."""
    return [{"module": "carrel_server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Called by `jupyter_server` while it starts."""
    import_module("carrel_server.extension").load(app)
