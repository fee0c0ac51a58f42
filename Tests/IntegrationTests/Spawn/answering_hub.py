"""Stands in for a hub: answers everything on the Unix socket it is told, as a hub would to alice's server."""

import http.server
import json
import os
import socketserver
import sys

ALICE = {"version": "6.1.1", "kind": "user", "name": "alice", "groups": [], "scopes": ["access:servers!server=alice/"]}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.dumps(ALICE).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-JupyterHub-Version", "6.1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


with Server(sys.argv[1], Handler) as server:
    os.chmod(sys.argv[1], 0o666)
    print("listening", flush=True)
    server.serve_forever()
