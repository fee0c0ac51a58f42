"""A server of a few lines for the spawner's tests: answers on the Unix socket it is told, and runs what it is asked to.

GET /user/tester/api says "ok"; POST /run runs its body with sh and answers with what that printed; POST /hold opens the
file that its body names and keeps it open.
Arguments: `ignore` makes it deaf to SIGTERM, `die` ends it after some last words, `mute` makes it accept and say nothing,
`link PATH` puts a symbolic link to PATH in the place of its socket, `orphan` leaves a process behind that outlives it.
"""

import http.server
import os
import signal
import socketserver
import subprocess
import sys
import time

held = []
SOCKET = "/run/carrel/server/server.sock"


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer("ok")

    def do_POST(self) -> None:
        script = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/hold":
            held.append(open(script))  # noqa: SIM115
            return self.answer("held")
        merged = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(["sh", "-c", script], check=False, text=True, **merged)
        self.answer(done.stdout)

    def address_string(self) -> str:
        return "hub"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def main(mode: str) -> None:
    if mode == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode == "die":
        print("my last words", flush=True)
        sys.exit(7)
    if mode == "link":
        os.symlink(sys.argv[2], SOCKET)
        time.sleep(600)
    if mode == "orphan":
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    handler = socketserver.BaseRequestHandler if mode == "mute" else Handler
    if mode == "mute":
        handler.handle = lambda self: time.sleep(600)
    with Server(SOCKET, handler) as server:
        print("listening", flush=True)
        server.serve_forever()


main(sys.argv[1] if len(sys.argv) > 1 else "")
