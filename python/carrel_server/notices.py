"""`GET …/carrel/notices`: what the hub has to say to the person at work here: messages, the end of an instance or a server."""

import json
import os
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientTimeout
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from jupyterhub.httpclient import fetch
from tornado import web

from carrel_server.hub_notices import HubNotices, Reply
from carrel_server.notice_shape import NotUnderstood

# Seconds for the whole answer, and bytes of it.
DEADLINE = 5.0
LARGEST = 1 << 18


class NoticesHandler(APIHandler):
    """Answers at once, or after a moment with what was known before. Looking at notices isn't use of the server."""

    auth_resource = "carrel"
    _track_activity = False

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answers as `HubNotices.current` says."""
        answer = await self.settings["carrel_notices"].current()
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(json.dumps(answer))

    def _log(self) -> None:
        """Leaves what goes well out of the server's log, as each page asks four times a minute."""
        if self.get_status() >= 400:
            super()._log()


async def ask(url: str, token: str, etag: str) -> Reply:
    """One request to the hub, over its unix socket where it has one (`http+unix`)."""
    headers = {"Authorization": f"token {token}", "Accept": "application/json"}
    if etag:
        headers["If-None-Match"] = etag
    how = {"raise_for_status": False, "allow_redirects": False, "timeout": ClientTimeout(total=DEADLINE)}
    try:
        async with await fetch(url, headers=headers, **how) as answer:
            body = await limited_body(answer) if answer.status == 200 else b""
            return Reply(answer.status, body, answer.headers.get("ETag", ""), date_of(answer))
    except ClientError as error:
        raise ConnectionError(type(error).__name__) from error


async def limited_body(answer: ClientResponse) -> bytes:
    """The body, if it isn't endless."""
    body = b""
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > LARGEST:
            raise NotUnderstood(f"more than {LARGEST} bytes")
    return body


def date_of(answer: ClientResponse) -> Any:
    """When it was sent, if that was told."""
    try:
        date = parsedate_to_datetime(answer.headers.get("Date", ""))
        return date if date.tzinfo else None
    except ValueError:
        return None


def install(app: Any) -> None:
    """Adds the address to a server that has a hub."""
    api, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if not api or not token:
        return
    url = f"{api.rstrip('/')}/carrel/notices"

    async def ask_hub(etag: str) -> Reply:
        return await ask(url, token, etag)

    app.web_app.settings["carrel_notices"] = HubNotices(ask_hub, app.log)
    app.web_app.add_handlers(".*$", [(url_path_join(app.base_url, "carrel/notices"), NoticesHandler)])
