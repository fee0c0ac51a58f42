"""`…/carrel/examples`: a sample notebook for each kernel. `GET` lists them, `POST` puts a copy of one into the home."""

import json
import sys
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

FOLDER = Path(sys.prefix) / "share/carrel/examples"
# Where copies are put, in the home.
HOME_FOLDER = "Examples"


def kernel_of(example: Path) -> str:
    """The name of the kernel that an example is for."""
    return json.loads(example.read_text("utf-8"))["metadata"]["kernelspec"]["name"]


class ExamplesHandler(APIHandler):
    """The examples whose kernel is offered, by name."""

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Lists their names."""
        self.finish(json.dumps({"examples": sorted(await self._offered())}))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Copies the example `name`; answers with the `path` of the copy, or of that made before."""
        body = self.get_json_body() or {}
        example = (await self._offered()).get(str(body.get("name")))
        if example is None:
            raise web.HTTPError(404, "There is no such example.")
        path = f"{HOME_FOLDER}/{example.name}"
        contents = self.contents_manager
        if not await ensure_async(contents.file_exists(path)):
            if not await ensure_async(contents.dir_exists(HOME_FOLDER)):
                await ensure_async(contents.save({"type": "directory"}, HOME_FOLDER))
            notebook = json.loads(example.read_text("utf-8"))
            await ensure_async(contents.save({"type": "notebook", "format": "json", "content": notebook}, path))
        self.finish(json.dumps({"path": path}))

    async def _offered(self) -> dict[str, Path]:
        """The files of those that can be run here."""
        kernels = await ensure_async(self.kernel_spec_manager.get_all_specs())
        return {file.stem: file for file in FOLDER.glob("*.ipynb") if kernel_of(file) in kernels}


def install(app: Any) -> None:
    """Adds the address to a server."""
    base_url = app.web_app.settings["base_url"]
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, "carrel/examples"), ExamplesHandler)])
