"""`…/carrel/environments`: the person's own environments. `GET` lists them, `POST` makes one and tells how far it is."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from typing import Any

from carrel_env.places import all_environments, check_free, checked
from carrel_env.problem import EnvironmentProblem
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.iostream import StreamClosedError

MOST_PACKAGES = 100


class EnvironmentsHandler(APIHandler):
    """Environments, and a new one."""

    auth_resource = "kernels"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Lists their names."""
        self.finish(json.dumps({"environments": [one.name for one in all_environments() if one.is_whole]}))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Makes the environment `name` with `packages`.

        The answer is a line of JSON for each line of progress, `{"said": …}`, and one at the end, `{"made": true}` or
        `{"made": false}`. A page that is closed meanwhile doesn't end it.
        """
        body = self.get_json_body() or {}
        name, packages = str(body.get("name", "")), body.get("packages", [])
        if not isinstance(packages, list) or len(packages) > MOST_PACKAGES:
            raise web.HTTPError(400, "The packages must be a list.")
        words = [str(package) for package in packages]
        if any(word.startswith("-") or not word.strip() for word in words):
            raise web.HTTPError(400, "A package doesn't begin with a hyphen.")
        try:
            check_free(checked(name))
        except EnvironmentProblem as problem:
            raise web.HTTPError(409, str(problem)) from problem
        self.set_header("Content-Type", "application/x-ndjson")
        # Proxies before the hub would keep lines back otherwise.
        self.set_header("X-Accel-Buffering", "no")
        command = [sys.executable, "-m", "carrel_env", "create", name, "--", *words]
        program = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
        assert program.stdout is not None
        async for line in program.stdout:
            await self._tell({"said": line.decode(errors="replace").rstrip()})
        await self._tell({"made": await program.wait() == 0})

    async def _tell(self, words: dict[str, object]) -> None:
        if self.request.connection is None or self._finished:
            return
        try:
            self.write(json.dumps(words) + "\n")
            await self.flush()
        except StreamClosedError:
            pass  # nobody listens any more


def install(app: Any) -> None:
    """Adds the address to a server."""
    base_url = app.web_app.settings["base_url"]
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, "carrel/environments"), EnvironmentsHandler)])
