"""Addresses of the classic notebook, `notebooks/PATH`, to which openBIS leads: they open in JupyterLab, as `lab/tree/PATH`.

Where Jupyter Notebook is installed it has these addresses too: whoever comes from a page of the server, as from Notebook's own, gets
its page.
"""

from typing import Any
from urllib.parse import urlsplit

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import HTTPServerRequest
from tornado.routing import PathMatches, Rule

# What has such pages of its own.
OTHERS = ("notebook", "nbclassic")


class FromOutside(PathMatches):
    """A path, of a request that doesn't come from a page of this server."""

    def __init__(self, pattern: str, base: str) -> None:
        super().__init__(pattern)
        self.base = base

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """As the base class, but for requests from inside."""
        came_from = urlsplit(request.headers.get("Referer", "")).path
        return None if came_from.startswith(self.base) else super().match(request)


class NotebookLinkHandler(JupyterHandler):
    """Leads to JupyterLab."""

    @web.authenticated
    def get(self) -> None:
        """Redirects to the same path, escaped as it came."""
        path = self.request.path.removeprefix(url_path_join(self.base_url, "notebooks/"))
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(url_path_join(self.base_url, "lab/tree", path.lstrip("/")) + query)


def install(app: Any) -> None:
    """Adds the addresses before those of others, whose names come later."""
    base = app.web_app.settings["base_url"]
    pattern = url_path_join(base, "notebooks/.+")
    has_others = any(app.jpserver_extensions.get(name) for name in OTHERS)
    matcher = FromOutside(pattern, base) if has_others else PathMatches(pattern)
    app.web_app.add_handlers(".*$", [Rule(matcher, NotebookLinkHandler)])
