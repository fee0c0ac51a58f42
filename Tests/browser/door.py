"""Lets a browser into one server without a hub: a port before its socket, where everyone is the one user."""

import socket
import socketserver
import threading
from pathlib import Path
from typing import Self


def head_for_server(head: bytes, token: str) -> bytes:
    """A request's head with the token; each connection serves one request, or one websocket."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    is_websocket = any(line.lower().startswith(b"upgrade:") for line in lines)
    replaced = (b"authorization:",) if is_websocket else (b"authorization:", b"connection:")
    kept = [line for line in lines if not line.lower().startswith(replaced)]
    added = [b"Authorization: token " + token.encode()] + ([] if is_websocket else [b"Connection: close"])
    return b"\r\n".join([*kept, *added, b"", b""])


def pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Carries bytes until one side closes."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Door:
    """Open for as long as the `with` block lasts; `url` is its address."""

    def __init__(self, server: Path, token: str) -> None:
        class Passage(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                head = b""
                while b"\r\n\r\n" not in head:
                    data = self.request.recv(65536)
                    if not data:
                        return
                    head += data
                end = head.index(b"\r\n\r\n") + 4
                with socket.socket(socket.AF_UNIX) as inside:
                    inside.connect(str(server))
                    inside.sendall(head_for_server(head[:end], token) + head[end:])
                    back = threading.Thread(target=pass_on, args=(inside, self.request), daemon=True)
                    back.start()
                    pass_on(self.request, inside)
                    back.join()

        self.listener = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Passage)
        self.listener.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.listener.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.shutdown()
        self.listener.server_close()
