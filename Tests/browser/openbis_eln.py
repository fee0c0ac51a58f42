"""A page that does with notebooks what openBIS' electronic notebook does (reference `openbis.md` 2.5), at an address of its own.

It is really served: browsers ask for leave when a page from who knows where posts to this machine.
"""

import json
import ssl
import threading
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import trustme
from playwright.sync_api import BrowserContext, Page, expect

ADDRESS = "/openbis/webapp/eln-lims/"

# As jQuery posts across origins: no header of its own but the content type, and a query that is put together by hand.
PAGE = """\
<!doctype html>
<meta charset="utf-8">
<title>ELN</title>
<button type="button">New Jupyter notebook</button>
<p role="status"></p>
<script>
  const told = __TOLD__;
  const say = (text) => { document.querySelector("[role=status]").textContent = text; };
  function post(test, body, then) {
    const request = new XMLHttpRequest();
    const query = "?token=" + told.token + "&folder=" + told.folder + "&filename=" + told.file + "&test=" + test;
    request.open("POST", told.integration + query);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    request.setRequestHeader("Accept", "*/*");
    request.onload = () => request.status === 200
      ? then(JSON.parse(request.responseText))
      : say("error: " + request.status + " " + request.responseText);
    request.onerror = () => say("error: nothing came back");
    request.send(body);
  }
  document.querySelector("button").onclick = () => post("True", "TEST", (named) => {
    const notebook = told.document;
    for (const cell of notebook.cells.filter((one) => one.metadata.code_cell_id === "fileName")) {
      cell.source = ["fileName = '" + named.fileName + "'  # &filename=evil"];
    }
    post("False", JSON.stringify(notebook), (kept) => {
      const place = "/user/" + told.user + "/notebooks/" + told.folder + "/" + kept.fileName;
      window.open(told.hub + "hub/login?token=" + told.token + "&next=" + encodeURIComponent(place));
      say("opened " + kept.fileName);
    });
  });
</script>
"""


def shortest() -> dict[str, Any]:
    """A notebook with one cell."""
    about = {"code_cell_id": "fileName"}
    cell = {"cell_type": "code", "execution_count": None, "metadata": about, "outputs": [], "source": []}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}


@dataclass
class Notebook:
    """What somebody types into the dialog, how openBIS is configured, and what it makes of it: the cell that gives the
    file its name is written when the name is known.
    """

    user: str
    token: str
    folder: str
    file: str
    integration: str
    hub: str
    document: dict[str, Any] = field(default_factory=shortest)


class NotebookPages:
    """They are there for as long as the `with` block lasts; `url` is their origin."""

    def __init__(self, authority: trustme.CA) -> None:
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(pages.page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.page = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}"

    def shown(self, notebook: Notebook, context: BrowserContext) -> Page:
        """The page with its button."""
        self.page = PAGE.replace("__TOLD__", json.dumps(asdict(notebook)))
        page = context.new_page()
        page.goto(f"{self.url}{ADDRESS}")
        return page

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def made(page: Page) -> Page:
    """Presses the button; the tab that opens."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="New Jupyter notebook").click()
        expect(page.get_by_role("status")).to_contain_text("opened")
    return opened.value
