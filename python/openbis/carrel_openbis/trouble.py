"""What goes wrong with an openBIS, in words for the person it happens to. No token gets into them."""

import json
import re
from dataclasses import dataclass
from typing import Any

# A session's token, `USER-240101120000000x<32 hex digits>`, and a personal access token.
TOKEN = re.compile(r"\$pat-[^\s'\"»«]+|[^\s'\"»«:=]+-\d{15}x[0-9A-Fa-f]{32}")


@dataclass
class Trouble(Exception):
    """An answer that isn't what was asked for."""

    status: int
    reason: str


def without_tokens(text: str) -> str:
    """A text that may be shown."""
    return TOKEN.sub("…", text)


def clean(answer: Any) -> Any:
    """An answer without tokens, whatever PyBIS wrote into it."""
    if isinstance(answer, str):
        return without_tokens(answer)
    if isinstance(answer, list):
        return [clean(one) for one in answer]
    if isinstance(answer, dict):
        return {key: clean(value) for key, value in answer.items()}
    return answer


def kinds(error: BaseException) -> set[str]:
    """The names of all classes of an error and of what caused it: those of requests and urllib3 aren't imported for this."""
    found: set[str] = set()
    at: BaseException | None = error
    while at is not None:
        found |= {kind.__name__ for kind in type(at).__mro__}
        at = at.__cause__ or at.__context__
    return found


def told(error: BaseException, url: str) -> Trouble:
    """What an error of PyBIS means."""
    if isinstance(error, Trouble):
        return error
    what = kinds(error)
    if "SSLError" in what:
        return Trouble(502, f"The certificate of {url} isn’t trusted, so nothing was sent to it.")
    if "NewConnectionError" in what:  # which urllib3 counts among the timeouts
        return Trouble(502, f"{url} can’t be reached. It may be down, or the address may be wrong.")
    if what & {"Timeout", "ReadTimeoutError", "ConnectTimeoutError"}:
        return Trouble(504, f"{url} doesn’t answer. Try again later, or ask those who run it.")
    if what & {"ConnectionError", "ProtocolError"}:
        return Trouble(502, f"The connection to {url} broke off. Try again.")
    if what & {"JSONDecodeError"} or isinstance(error, json.JSONDecodeError):
        return Trouble(502, f"What answers at {url} isn’t an openBIS.")
    said = without_tokens(str(error)).strip() or type(error).__name__
    if re.search(r"not logged in|session (expired|is no longer valid)|session.*invalid", said, re.IGNORECASE):
        return Trouble(401, f"Your session at {url} has ended.")
    if found := re.match(r"general error while performing post request\. (\d+)", said):
        return Trouble(502, f"{url} answered with an error ({found[1]}). Try again later.")
    return Trouble(502, f"openBIS said: {said}")
