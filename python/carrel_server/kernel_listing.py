"""`GET …/carrel/kernels`: every kernel of the environment, also those that aren't offered, and why."""

import json
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from carrel_server.kernel_specs import CarrelKernelSpecManager


class KernelsHandler(APIHandler):
    """The kernels, looked up when somebody asks."""

    auth_resource = "kernelspecs"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Lists them."""
        self.finish(json.dumps({"kernels": self.kernel_spec_manager.all_kernels()}))


def install(app: Any) -> None:
    """Adds the address to a server, unless its kernels are found in an operator's own way."""
    if isinstance(app.kernel_spec_manager, CarrelKernelSpecManager):
        base_url = app.web_app.settings["base_url"]
        app.web_app.add_handlers(".*$", [(url_path_join(base_url, "carrel/kernels"), KernelsHandler)])
