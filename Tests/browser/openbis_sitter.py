"""Somebody with a notebook open, and the openBIS buttons of its toolbar."""

import json
import re
from pathlib import Path
from typing import Any

from person import PATIENCE
from playwright.sync_api import Locator, Page, expect


class Sitter:
    """The notebook is the file at `path`; `page` shows it at `url`."""

    def __init__(self, page: Page, path: Path, url: str, referer: str | None = None) -> None:
        self.page, self.path = page, path
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url, referer=referer)
        expect(self.tool("Choose openBIS connection")).to_be_visible()
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)

    def tool(self, name: str) -> Locator:
        """A button of the notebook's toolbar."""
        return self.page.get_by_role("button", name=name)

    def open(self, name: str) -> Locator:
        """Presses such a button; the dialog."""
        self.tool(name).click()
        return self.dialog

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.dialog.get_by_role("button", name=name, exact=isinstance(name, str))

    def field(self, name: str, exact: bool = False) -> Locator:
        return self.dialog.get_by_label(name, exact=exact)

    def says(self, words: str | re.Pattern[str], patience: float = PATIENCE) -> None:
        """Waits until the dialog says how it went."""
        expect(self.dialog.locator(".openbis-message")).to_contain_text(words, timeout=patience)

    def close(self) -> None:
        self.button("Close").click()
        expect(self.dialog).to_have_count(0)

    @property
    def saved(self) -> dict[str, Any]:
        """The notebook's metadata in its file; none while that is being written."""
        try:
            return json.loads(self.path.read_text())["metadata"]
        except ValueError:
            return {}
