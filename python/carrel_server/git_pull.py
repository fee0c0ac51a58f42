"""nbgitpuller's addresses with a page of ours: it lets people in when a sync fails, and names the files that it kept.

The addresses, their parameters and the event stream are nbgitpuller's own. What ours have besides: `sparse=FOLDER`, and
`GET …/carrel/git-outcome?targetpath=FOLDER`, which tells what the last sync of a folder did to the files in it.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import jinja2
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

# Where the page and what it loads are.
FOLDER = Path(sys.prefix) / "share/carrel/git-pull"
# Of so many folders the last outcome is known.
MOST_OUTCOMES = 50


def repository_folder(settings: dict[str, Any], targetpath: str) -> str:
    """Where nbgitpuller puts a repository."""
    root = os.path.expanduser(settings["server_root_dir"])
    return os.path.join(root, os.getenv("NBGITPULLER_PARENTPATH", ""), targetpath)


class OutcomeHandler(APIHandler):
    """What the last sync of a folder came to."""

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answers with the lists; all are empty for a folder that wasn't synced while the server ran."""
        outcomes = self.settings["carrel_git_outcomes"]
        known = outcomes.get(repository_folder(self.settings, self.get_argument("targetpath")))
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(known.as_json() if known else {}))


def hub_page(name: str) -> str:
    """The address of a page of the hub; empty without one."""
    host, prefix = os.environ.get("JUPYTERHUB_HOST", ""), os.environ.get("JUPYTERHUB_BASE_URL", "")
    return f"{host}{url_path_join(prefix, 'hub', name)}" if prefix else ""


def handlers_of(stock: Any, puller: Any) -> tuple[type, type]:
    """nbgitpuller's handlers of the event stream and of the page, with ours in them."""

    class Sync(stock.SyncHandler):
        """The same stream of events."""

        @web.authenticated
        async def get(self) -> None:
            try:
                folder = puller.plain_folder(self.get_argument("sparse", ""))
            except ValueError as error:
                raise web.HTTPError(400, str(error)) from error
            outcomes = self.settings["carrel_git_outcomes"]
            while len(outcomes) >= MOST_OUTCOMES:
                del outcomes[next(iter(outcomes))]
            puller.wish.set(puller.Wish(folder, outcomes))
            await super().get()

    class Page(stock.UIHandler):
        """Another page about it."""

        @property
        def template_namespace(self) -> dict[str, Any]:
            targetpath = self.get_argument("targetpath", None) or self.get_argument("targetPath", "")
            repository = targetpath or self.get_argument("repo", "").rstrip("/").split("/")[-1]
            return super().template_namespace | {
                "sparse": self.get_argument("sparse", ""),
                "is_there": os.path.isdir(repository_folder(self.settings, repository)),
                "git_sites": hub_page("git-sites"),
            }

    return Sync, Page


def install(app: Any) -> None:
    """Puts ours before nbgitpuller's, which come later, as its name does; nothing happens where it isn't in use."""
    if not app.jpserver_extensions.get("nbgitpuller"):
        return
    importlib.import_module("nbgitpuller._compat").get_base_handler(app)
    stock = importlib.import_module("nbgitpuller.handlers")
    puller = importlib.import_module("carrel_server.git_puller")
    stock.GitPuller = puller.CarrelPuller
    stock.jinja_env = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True)
    sync, page = handlers_of(stock, puller)
    app.web_app.settings["carrel_git_outcomes"] = {}
    base = app.web_app.settings["base_url"]
    app.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, "git-pull/api"), sync),
            (url_path_join(base, "git-pull"), page),
            (url_path_join(base, "carrel/git-outcome"), OutcomeHandler),
            (url_path_join(base, "carrel/git-pull/(.*)"), web.StaticFileHandler, {"path": str(FOLDER)}),
        ],
    )
