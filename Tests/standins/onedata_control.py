"""How a test in another process tells the stand-in for Onedata what to do: JSON by POST to a port of its own."""

import base64
import hashlib
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from onedata_errors import Refusal
from onedata_faults import Fault, Kind
from onedata_messages import Answer, Request, Route, json_answer
from onedata_seed import put
from onedata_tokens import check_caveats

if TYPE_CHECKING:
    from onedata import Onedata


class Control:
    """What can be asked for: `{"do": WORD, …}`."""

    def __init__(self, onedata: "Onedata") -> None:
        self.onedata = onedata
        self.works: dict[str, Callable[[dict[str, Any]], Any]] = {
            "fault": self.fault,
            "mend": self.mend,
            "stop": self.stop,
            "start": self.start,
            "provider": self.provider,
            "token": self.token,
            "expire": self.expire,
            "revoke": self.revoke,
            "quota": self.quota,
            "fill": self.fill,
            "put": self.put,
            "change": self.change,
            "hash": self.hash,
            "seen": self.seen,
        }

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route("control", "POST", "/control", self.answer)]

    def answer(self, request: Request) -> Answer:
        """Does it."""
        asked = request.body.json()
        try:
            return json_answer({"done": self.works[asked["do"]](asked)})
        except (KeyError, TypeError, ValueError) as problem:
            raise Refusal("badValueNotAllowed", key=str(problem)) from problem

    def fault(self, asked: dict[str, Any]) -> None:
        """Turns a fault on."""
        said = {name: value for name, value in asked.items() if name not in ("do", "kind")}
        self.onedata.faults.add(Fault(Kind(asked["kind"]), **said))

    def mend(self, _: dict[str, Any]) -> None:
        """Turns all faults off."""
        self.onedata.faults.mend()

    def stop(self, asked: dict[str, Any]) -> None:
        """Closes a port and its connections."""
        self.onedata.stop(asked["door"])

    def start(self, asked: dict[str, Any]) -> None:
        """Opens it again."""
        self.onedata.start(asked["door"])

    def provider(self, asked: dict[str, Any]) -> None:
        """Changes what Onezone says of a provider, or whether it replaces files by a rename."""
        provider = self.onedata.federation.provider_named(asked["name"])
        provider.is_online = asked.get("online", provider.is_online)
        provider.version = asked.get("version", provider.version)
        provider.replaces = asked.get("replaces", provider.replaces)

    def token(self, asked: dict[str, Any]) -> str:
        """A new token of somebody; `until` is short for a caveat of time."""
        user = self.onedata.federation.user_named(asked["user"])
        ends = [{"type": "time", "validUntil": asked["until"]}] if "until" in asked else []
        return self.onedata.federation.tokens.make(user.id, check_caveats(asked.get("caveats", []) + ends)).text

    def expire(self, asked: dict[str, Any]) -> None:
        """Lets a token end."""
        self.onedata.federation.tokens.expire(asked["token"])

    def revoke(self, asked: dict[str, Any]) -> None:
        """Revokes a token."""
        self.onedata.federation.tokens.tokens[asked["token"]].is_revoked = True

    def quota(self, asked: dict[str, Any]) -> None:
        """Sets how many bytes a space holds; null is without limit."""
        self.onedata.federation.space_named(asked["space"]).tree.quota = asked["bytes"]

    def fill(self, asked: dict[str, Any]) -> None:
        """Makes many empty files in a new folder: `0000000`, `0000001`, …"""
        tree = self.onedata.federation.space_named(asked["space"]).tree
        folder = tree.add(tree.root, asked["folder"], "DIR", "nobody")
        for number in range(asked["files"]):
            tree.add(folder, f"{number:07}", "REG", "nobody")

    def put(self, asked: dict[str, Any]) -> None:
        """A new file; its content is Base64, or so many bytes of a known sequence."""
        data = base64.b64decode(asked["data"]) if "data" in asked else sequence(asked["bytes"])
        put(self.onedata.federation.space_named(asked["space"]), asked["path"], data)

    def change(self, asked: dict[str, Any]) -> None:
        """Changes a byte of a file, which keeps its size and gets a time ten seconds later."""
        tree = self.onedata.federation.space_named(asked["space"]).tree
        node = tree.find(asked["path"])
        tree.write(node, node.size - 1, b"!")
        node.times["mtime"] += 10

    def hash(self, asked: dict[str, Any]) -> dict[str, str]:
        """SHA-256 of each file directly in a folder; names are in hexadecimal, so that no form of a letter gets lost."""
        tree = self.onedata.federation.space_named(asked["space"]).tree
        folder = tree.find(asked.get("folder", ""))
        files = [node for node in folder.children.values() if not node.is_folder]
        return {
            node.name.encode().hex(): hashlib.sha256(b"".join(tree.read(node, 0, node.size))).hexdigest()
            for node in files
        }

    def seen(self, asked: dict[str, Any]) -> list[str]:
        """The names of the calls that came to a door, in order."""
        return self.onedata.seen(asked["door"])


def sequence(size: int) -> bytes:
    """Bytes that don't repeat soon: the numbers from 0 on, of four bytes each, the largest first."""
    numbers = array("I", range(-(-size // 4)))
    numbers.byteswap()
    return numbers.tobytes()[:size]
