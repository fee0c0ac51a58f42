"""Packages of one's own in a real JupyterLab: what `pip install` loses at a stop, an environment of one's own keeps."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
import wheelhouse
from carrel_hub import ENVIRONMENT, CarrelHub
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, Locator, Page, expect

VARIABLES = """\
    variables:
      PIP_NO_INDEX: "1"
      PIP_FIND_LINKS: {wheels}
sandbox:
  readOnlyPaths: [{wheels}]
"""


@pytest.fixture
def hub_with_wheels() -> Iterator[CarrelHub]:
    """A hub whose servers find packages in a folder."""
    hub = CarrelHub()
    try:
        wheels = hub.folder / "wheels"
        wheelhouse.fill(wheels, ENVIRONMENT)
        hub.configuration.write_text(hub.configuration.read_text() + VARIABLES.format(wheels=wheels))
        hub.start()
        yield hub
    finally:
        hub.close()


def new_notebook(person: Person, kernel: str) -> None:
    """Makes a notebook from a new launcher and waits for its kernel."""
    page = person.page
    person.choose("File", "New Launcher")
    page.get_by_role("tabpanel").get_by_title(kernel, exact=True).first.click()
    expect(page.get_by_text(re.compile(rf"^{re.escape(kernel)} \| Idle"))).to_be_visible(timeout=PATIENCE)


def run(page: Page, code: str, number: int) -> Locator:
    """Runs code in the last cell of the notebook that is seen; gives the output of that cell, the `number`-th one."""
    notebook = page.locator(".jp-NotebookPanel:visible")
    notebook.get_by_role("textbox").last.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    expect(notebook.get_by_text(f"[{number}]:").first).to_be_visible(timeout=PATIENCE)
    return notebook.locator(".jp-Cell").nth(number - 1).locator(".jp-OutputArea")


def make_environment(person: Person, name: str, packages: str) -> None:
    """Fills in the dialog of the menu Kernel."""
    person.choose("Kernel", "New Environment…")
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Packages, apart by spaces").fill(packages)
    dialog.get_by_role("button", name="Make it").click()


def test_an_environment_of_ones_own_outlasts_the_server(
    hub_with_wheels: CarrelHub, contexts: Callable[..., BrowserContext], report: Callable[[str], None]
) -> None:
    page = contexts(viewport={"width": 1400, "height": 900}).new_page()
    mia = Person("mia", hub_with_wheels.add_user("mia"), page, hub_with_wheels.url)
    mia.sign_in()
    mia.start()

    # The shared environment: gone at the stop, and pip says so, once.
    mia.new_notebook()
    expect(run(page, "%pip install fancy", 1)).to_contain_text("carrel-env create", timeout=PATIENCE)
    expect(run(page, "%pip install --force-reinstall fancy", 2)).to_contain_text("Successfully installed")
    expect(page.get_by_text("carrel-env create")).to_have_count(1)
    expect(run(page, "import fancy; fancy.WORD", 3)).to_contain_text("fancy that")

    # One's own, by the menu.
    make_environment(mia, "Not A Name", "")
    status = page.get_by_role("dialog").get_by_role("status")
    expect(status).to_contain_text("can't be called")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    begun = time.monotonic()
    make_environment(mia, "course", "fancy")
    expect(status).to_contain_text("course is ready", timeout=2 * PATIENCE)
    report(f"an environment of one's own: ready after {time.monotonic() - begun:.1f} s")
    expect(page.get_by_role("dialog")).to_contain_text("Installing ipykernel fancy")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    new_notebook(mia, "course")
    expect(run(page, "import fancy, sys; print(fancy.WORD, sys.prefix)", 1)).to_contain_text("environments/course")

    mia.stop()
    mia.start()
    # Without the tabs from before, which ask for kernels as they weren't saved.
    page.goto(f"{mia.url}/user/mia/lab?reset")
    mia.await_lab()
    new_notebook(mia, "course")
    expect(run(page, "import fancy; fancy.WORD", 1)).to_contain_text("fancy that")
    new_notebook(mia, "Python 3 (ipykernel)")
    expect(run(page, "import fancy", 1)).to_contain_text("No module named 'fancy'")

    made = hub_with_wheels.home("mia") / ".local/share/carrel/environments/course"
    assert (made / "environment.whole").exists()
