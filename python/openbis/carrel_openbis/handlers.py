"""The addresses of `jupyter-openbis-server`, each played on a thread of its own, with an end to every wait."""

import asyncio
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from carrel_openbis import stock
from carrel_openbis.around import Around, ExplainedUpload
from carrel_openbis.connections import Connections
from carrel_openbis.download import Download
from carrel_openbis.trouble import Trouble, clean, told

# Seconds that an answer may take which somebody waits for; what takes longer goes on, and nobody hears of it.
DEADLINE = 45
LINES = "application/x-ndjson"
"""Who accepts this is told how far the work is: a line each second, the last one with the answer."""
AT_ONCE = 24


class Threads:
    """Threads that don't keep the server from ending."""

    running = 0

    async def run(self, work: Callable[[], Any], seconds: float) -> Any:
        """What `work` gives. `seconds`: how long openBIS may take for each of its answers."""
        if Threads.running >= AT_ONCE:
            raise Trouble(503, "Too much is being done with openBIS already. Wait until some of it has ended.")
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def settle(set_it: Callable[[Any], None], value: Any) -> None:
            Threads.running -= 1
            if not done.done():
                set_it(value)

        def run() -> None:
            stock.patience.seconds = seconds
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
                loop.call_soon_threadsafe(settle, done.set_exception, error)
            else:
                loop.call_soon_threadsafe(settle, done.set_result, result)

        Threads.running += 1
        threading.Thread(target=run, name="openbis", daemon=True).start()
        return await done


class OpenBISHandler(APIHandler):
    """What all of them share. Errors are `{reason}`, as theirs."""

    auth_resource = "contents"

    def initialize(self, connections: Connections) -> None:
        self.connections = connections

    async def quickly(self, work: Callable[[], Any]) -> Any:
        """Runs what shouldn't take long."""
        try:
            return await asyncio.wait_for(Threads().run(work, stock.ANSWERING), DEADLINE)
        except TimeoutError:
            raise Trouble(504, "openBIS takes too long to answer. Try again later.") from None

    async def respond(self, work: Callable[[], Any]) -> None:
        """Answers with what `work` gives, on a thread: quickly."""
        try:
            self.finish(clean(await self.quickly(work)))
        except Trouble as trouble:
            self.refuse(trouble)

    def refuse(self, trouble: Trouble) -> None:
        self.set_status(trouble.status)
        self.finish({"reason": trouble.reason})

    @property
    def root(self) -> str:
        """The folder that files are named from."""
        return os.path.abspath(os.path.expanduser(self.settings.get("server_root_dir") or "."))

    def listing(self, only: str | None = None) -> dict[str, Any]:
        """Connections, as they are shown."""
        if only is None:
            return {"status": 200, "connections": states(self.connections), "notebook_dir": self.root}
        if only not in self.connections.names():
            raise Trouble(404, f"No such connection: {only}")
        return {"status": 200, "connection": self.connections.state(only), "notebook_dir": self.root}

    async def play(
        self,
        module: str,
        handler: str,
        method: str,
        seconds: float,
        around: Around | None = None,
        **parameters: str,
    ) -> None:
        """Has one of their handlers answer, with a session at the connection; `around` looks at it before and after."""
        body = self.get_json_body() if self.request.body else None
        request = {"settings": self.settings, "user": self.current_user, "request": self.request, "body": body}

        def work(connection: Any) -> tuple[int, Any]:
            watch = around or Around()
            watch.before(connection)
            played = self.connections.stock.play(module, handler, method, parameters, request)
            watch.after(connection, played)
            return played.status, played.answer

        await self.perform(parameters.get("connection_name"), work, seconds)

    async def perform(
        self, name: str | None, work: Callable[[Any], tuple[int, Any]], seconds: float, watched: Path | None = None
    ) -> None:
        """Answers with what work gives that is done with a session at a connection; says how `watched` grows meanwhile."""

        def with_session() -> tuple[int, Any]:
            connection = self.connections.awake(name) if name is not None else None
            try:
                status, answer = work(connection)
            except Exception as error:
                raise told(error, connection.url if connection else "the server") from error
            return status, clean(answer)

        if LINES in self.request.headers.get("Accept", ""):
            await self.tell_along(with_session, seconds, watched)
            return
        status, answer = await outcome(Threads().run(with_session, seconds))
        self.set_status(status)
        self.finish(answer)

    async def tell_along(self, work: Callable[[], Any], seconds: float, watched: Path | None) -> None:
        """Answers line by line, so that nothing between here and the browser takes it for silent."""
        self.set_header("Content-Type", LINES)
        self.set_header("X-Accel-Buffering", "no")
        task = asyncio.ensure_future(outcome(Threads().run(work, seconds)))
        try:
            while not task.done():
                await self.line({"bytes": await asyncio.to_thread(size_of, watched)} if watched else {})
                await asyncio.wait([task], timeout=1)
            status, answer = await task
            await self.line({"status": status, "answer": answer})
        except StreamClosedError:
            return  # whoever asked is gone; the work goes on
        self.finish()

    async def line(self, told_now: dict[str, Any]) -> None:
        self.write(json.dumps(told_now) + "\n")
        await self.flush()


