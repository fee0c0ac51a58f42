"""Takes pictures of the pages of a running hub: light, dark, and on a phone.

.venv-test/bin/python Tests/browser/take_screenshots.py docs/images
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import Browser, expect, sync_playwright

DESK = {"width": 1180, "height": 760}
PHONE = {"width": 390, "height": 800}
WAYS = {"light": ("light", DESK), "dark": ("dark", DESK), "phone": ("light", PHONE)}


class Photographer:
    """Saves the pages of one person, in one look, as `FOLDER/PAGE-LOOK.png`."""

    def __init__(self, person: Person, look: str, folder: Path) -> None:
        self.person = person
        self.look = look
        self.folder = folder

    def take(self, name: str) -> None:
        """Saves what is to be seen now."""
        path = self.folder / f"{name}-{self.look}.png"
        self.person.page.screenshot(path=path, animations="disabled")
        print(path)

    def take_all(self) -> None:
        """Goes through the main job."""
        person, page = self.person, self.person.page
        page.goto(f"{person.url}/hub/login")
        self.take("sign-in")
        person.sign_in()
        page.goto(f"{person.url}/user/{person.name}/lab")
        self.take("not-running")
        person.press_start()
        expect(page.get_by_role("list", name="What has happened so far").get_by_role("listitem").first).to_be_visible()
        self.take("start")
        person.await_lab()
        person.go_home()
        self.take("home")
        page.goto(f"{person.url}/hub/nothing-here")
        self.take("error")
        person.stop()


@contextmanager
def browser_running() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


def main() -> None:
    """Takes them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    hub = CarrelHub()
    hub.start()
    try:
        with browser_running() as browser:
            for look, (scheme, viewport) in WAYS.items():
                name = {"light": "ada", "dark": "grace", "phone": "emmy"}[look]
                context = browser.new_context(color_scheme=scheme, viewport=viewport)
                person = Person(name, hub.add_user(name), context.new_page(), hub.url)
                Photographer(person, look, folder).take_all()
                context.close()
    finally:
        hub.close()


if __name__ == "__main__":
    main()
