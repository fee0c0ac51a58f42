"""A git repository that somebody pushes to, offered over HTTP on this machine as real ones are (git-http-backend).

Run by itself it offers the folder it is told, writes its port to the file it is told, and ends with its standard input.
"""

import functools
import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*"]


class GitHandler(http.server.BaseHTTPRequestHandler):
    """Hands requests to git; `/closed/…` asks for a password."""

    def __init__(self, *arguments: object, folder: str) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """One of git's."""
        path, _, query = self.path.partition("?")
        if path.startswith("/closed/"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="closed"')
            self.end_headers()
            return
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": self.folder,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "PATH_INFO": path,
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
        self.send_response(int(dict(fields).get("Status", "200").split()[0]))
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    """A server for the repositories of a folder."""
    handler = functools.partial(GitHandler, folder=str(folder))
    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)


class GitServer:
    """A repository `catalogue.git`, its working copy, and the server."""

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

    def close(self) -> None:
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


if __name__ == "__main__":
    alone = serve(Path(sys.argv[1]))
    port = Path(sys.argv[2])
    port.with_suffix(".new").write_text(str(alone.server_port))
    port.with_suffix(".new").rename(port)
    threading.Thread(target=alone.serve_forever, daemon=True).start()
    sys.stdin.read()