async def outcome(work: Any) -> tuple[int, Any]:
    """Status and answer, also of what goes wrong."""
    try:
        return await work
    except Trouble as trouble:
        return trouble.status, {"reason": trouble.reason}


def states(connections: Connections) -> list[dict[str, Any]]:
    """The states of all connections, asked for at the same time: one that is slow holds none up."""
    names = connections.names()
    found: dict[str, dict[str, Any]] = {}

    def ask(name: str) -> None:
        stock.patience.seconds = stock.CHECKING
        found[name] = connections.state(name)

    asking = [threading.Thread(target=ask, args=(name,), daemon=True) for name in names]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return [found[name] for name in names if name in found]


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for place, _, files in os.walk(folder):
        for file in files:
            try:
                total += os.lstat(os.path.join(place, file)).st_size
            except OSError:
                continue
    return total


class ConnectionsHandler(OpenBISHandler):
    """`openbis/conns`."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Lists the connections; theirs fails for all of them when one can't be reached."""
        await self.respond(self.listing)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Adds one, and signs in there if there are a name and a password."""
        about = self.get_json_body() or {}

        def work() -> dict[str, Any]:
            self.connections.add(about)
            return self.listing()

        await self.respond(work)


class ConnectionHandler(OpenBISHandler):
    """`openbis/conn/NAME`."""

    @web.authenticated
    @authorized
    async def get(self, connection_name: str) -> None:
        await self.respond(lambda: self.listing(connection_name))

    @web.authenticated
    @authorized
    async def put(self, connection_name: str) -> None:
        """Signs in, or does the `action`: `logout`, `mount`, `unmount`, and `renew`, which looks for a saved session."""
        wanted = self.get_json_body() or {}
        action = wanted.get("action") or "login"
        if action in {"mount", "unmount"}:
            await self.play(
                "connection", "OpenBISConnectionHandler", "put", stock.WORKING, connection_name=connection_name
            )
            return

        def work() -> dict[str, Any]:
            if action == "logout":
                self.connections.sign_out(connection_name)
            elif action == "renew":
                self.connections.renew(connection_name)
            else:
                name, password = wanted.get("username"), wanted.get("password")
                self.connections.sign_in(connection_name, name, password, keep=bool(wanted.get("keep")))
            return self.listing(connection_name)

        await self.respond(work)

    @web.authenticated
    @authorized
    async def delete(self, connection_name: str) -> None:
        try:
            await self.quickly(lambda: self.connections.remove(connection_name))
            self.finish()
        except Trouble as trouble:
            self.refuse(trouble)


class SampleHandler(OpenBISHandler):
    """`openbis/sample/NAME/ID`: the datasets of an Object or a Collection."""

    @web.authenticated
    @authorized
    async def get(self, connection_name: str, identifier: str) -> None:
        how = {"connection_name": connection_name, "identifier": identifier}
        await self.play("sample", "SampleHandler", "get", stock.ANSWERING, **how)


class DownloadHandler(OpenBISHandler):
    """`openbis/dataset/NAME/PERMID/FOLDER`: downloads a dataset into a folder of this machine."""

    @web.authenticated
    @authorized
    async def get(self, connection_name: str, permId: str, downloadPath: str) -> None:
        """It writes files, and so wants what no other page can send, though it is a GET."""
        if not any(self.request.headers.get(name) for name in ("Authorization", "X-XSRFToken")):
            raise web.HTTPError(403, "The header X-XSRFToken is missing.")
        self.check_xsrf_cookie()
        download = Download(permId, Path(self.root, os.path.expanduser(downloadPath)))

        def work(connection: Any) -> tuple[int, Any]:
            return 200, download.run(connection, self.connections.stock)

        await self.perform(connection_name, work, stock.WORKING, download.place)


class TypesHandler(OpenBISHandler):
    """`openbis/datasetTypes/NAME`."""

    @web.authenticated
    @authorized
    async def get(self, connection_name: str) -> None:
        await self.play("dataset", "DataSetTypesHandler", "get", stock.ANSWERING, connection_name=connection_name)


class UploadHandler(OpenBISHandler):
    """`openbis/dataset/NAME`: registers a dataset."""

    @web.authenticated
    @authorized
    async def post(self, connection_name: str) -> None:
        how = {"connection_name": connection_name}
        await self.play("dataset", "DataSetUploadHandler", "post", stock.WORKING, ExplainedUpload(), **how)


class RequirementsHandler(OpenBISHandler):
    """`requirements`, for front-ends of old: writes what a notebook needs beside it."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        await self.play("requirements", "Requirements", "post", stock.ANSWERING)


NAME = r"(?P<connection_name>[^/]+)"
ROUTES = [
    ("openbis/conns", ConnectionsHandler),
    (f"openbis/conn/{NAME}", ConnectionHandler),
    (f"openbis/sample/{NAME}/(?P<identifier>.+)", SampleHandler),
    (f"openbis/dataset/{NAME}/(?P<permId>[^/]+)/(?P<downloadPath>.*)", DownloadHandler),
    (f"openbis/dataset/{NAME}", UploadHandler),
    (f"openbis/datasetTypes/{NAME}", TypesHandler),
    ("requirements", RequirementsHandler),
]
