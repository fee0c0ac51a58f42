"""A stand-in for an ICOS Carbon Portal: what `icoscp_core` asks of one while it reads data objects from the disk.

    with IcosPortal() as portal:
        portal.put_object(folder)         # the folder is what PORTAL_DATA_PATH_ICOS names
        …                                 # portal.settings: addresses for icoscp_core's EnvriConfig
        portal.seen                       # what was asked

It has one data object, and knows the three questions (SPARQL) that tell its columns, and the report of its use. It has no data
to give and no sign-in: who asks for those gets 404. Written from icoscp_core 0.3.13.
"""

import json
import math
import struct
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

CPMETA = "http://meta.icos-cp.eu/ontologies/cpmeta/"
XSD = "http://www.w3.org/2001/XMLSchema#"
FORMAT = "asciiAtcProductTimeSer"
HASH = "9GVNGXhqvmn7UUsxSWp-zLyR"
OBJECT = f"https://meta.icos-cp.eu/objects/{HASH}"

# Milliseconds since 1970, micromoles of CO2 in a mole of air, and whether that is good.
TIMES = (0, 3_600_000, 7_200_000)
CO2 = (400.5, -9.0, 401.5)
FLAGS = "OKO"
GOOD_FLAGS = "O;U"


@dataclass(frozen=True)
class Asked:
    """A request."""

    path: str
    headers: dict[str, str]
    body: str


def uri(text: str) -> dict[str, str]:
    """A value in SPARQL's results."""
    return {"type": "uri", "value": text}


def literal(text: str, kind: str = "string") -> dict[str, str]:
    """A value of a type."""
    return {"type": "literal", "value": text, "datatype": XSD + kind}


# By a word in a question, the rows of its answer.
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "hasNumberOfRows": [
        {
            "dobj": uri(OBJECT),
            "objSpec": uri(f"{CPMETA}spec"),
            "dsSpec": uri(f"{CPMETA}dataset"),
            "objFormat": uri(CPMETA + FORMAT),
            "nRows": literal(str(len(TIMES)), "integer"),
        }
    ],
    "hasColumnTitle": [
        {"colTitle": literal("TIMESTAMP"), "valFormat": uri(f"{CPMETA}iso8601dateTime")},
        {"colTitle": literal("co2"), "valFormat": uri(f"{CPMETA}float32"), "flagColTitle": literal("Flag")},
        {"colTitle": literal("Flag"), "valFormat": uri(f"{CPMETA}bmpChar")},
    ],
    "goodFlags": [{"objFormat": uri(f"{CPMETA}spec"), "goodFlags": literal(GOOD_FLAGS)}],
}


class IcosPortal:
    """The portal, on 127.0.0.1."""

    def __init__(self) -> None:
        self.seen: list[Asked] = []
        self.is_reported = threading.Event()
        self._server = Door(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """What to replace in icoscp_core's settings of a portal."""
        return {
            "sparql_endpoint": f"{self.url}/sparql",
            "auth_service_base_url": f"{self.url}/",
            "data_service_base_url": self.url,
        }

    @staticmethod
    def put_object(folder: Path) -> Path:
        """Puts the data object where portals keep it: columns in the order of their labels, each big-endian."""
        file = folder / FORMAT / f"{HASH}.cpb"
        file.parent.mkdir(parents=True, exist_ok=True)
        flags = struct.pack(f">{len(FLAGS)}H", *map(ord, FLAGS))
        file.write_bytes(flags + struct.pack(">3d", *TIMES) + struct.pack(">3f", *CO2))
        return file

    @staticmethod
    def good_values() -> list[float]:
        """What a reader is to find: not-a-number where the flag says that a value isn't good."""
        return [value if flag in GOOD_FLAGS.split(";") else math.nan for value, flag in zip(CO2, FLAGS, strict=True)]

    def answer(self, asked: Asked) -> tuple[HTTPStatus, bytes]:
        """The answer to a request."""
        self.seen.append(asked)
        if asked.path == "/logs/portaluse":
            self.is_reported.set()
            return HTTPStatus.OK, b""
        if asked.path == "/sparql":
            for word, rows in ANSWERS.items():
                if word in asked.body:
                    results = {"head": {"vars": []}, "results": {"bindings": rows}}
                    return HTTPStatus.OK, json.dumps(results).encode()
            return HTTPStatus.BAD_REQUEST, b"This stand-in doesn't know that question."
        return HTTPStatus.NOT_FOUND, b""


class Door(ThreadingHTTPServer):
    """Listens on a port that is free."""

    daemon_threads = True

    def __init__(self, portal: IcosPortal) -> None:
        self.portal = portal
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Door

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def respond(self) -> None:
        """Answers a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, content = self.server.portal.answer(Asked(self.path, headers, body))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = respond
