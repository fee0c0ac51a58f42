"""`jupyter-openbis-server` as it is, with its handlers played on a thread instead of the server's loop."""

import importlib
import threading
from typing import Any

# Seconds. A connection must come to be, and then each answer; only what moves or registers data may take as long as that takes.
CONNECTING = 10
CHECKING = 8
ANSWERING = 20
WORKING = 900

patience = threading.local()
"""What goes for this thread: `seconds`, how long answers of openBIS are waited for; `registered`, the perm id of the dataset that it
registered, UNKNOWN if openBIS was asked to and didn't say, None otherwise.
"""

UNKNOWN = ""
# In the calls that register a dataset (PyBIS, `DataSet.save`).
REGISTERING = ('"createUploadedDataSet"', '"createReportFromAggregationService"')


class Played:
    """What a handler of theirs touches of a request, without a connection: mixed in before it."""

    settings: Any = None
    current_user: object = None
    request: Any = None

    def __init__(self, settings: dict[str, Any], user: object, request: Any, body: Any) -> None:
        self.settings = settings
        self.current_user = user
        self.request = request
        self.body = body
        self.status = 200
        self.answer: Any = {}

    def get_json_body(self) -> Any:
        return self.body

    def set_status(self, status: int, reason: str | None = None) -> None:
        self.status = status

    def write(self, answer: Any) -> None:
        self.answer = answer


class Stock:
    """Their modules, imported once, when they are needed: with PyBIS and pandas that takes a second."""

    def __init__(self) -> None:
        self.package = "jupyter-openbis-server"
        self.modules = {
            name: importlib.import_module(f"{self.package}.{name}")
            for name in ("server", "connection", "dataset", "sample", "requirements")
        }
        for name in ("pybis", "dataset", "fast_download"):
            tame(importlib.import_module(f"pybis.{name}"))
        for module in self.modules.values():
            keep_quiet(module)
        self.requests = importlib.import_module("pybis.pybis").requests
        self.connections: dict[str, Any] = self.modules["connection"].openbis_connections

    def register(self, about: dict[str, Any]) -> Any:
        """A connection of theirs."""
        return self.modules["connection"].register_connection(about)

    def configured(self, folders: list[str]) -> list[Any]:
        """The connections of the configuration files in these folders."""
        return self.modules["server"]._load_configuration(folders)

    def play(self, module: str, handler: str, method: str, parameters: dict[str, Any], request: dict[str, Any]) -> Any:
        """Runs a method of one of their handlers; the answer has its `status` and its `answer`."""
        theirs = getattr(self.modules[module], handler)
        played = type(handler, (Played, theirs), {})(**request)
        getattr(played, method)(**parameters)
        return played


def keep_quiet(module: Any) -> None:
    """Keeps a module from printing: requests hold tokens, and what is printed gets into the server's log."""
    module.print = lambda *_, **__: None


def tame(module: Any) -> None:
    """Has a module of PyBIS wait for answers with an end, and print nothing."""
    keep_quiet(module)
    if hasattr(module, "requests"):
        module.requests = WithDeadlines(module.requests)


def registered_by(answer: Any) -> str | None:
    """The dataset that an answer of openBIS names as registered; UNKNOWN if it isn't such an answer, None for a refusal."""
    try:
        told = answer.json()
        if "error" in told:
            return None
        made = told["result"]
        if "rows" in made:  # the first API's
            (outcome, _, perm_id), *_ = made["rows"]
            return str(perm_id["value"]) if outcome["value"] == "OK" else None
        return str(made["permId"])
    except (ValueError, KeyError, TypeError):
        return UNKNOWN


class WithDeadlines:
    """The module `requests` for PyBIS, which sets no deadlines."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def _patient(self) -> Any:
        theirs = self._requests.Session

        class Session(theirs):
            def request(self, method: str, url: str, **how: Any) -> Any:
                seconds, data = getattr(patience, "seconds", WORKING), how.get("data")
                is_registering = isinstance(data, str) and any(word in data for word in REGISTERING)
                if is_registering:
                    patience.registered = UNKNOWN
                answer = super().request(method, url, **{"timeout": (CONNECTING, seconds), **how})
                if is_registering:
                    patience.registered = registered_by(answer)
                return answer

        return Session()

    def Session(self) -> Any:
        return self._patient()

    def get(self, url: str, **how: Any) -> Any:
        with self._patient() as session:
            return session.request("GET", url, **how)

    def post(self, url: str, data: Any = None, **how: Any) -> Any:
        with self._patient() as session:
            return session.request("POST", url, data=data, **how)
