"""`carrel-token`: an access token of the provider that the user signed in with, fresh from the hub.

    carrel-token                                print one
    carrel-token egi                            of this provider, for who has several
    carrel-token --save FILE                    write it into a file that only its owner can read
    carrel-token --save FILE --keep             and put the next one in its place before it ends, until interrupted

A program gets one with `token()`. Nothing is kept between calls: the hub gives the same token as long as it is good.
"""

import argparse
import contextlib
import http.client
import os
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from carrel_server import hub_call

# Seconds. The hub may have to ask the provider.
DEADLINE = 30.0
# How long before its end a token in a file is replaced; the hub gives none that ends sooner than in a minute.
EARLY = 90.0
# How long until it is tried again when there is none, and at most until a token without an end is asked for again.
AGAIN = 15.0
LONGEST = 600.0


class NoToken(Exception):
    """There is no token; the words are for the user."""


@dataclass(frozen=True)
class AccessToken:
    """A token, and when it ends, if the provider said so."""

    text: str
    ends: datetime | None

    def until_next(self, now: datetime) -> float:
        """In how many seconds the next one is asked for."""
        if self.ends is None:
            return LONGEST
        return min(max((self.ends - now).total_seconds() - EARLY, AGAIN), LONGEST)


def fetch(provider: str | None = None) -> AccessToken:
    """Asks the hub. Raises NoToken."""
    api, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if not api or not token:
        raise NoToken("This isn't a server of a hub: JUPYTERHUB_API_URL and JUPYTERHUB_API_TOKEN are missing.")
    try:
        status, answer = hub_call.ask(api, token, "access-token", {"authenticator": provider}, DEADLINE)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoToken(f"The hub doesn't answer: {error}") from error
    if status != 200:
        raise NoToken(str(answer.get("message", f"The hub answered with status {status}.")))
    try:
        ends = answer["expires_at"]
        return AccessToken(answer["access_token"], datetime.fromisoformat(ends) if ends else None)
    except (KeyError, TypeError, ValueError) as error:
        raise NoToken("The hub's answer can't be understood: it may be of another version.") from error


def token(provider: str | None = None) -> str:
    """An access token that is good for a minute at least. Raises NoToken."""
    return fetch(provider).text


def save(text: str, path: Path) -> None:
    """Puts a token into a file in one step, so that nobody reads half of one."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def keep(provider: str | None, path: Path, ended: threading.Event) -> None:
    """Keeps a file with a good token until `ended`; where there is none for a while it goes on trying and says so."""
    problem = ""
    while not ended.is_set():
        try:
            found = fetch(provider)
            save(found.text, path)
            wait, problem = found.until_next(datetime.now(UTC)), ""
        except NoToken as error:
            if str(error) != problem:
                problem = str(error)
                print(problem, file=sys.stderr, flush=True)
            wait = AGAIN
        ended.wait(wait)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="carrel-token", description="A fresh access token of your provider.")
    parser.add_argument("provider", nargs="?", help="its name, for who signed in with several")
    parser.add_argument("--save", metavar="FILE", type=Path, help="write it there instead of printing it")
    parser.add_argument("--keep", action="store_true", help="with --save: replace it before it ends, until interrupted")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('carrel_server')}")
    words = parser.parse_args()
    if words.keep and not words.save:
        parser.error("--keep needs --save FILE")
    try:
        if words.keep:
            with contextlib.suppress(KeyboardInterrupt):
                keep(words.provider, words.save, threading.Event())
        elif words.save:
            save(token(words.provider), words.save)
        else:
            print(token(words.provider))
    except (NoToken, OSError) as error:
        sys.exit(f"carrel-token: {error}")
