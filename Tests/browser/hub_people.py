"""People who use a hub with plain requests, for the security tests."""

import re
from typing import Any

import requests
from carrel_hub import CarrelHub

PASSWORD = "a long enough pass phrase 7"


class Visitor:
    """A browser without a screen: cookies, the hub's `_xsrf`, and a few clicks."""

    def __init__(self, hub: CarrelHub) -> None:
        self.hub = hub
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str, **how: Any) -> requests.Response:
        """One request with this browser's cookies; redirects aren't followed."""
        how = {"timeout": 60, "allow_redirects": False} | how
        return self.session.request(method, self.hub.url + path, **how)

    def follow(self, path: str, rounds: int = 12) -> requests.Response:
        """As a browser goes: follows redirects of this hub only."""
        answer = self.ask("GET", path)
        while answer.is_redirect and rounds:
            rounds -= 1
            target = answer.headers["Location"]
            assert target.startswith("/") and not target.startswith("//"), target
            answer = self.ask("GET", target)
        return answer

    def cookie(self, name: str, path: str = "/hub/") -> str:
        """The value of a cookie of one path."""
        for one in self.session.cookies:
            if one.name == name and one.path == path:
                return one.value or ""
        return ""

    @property
    def xsrf(self) -> str:
        """What forms of this browser must send."""
        if not self.cookie("_xsrf"):
            self.ask("GET", "/hub/login")
        return self.cookie("_xsrf")

    def post(self, path: str, form: dict[str, str] | None = None, **how: Any) -> requests.Response:
        """Sends a form as the hub's own pages do."""
        return self.ask("POST", path, data={"_xsrf": self.xsrf} | (form or {}), **how)

    def try_to_sign_in(self, name: str, password: str, next_address: str = "") -> requests.Response:
        """One attempt at the sign-in form."""
        return self.post("/hub/login", {"username": name, "password": password, "next": next_address})

    def sign_in(self, name: str, one_time: str, password: str = PASSWORD) -> "Visitor":
        """Signs in for the first time and sets a password of one's own."""
        answer = self.try_to_sign_in(name, one_time)
        assert answer.status_code == 302, (answer.status_code, answer.text[:300])
        if "/hub/password" in answer.headers["Location"]:
            answer = self.post("/hub/password", {"new_password": password, "new_password_again": password})
            assert answer.status_code == 303, (answer.status_code, re.sub("<[^>]+>", " ", answer.text)[:600])
        return self


def person(hub: CarrelHub, name: str) -> Visitor:
    """A new user, signed in, with a password of her own."""
    return Visitor(hub).sign_in(name, hub.add_user(name))
