"""A git repository that somebody pushes to, offered over HTTP on this machine as real ones are (git-http-backend).

Run by itself it offers the folder it is told, writes its port to the file it is told, and ends with its standard input. It
listens on this machine only, or at port 8080 of the address that it is told.
"""

import base64
import functools
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*"]


class GitHandler(http.server.BaseHTTPRequestHandler):
    """Hands requests to git; `/closed/…` asks for a password, `/moved/…` sends elsewhere, and `/page` is none of git's."""

    # What opens `/closed/`.
    PASSWORD = "open sesame"

    def __init__(self, *arguments: object, folder: str) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """One of git's."""
        path, _, query = self.path.partition("?")
        if path.startswith("/page"):
            self.answer(200, b"<!DOCTYPE html>\n<p>Hello</p>\n", [("Content-Type", "text/html")])
            return
        if path.startswith("/moved/"):
            port = self.server.server_address[1]
            to = f"http://localhost:{port}/closed/{path.removeprefix('/moved/')}?{query}"
            self.answer(302, b"", [("Location", to)])
            return
        if path.startswith("/closed/"):
            shown = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            if shown.partition(":")[2] != self.PASSWORD:
                self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="closed"')])
                return
            path = path.removeprefix("/closed")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": self.folder,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "PATH_INFO": urllib.parse.unquote(path),
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        ran = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, content = ran.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = int(dict(fields).get("Status", "200").split()[0])
        self.answer(status, content, [field for field in fields if field[0] != "Status"])

    def answer(self, status: int, content: bytes, fields: list) -> None:
        """Sends an answer."""
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(folder: Path, address: tuple[str, int] = ("127.0.0.1", 0)) -> http.server.ThreadingHTTPServer:
    """A server for the repositories of a folder."""
    handler = functools.partial(GitHandler, folder=str(folder))
    return http.server.ThreadingHTTPServer(address, handler)


class GitServer:
    """A repository `catalogue.git`, its working copy, and the server."""

    PASSWORD = GitHandler.PASSWORD

    def __init__(self, folder: Path) -> None:
        self.work, self.bare = folder / "work", folder / "offered/catalogue.git"
        self.bare.parent.mkdir(parents=True)
        subprocess.run([*GIT, "init", "--quiet", "--bare", "-b", "main", self.bare], check=True)
        subprocess.run([*GIT, "init", "--quiet", "-b", "main", self.work], check=True)
        self.server = serve(self.bare.parent)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/catalogue.git"

    def push(self) -> None:
        """Offers what is in the working copy."""
        git = [*GIT, "-C", str(self.work)]
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "more"], check=True)
        subprocess.run([*git, "push", "--quiet", str(self.bare), "main"], check=True)

    def rewrite(self, files: dict[str, str]) -> None:
        """Offers another history."""
        git = [*GIT, "-C", str(self.work)]
        subprocess.run([*git, "checkout", "--quiet", "--orphan", "anew"], check=True)
        for name, text in files.items():
            (self.work / name).write_text(text)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "anew"], check=True)
        subprocess.run([*git, "branch", "-M", "main"], check=True)
        subprocess.run([*git, "push", "--quiet", "--force", str(self.bare), "main"], check=True)

    def close(self) -> None:
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


if __name__ == "__main__":
    alone = serve(Path(sys.argv[1]), *[(address, 8080) for address in sys.argv[3:]])
    port = Path(sys.argv[2])
    port.with_suffix(".new").write_text(str(alone.server_port))
    port.with_suffix(".new").rename(port)
    threading.Thread(target=alone.serve_forever, daemon=True).start()
    sys.stdin.read()
