"""The stand-in for Check-in on a port: HTTP or HTTPS, and the faults that a test wants."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from checkin_faults import Fault
from checkin_messages import (
    Answer,
    Endpoint,
    PageRefusal,
    Refusal,
    Request,
    Seen,
    json_answer,
    page_answer,
    parse_fields,
)
from checkin_pages import page, problem_page
from checkin_realm import PATH, Realm

LONGEST_BODY = 1 << 20
GET, POST, EITHER = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})
Route = tuple[frozenset[str], Callable[[Request], Answer]]


class Door(ThreadingHTTPServer):
    """Listens, and keeps the connections, so that they can be closed."""

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], certificate: Path | None, realm: Realm, routes: Mapping[Endpoint, Route]
    ) -> None:
        self.realm, self.routes = realm, routes
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.connections: set[socket.socket] = set()
        self.is_closing = threading.Event()
        super().__init__(address, Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection; its handshake is done by the thread that serves it."""
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """The end of a connection."""
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """People go away when they like; all else is a mistake of ours and is printed."""
        if not self.is_closing.is_set():
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stops listening, and breaks off what goes on."""
        self.is_closing.set()
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Door
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Requests until the other side has enough."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            super().handle()

    def answer_request(self) -> None:
        """A request of any method."""
        address = urlsplit(self.path)
        body = self.read_body()
        if body is None:
            self.send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            return
        try:
            endpoint = Endpoint(address.path.removeprefix(PATH) if address.path.startswith(PATH) else "")
        except ValueError:
            self.send(page_answer(problem_page("Page not found"), HTTPStatus.NOT_FOUND))
            return
        request = self.read(endpoint, address.query, body)
        realm = self.server.realm
        realm.note(Seen.of(request))
        fault, mended = realm.fault_of(endpoint)
        if fault is None:
            self.send(self.route(request))
        else:
            self.misbehave(fault, mended, request)

    do_GET = do_POST = do_PUT = do_DELETE = answer_request

    def read_body(self) -> bytes | None:
        """The body; None if it is too long."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def read(self, endpoint: Endpoint, query: str, body: bytes) -> Request:
        """What is asked."""
        is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
        query_fields, repeated = parse_fields(query)
        form_fields, repeated_too = parse_fields(body.decode(errors="replace") if is_form else "")
        try:
            cookies = {name: one.value for name, one in SimpleCookie(self.headers.get("Cookie", "")).items()}
        except CookieError:
            cookies = {}
        authorization = self.headers.get("Authorization", "")
        return Request(
            self.command, endpoint, query_fields, form_fields, cookies, authorization, (*repeated, *repeated_too)
        )

    def route(self, request: Request) -> Answer:
        """The true answer."""
        methods, respond = self.server.routes[request.endpoint]
        if request.method not in methods:
            allow = (("Allow", ", ".join(sorted(methods))),)
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"", allow)
        try:
            return respond(request)
        except PageRefusal as refusal:
            return page_answer(problem_page(str(refusal)), HTTPStatus.BAD_REQUEST)
        except Refusal as refusal:
            said = {"error": refusal.error, "error_description": refusal.description}
            answer = json_answer(said, refusal.status)
            if refusal.status != HTTPStatus.UNAUTHORIZED:
                return answer
            return Answer(answer.status, answer.body, (*answer.headers, ("WWW-Authenticate", 'Basic realm="egi"')))

    def misbehave(self, fault: Fault, mended: threading.Event, request: Request) -> None:
        """A false answer."""
        match fault:
            case Fault.SLOW_HEAD:
                if self.wait(mended):
                    self.send(self.route(request))
            case Fault.SLOW_BODY:
                self.drip(mended, request)
            case Fault.HTML:
                self.send(page_answer(page("Under maintenance", "<p>Come back later.</p>")))
            case Fault.REDIRECT_TO_ITSELF:
                self.send(Answer(HTTPStatus.FOUND, b"", (("Location", self.path),)))
            case Fault.INTERNAL_ERROR:
                self.send(page_answer(problem_page("An internal server error has occurred"), 500))
            case Fault.TOO_MUCH:
                self.send(json_answer({"filler": "x" * (2 << 20)}))
            case Fault.CUT_OFF:
                self.cut_off(self.route(request))

    def wait(self, mended: threading.Event) -> bool:
        """Waits until a fault is mended; false if the server closes before."""
        while not mended.wait(0.05):
            if self.server.is_closing.is_set():
                self.close_connection = True
                return False
        return True

    def drip(self, mended: threading.Event, request: Request) -> None:
        """Sends spaces until the fault is mended, so that no byte is ever long in coming, and then the answer."""
        answer = self.route(request)
        self.close_connection = True
        self.send_head(answer, [("Connection", "close")])
        while not mended.wait(0.1) and not self.server.is_closing.is_set():
            self.wfile.write(b" ")
        self.wfile.write(answer.body)

    def cut_off(self, answer: Answer) -> None:
        """Sends the half of an answer."""
        self.close_connection = True
        self.send_head(answer, [("Content-Length", str(len(answer.body)))])
        self.wfile.write(answer.body[: len(answer.body) // 2])

    def send(self, answer: Answer) -> None:
        """Sends an answer."""
        self.send_head(answer, [("Content-Length", str(len(answer.body)))])
        self.wfile.write(answer.body)

    def send_head(self, answer: Answer, more: list[tuple[str, str]]) -> None:
        """Sends status and headers."""
        self.send_response(answer.status)
        for name, value in (*answer.headers, *more):
            self.send_header(name, value)
        self.end_headers()
