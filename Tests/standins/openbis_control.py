"""What a test in another process tells the stand-in for openBIS: posts of JSON to its control address."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from openbis_entities import DataSet, Sort
from openbis_faults import Failure, Fault
from openbis_messages import Answer, Request, json_answer, page_answer
from openbis_people import Person
from openbis_seed import crowd, fill, sow

if TYPE_CHECKING:
    from openbis import OpenBIS

CONTROL = "/standin/"


class Control:
    """Carries out what is told."""

    def __init__(self, openbis: "OpenBIS") -> None:
        self.openbis = openbis
        self.orders: dict[str, Callable[[dict[str, Any]], Any]] = {
            "fault": self._fault,
            "mend": lambda _: openbis.faults.mend(),
            "expire": lambda told: openbis.sessions.expire(told.get("user")),
            "revoke": lambda told: openbis.sessions.revoke(told["token"]),
            "ahead": lambda told: setattr(openbis.sessions, "ahead", told["seconds"]),
            "session": lambda told: openbis.sessions.begin(told["user"]),
            "settings": self._settings,
            "person": self._person,
            "sow": lambda told: sow(openbis, told),
            "fill": lambda told: fill(openbis, told["owner"], told["datasets"]),
            "crowd": lambda told: crowd(openbis, told["owner"], told["files"]),
            "datasets": lambda _: self._data_sets(),
            "seen": lambda _: openbis.seen,
            "forget": lambda _: openbis.seen.clear(),
        }

    def answer(self, request: Request) -> Answer:
        """Does as it is told, and answers with what came of it."""
        order = self.orders.get(request.path.removeprefix(CONTROL))
        if order is None or request.method != "POST":
            return page_answer("openBIS", "There is no such order.", 404)
        try:
            return json_answer({"done": order(request.json() if request.body else {})})
        except (Failure, KeyError, TypeError, ValueError) as problem:
            return page_answer("openBIS", f"{type(problem).__name__}: {problem}", 400)

    def _fault(self, told: dict[str, Any]) -> None:
        self.openbis.faults.add(Fault.read(told))

    def _settings(self, told: dict[str, Any]) -> None:
        """How the server is: version, references, ranges, bytes there is room for, seconds that a session lasts."""
        openbis = self.openbis
        openbis.set_version(told.get("version", openbis.calls.api_version))
        openbis.gives_references = told.get("references", openbis.gives_references)
        openbis.files.gives_ranges = told.get("ranges", openbis.files.gives_ranges)
        openbis.contents.room = told.get("room", openbis.contents.room)
        openbis.sessions.length = int(told.get("session", openbis.sessions.length / 1000) * 1000)

    def _person(self, told: dict[str, Any]) -> None:
        """Somebody new, or somebody's rights from now on."""
        self.openbis.sessions.put(Person.read(told))

    def _data_sets(self) -> list[dict[str, Any]]:
        """All that is registered, whoever may see it; how the larger contents are is told by their SHA-256."""
        contents = self.openbis.contents
        return [
            {
                "permId": one.perm_id,
                "type": one.type,
                "properties": one.properties,
                "parents": one.parents,
                "sample": one.sample,
                "experiment": one.experiment,
                "registrator": one.registrator,
                "files": {
                    file.path: {**dataclasses.asdict(file), "sha256": contents.digest(file)} for file in one.files
                },
            }
            for one in self.openbis.registry.all[Sort.DATA_SET].values()
            if isinstance(one, DataSet)
        ]
