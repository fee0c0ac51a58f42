"""A JupyterLab whose hub is a stand-in that the test speaks for, and somebody who sits at it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from carrel_hub import eventually
from person import PATIENCE, Person
from playwright.sync_api import Locator, Page, expect
from single_user import Server

COURSE = {"name": "course", "title": "Spring school", "kind": "temporary"}


class Desk:
    """A JupyterLab with its hub, as one person sees it."""

    def __init__(self, server: Server, url: str) -> None:
        self.server = server
        self.hub = server.hub
        self.url = url
        self.home = server.folder / "home"

    def says(self, *notices: dict[str, Any], instance: dict[str, str] = COURSE) -> None:
        """What the hub says from now on. The server asks it at most once a second, so it is waited for."""
        self.hub.notices.answer = {"instance": instance, "notices": list(notices)}
        wanted = (instance, [notice["id"] for notice in notices])
        self.await_answer(lambda told: (told["instance"], [one["id"] for one in told["notices"]]) == wanted)

    def await_answer(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Waits until the server answers as wanted."""
        assert eventually(lambda: wanted(self.server.ask("GET", "carrel/notices").json()))

    def notice(self, identity: str, title: str, ends: timedelta | None = None, **more: Any) -> dict[str, Any]:
        at = None if ends is None else (self.hub.notices.now + ends).isoformat()
        return {"id": identity, "kind": "end" if ends else "message", "title": title, "text": "", "at": at} | more


class Sitter(Person):
    """Somebody in JupyterLab, and what the browser complained of."""

    complaints: list[str]

    def open(self) -> None:
        """Opens JupyterLab and waits until the hub was asked."""
        with self.page.expect_response(re.compile("/carrel/notices")):
            self.page.goto(f"{self.url}/user/alice/lab")
        self.await_lab()
        # The last that it opens by itself, and gives the focus to.
        expect(self.page.locator(".jp-Launcher")).to_be_visible(timeout=PATIENCE)

    def look_again(self) -> None:
        """Comes back to the tab."""
        with self.page.expect_response(re.compile("/carrel/notices")):
            self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    @property
    def banner(self) -> Locator:
        return self.page.get_by_role("region", name="Notices of the hub")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("contentinfo").locator(".carrel-Status")


def top(page: Page) -> float:
    """Where JupyterLab's menus begin."""
    box = page.locator("#jp-top-panel").bounding_box()
    assert box
    return box["y"]
