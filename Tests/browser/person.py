"""What a person does in a browser. Parts are found by role and label, as people and screen readers find them."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

PASSWORD = "violet kettle over the fjord"
# A cold start of the debug build on a busy machine.
PATIENCE = 180_000
# How often a menu that closed by itself is opened again.
MENU_TRIES = 18


@dataclass
class Person:
    """Somebody with a browser, at one hub."""

    name: str
    one_time_password: str
    page: Page
    url: str
    has_chosen: bool = False

    # Carrel's pages

    def sign_in(self) -> None:
        """Signs in; the first time with the one-time password, which has to be replaced."""
        self.page.goto(f"{self.url}/hub/login")
        self.page.get_by_label("User name").fill(self.name)
        password = PASSWORD if self.has_chosen else self.one_time_password
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        if not self.has_chosen:
            self.choose_password()
        expect(self.page.get_by_role("heading", name="Your servers")).to_be_visible()

    def choose_password(self) -> None:
        """Replaces the one-time password."""
        expect(self.page.get_by_role("heading", name="Choose your password")).to_be_visible()
        self.page.get_by_label("New password").fill(PASSWORD)
        self.page.get_by_label("The same once more").fill(PASSWORD)
        self.page.get_by_role("button", name="Save and go on").click()
        self.has_chosen = True

    def go_home(self) -> None:
        self.page.goto(f"{self.url}/hub/home")

    def sign_out(self) -> None:
        self.go_home()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_text("You are signed out.")).to_be_visible()

    def press_start(self) -> None:
        """Presses Start on the home page."""
        self.go_home()
        self.page.get_by_role("button", name=re.compile("^Start")).click()

    def start(self) -> None:
        """Presses Start and waits until JupyterLab is there."""
        self.press_start()
        self.await_lab()

    def stop(self) -> None:
        """Presses Stop on the home page and waits until the page says so."""
        self.go_home()
        self.page.get_by_role("button", name=re.compile("^Stop")).click()
        expect(self.page.get_by_role("button", name=re.compile("^Start"))).to_be_visible(timeout=PATIENCE)

    # JupyterLab

    def await_lab(self) -> None:
        """Waits until JupyterLab is drawn and its splash is gone."""
        self.page.wait_for_url(re.compile(rf"/user/{self.name}/lab"), timeout=PATIENCE)
        expect(self.page.get_by_role("menubar")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0, timeout=PATIENCE)

    def choose(self, menu: str, entry: str | re.Pattern[str]) -> None:
        """Chooses an entry of JupyterLab's menu bar.

        While JupyterLab puts its tabs back it takes the keyboard's focus, which closes an open menu: it is opened
        again then.
        """
        bar = self.page.get_by_role("menubar").get_by_role("menuitem", name=menu, exact=True)
        item = self.page.get_by_role("menu").get_by_role("menuitem", name=entry)
        for _ in range(MENU_TRIES):
            bar.click()
            try:
                item.click(timeout=PATIENCE / MENU_TRIES)
            except PlaywrightTimeout:
                self.page.keyboard.press("Escape")
            else:
                return
        raise AssertionError(f"the menu {menu} did not stay open long enough to choose {entry!r}")

    def new_notebook(self) -> None:
        """Makes a notebook from the launcher and waits for its kernel."""
        self.page.get_by_title("Python 3 (ipykernel)").first.click()
        expect(self.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)

    def run(self, code: str, number: int) -> Locator:
        """Runs code in the last cell; gives the output of that cell, which is the `number`-th one."""
        cell = self.page.get_by_role("tabpanel").get_by_role("textbox").last
        cell.click()
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")
        expect(self.page.get_by_text(f"[{number}]:").first).to_be_visible(timeout=PATIENCE)
        return self.page.locator(".jp-Cell").nth(number - 1).locator(".jp-OutputArea")

    def save_as(self, name: str) -> None:
        """Saves the untitled notebook under a name."""
        self.page.keyboard.press("Control+s")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(name)
        dialog.get_by_role("button", name=re.compile("Rename")).click()
        expect(self.page.get_by_role("tab", name=re.compile(name))).to_be_visible()
