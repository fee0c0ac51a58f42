"""What is looked at before and after a handler of `jupyter-openbis-server` does its work, on the same thread."""

from collections.abc import Callable
from typing import Any

from carrel_openbis.stock import UNKNOWN, patience


class Around:
    """Nothing is looked at."""

    def before(self, connection: Any) -> None:
        """May refuse, by raising `Trouble`."""

    def after(self, connection: Any, played: Any) -> None:
        """May change `played.status` and `played.answer`, or refuse."""


class ExplainedUpload(Around):
    """Says which field is wrong where theirs only says that something is; that is looked up when it went wrong.

    Theirs also takes for a failure what was registered when only the answer, or what is asked afterwards, was lost.
    """

    def before(self, connection: Any) -> None:
        patience.registered = None

    def after(self, connection: Any, played: Any) -> None:
        wanted, registered = played.body or {}, patience.registered
        if played.status == 200:
            return
        if registered == UNKNOWN:
            played.answer = played.answer | {"unsure": True}
            return
        if registered is not None:
            words = f"DataSet successfully registered: {connection.name} with permId: {registered}"
            played.status, played.answer = 200, {"status": 200, "statusText": words}
            return
        if "errors" in played.answer:
            return
        parents, owner = wanted.get("parents") or [], wanted.get("entityIdentifier") or ""
        openbis = connection.openbis
        found = [
            {"parent": f"Parent DataSet not found: {one}"} for one in parents if not is_there(openbis.get_dataset, one)
        ]
        if not any(is_there(get, owner) for get in (openbis.get_sample, openbis.get_experiment)):
            found.insert(0, {"entityIdentifier": f"No such Object or Collection: {owner}"})
        if found:
            played.answer = {"errors": found}


def is_there(get: Callable[[str], Any], identifier: str) -> bool:
    """Whether openBIS has something that this person may see."""
    try:
        return get(identifier) is not None
    except ValueError:
        return False
