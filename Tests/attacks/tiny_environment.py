"""An environment whose server is a few lines long: for starting and stopping it hundreds of times."""

from pathlib import Path

# Stands where the real one is started: answers everything on the socket that it is told.
SERVER = """\
import os, signal, socketserver, subprocess, sys

class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\n{}")

if os.path.exists(os.path.expanduser("~/deaf")):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "3600"], start_new_session=True)
path = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("--ServerApp.sock="))
socketserver.ThreadingUnixStreamServer(path, Handler).serve_forever()
"""


def make_environment(folder: Path) -> Path:
    """Makes it, readable by everybody."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to("/usr/bin/python3")
    (programs / "carrel-server").write_text(SERVER)
    (programs / "carrel-server").chmod(0o755)
    return folder
