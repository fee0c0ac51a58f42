"""A small client for StorageHub, for the tests of its stand-in; it follows the project's notes and nothing else."""

import json
from typing import Any, Self
from urllib.parse import quote

import requests
from storagehub_tokens import TOKEN, UMA

LIMIT = 30


class Refused(Exception):
    """A status other than 200."""

    def __init__(self, answer: requests.Response) -> None:
        self.status = answer.status_code
        is_json = answer.headers.get("Content-Type") == "application/json"
        self.exception = answer.json().get("exceptionClass", "").rpartition(".")[2] if is_json else ""
        super().__init__(f"{self.status} {self.exception}")


class Visitor:
    """Somebody with a token for a context."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    @classmethod
    def sign_in(cls, url: str, name: str, context: str) -> Self:
        """From a name and a password, here the same, to a token for a context."""
        told = {"grant_type": "password", "username": name, "password": name}
        access = checked(requests.post(url + TOKEN, data=told, timeout=LIMIT)).json()["access_token"]
        return cls(url, ticket(url, access, context))

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """A call with the token."""
        shown = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return checked(requests.request(method, f"{self.url}/workspace{path}", headers=shown, timeout=LIMIT, **more))

    def item(self, path: str, **query: Any) -> dict[str, Any]:
        """An item."""
        return self.call("GET", path, params=query).json()["item"]

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """A list of items."""
        return self.call("GET", path, params=query).json()["itemlist"]

    @property
    def root(self) -> str:
        """The identifier of the root."""
        return self.item("/")["id"]

    def titles(self, folder: str) -> list[str]:
        """What people see in a folder."""
        return [item["title"] for item in self.items(f"/items/{folder}/children")]

    def named(self, folder: str, name: str) -> list[dict[str, Any]]:
        """Children by name or title."""
        return self.items(f"/items/{folder}/items/{quote(name, safe='')}")

    def make_folder(self, parent: str, name: str) -> str:
        """A folder."""
        form = {"name": name, "description": "", "hidden": "false"}
        return self.call("POST", f"/items/{parent}/create/FOLDER", data=form).text

    def upload(self, parent: str, name: str, content: bytes, kind: str = "FILE") -> str:
        """A file, or an archive to be unpacked."""
        told = {"parentFolderName": name} if kind == "ARCHIVE" else {"name": name, "description": ""}
        parts = {key: (None, text.encode()) for key, text in told.items()}
        return self.call("POST", f"/items/{parent}/create/{kind}", files={**parts, "file": ("file", content)}).text

    def content(self, item: str) -> bytes:
        """The bytes of a file."""
        return self.call("GET", f"/items/{item}/download").content

    def delete(self, item: str, force: bool = False) -> None:
        """Into the trash, or for ever."""
        self.call("DELETE", f"/items/{item}", params={"force": json.dumps(force)})

    def rename(self, item: str, name: str) -> None:
        """Another name."""
        self.call("PUT", f"/items/{item}/rename", data={"newName": name})

    def move(self, item: str, folder: str) -> None:
        """Another folder."""
        self.call("PUT", f"/items/{item}/move", data={"destinationId": folder})


def checked(answer: requests.Response) -> requests.Response:
    """The answer, if it says yes."""
    if answer.status_code != 200:
        raise Refused(answer)
    return answer


def ticket(url: str, access: str, context: str) -> str:
    """A token for a context, for one of a sign-in (reference `egi.md` 1.6)."""
    told = {
        "grant_type": UMA,
        "claim_token_format": "urn:ietf:params:oauth:token-type:jwt",
        "audience": quote(context, safe=""),
    }
    shown = {"Authorization": f"Bearer {access}"}
    return checked(requests.post(url + TOKEN, data=told, headers=shown, timeout=LIMIT)).json()["access_token"]
