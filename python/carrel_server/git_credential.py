"""A credential helper of git's (`git-credential(1)`): asks the hub for the token that the user gave it for a host.

Run by git, as `python -I -m carrel_server.git_credential get`. Nothing is kept, and nothing but the host is sent; where the hub has
nothing, or isn't reached, git is told nothing and goes on as without it.
"""

import contextlib
import http.client
import os
import sys
from collections.abc import MutableMapping

from carrel_server import hub_call

# Seconds.
DEADLINE = 10.0


def ask(api: str, token: str, protocol: str, host: str) -> dict[str, str]:
    """The user name and the token; nothing if there are none."""
    question = {"protocol": protocol, "host": host}
    status, answer = hub_call.ask(api, token, "git-credential", question, DEADLINE)
    return answer if status == 200 else {}


def main() -> None:
    """Answers git, on standard output."""
    api, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if sys.argv[1:] != ["get"] or not api or not token:
        return
    asked = dict(line.rstrip("\n").partition("=")[::2] for line in sys.stdin)
    if asked.get("protocol") not in ("http", "https") or not asked.get("host"):
        return
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        known = ask(api, token, asked["protocol"], asked["host"])
        name, secret = known.get("username"), known.get("password")
        if name and secret and asked.get("username", name) == name:
            sys.stdout.write(f"username={name}\npassword={secret}\n")


def use(environment: MutableMapping[str, str], python: str) -> None:
    """Has every git that is started with this environment ask here, after what its user configured."""
    if environment.get("JUPYTERHUB_API_URL") and "GIT_CONFIG_COUNT" not in environment:
        quoted = python.replace("'", "'\\''")
        environment["GIT_CONFIG_COUNT"] = "1"
        environment["GIT_CONFIG_KEY_0"] = "credential.helper"
        environment["GIT_CONFIG_VALUE_0"] = f"!'{quoted}' -I -m carrel_server.git_credential"


if __name__ == "__main__":
    main()
