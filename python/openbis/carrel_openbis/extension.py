"""Adds the addresses to a server, and tells JupyterLab whether there is something to show. Nothing heavy is imported for that."""

import os
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join

from carrel_openbis.connections import CONFIGURATION, Connections
from carrel_openbis.handlers import ROUTES

OPTION = "carrelOpenbis"
"""In the page's configuration: that there are buttons (labextension/static/remoteEntry.js)."""


def is_wanted(variables: dict[str, str], folders: list[str]) -> bool:
    """Whether buttons are shown: always in a Jupyter of one's own; in a hub's server only if there is an openBIS to speak to."""
    if not variables.get("JUPYTERHUB_SERVICE_PREFIX") or variables.get("OPENBIS_URL"):
        return True
    return any((Path(folder) / CONFIGURATION).is_file() for folder in folders)


def _load_jupyter_server_extension(app: Any) -> None:
    if not is_wanted(dict(os.environ), app.config_file_paths):
        return
    settings = app.web_app.settings
    connections = Connections(dict(os.environ), app.config_file_paths, app.log)
    how = {"connections": connections}
    routes = [(url_path_join(settings["base_url"], path), handler, how) for path, handler in ROUTES]
    app.web_app.add_handlers(".*$", routes)
    settings.setdefault("page_config_data", {})[OPTION] = "shown"
