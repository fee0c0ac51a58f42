"""The six kernels in a real JupyterLab, in the sandbox with its usual limits: the example notebook of each, run to its end."""

import re
import time
from collections.abc import Callable

from carrel_hub import CarrelHub, eventually
from person import PATIENCE, Person
from playwright.sync_api import expect

# Of each example: the name of its kernel on the page, what its last cells show, and whether there is a plot.
EXAMPLES = {
    "Bash": ("Bash", ["Good day, reader.", "3 squared is 9"], False),
    "Octave": ("Octave", ["ans =", "3   2"], True),
    "Python 2": ("Python 2 (Jython)", ["0 1", "(' ', 2)", "'java.util.Locale'"], False),
    "Python 3": ("Python 3 (ipykernel)", ["11.65"], True),
    "R": ("R", ["speed", "3.93"], True),
    "SoS": ("SoS", ["R found a slope of 1.94.", "1.94"], False),
}


def test_each_kernel_runs_its_example(
    hub: CarrelHub, people: Callable[..., Person], report: Callable[[str], None]
) -> None:
    kim = people("kim")
    page = kim.page
    page.set_viewport_size({"width": 1400, "height": 900})
    kim.sign_in()
    kim.start()
    launcher = page.get_by_role("region", name="Launcher").or_(page.locator(".jp-Launcher"))
    for kernel, _, _ in EXAMPLES.values():
        expect(launcher.get_by_title(kernel).first).to_be_visible()
    kim.choose("Kernel", "Kernels of This Server…")
    lines = page.get_by_role("dialog").get_by_role("listitem")
    expect(lines).to_have_count(len(EXAMPLES))
    for kernel, _, _ in EXAMPLES.values():
        expect(lines.filter(has_text=f"{kernel}: ready").first).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()

    for name, (kernel, wanted, is_plotted) in EXAMPLES.items():
        begun = time.monotonic()
        kim.choose("Help", f"Example Notebook: {name}")
        expect(page.get_by_role("tab", name=re.compile(rf"^{name}\.ipynb"))).to_be_visible()
        expect(page.get_by_text(f"{kernel} | Idle")).to_be_visible(timeout=PATIENCE)
        started = time.monotonic() - begun
        kim.choose("Run", re.compile("^Run All Cells$"))
        notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        for text in wanted:
            output = notebook.locator(".jp-OutputArea").filter(has_text=text)
            expect(output.first).to_be_visible(timeout=PATIENCE)
        if is_plotted:
            expect(notebook.locator(".jp-OutputArea").get_by_role("img").first).to_be_visible(timeout=PATIENCE)
        report(f"{kernel}: idle after {started:.1f} s, example run after {time.monotonic() - begun:.1f} s")
        page.keyboard.press("Control+s")
        choose_close(kim)

    examples = hub.home("kim") / "Examples"
    # Beside a notebook that is just being saved there is its draft.
    assert eventually(lambda: sorted(file.stem for file in examples.glob("*.ipynb")) == sorted(EXAMPLES))


def choose_close(person: Person) -> None:
    """Closes the notebook and ends its kernel."""
    person.choose("File", re.compile("^Close and Shut Down"))
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^(Ok|Shut Down)")).click()
    expect(dialog).to_have_count(0)


def test_the_extensions_are_loaded(people: Callable[..., Person]) -> None:
    lou = people("lou")
    page = lou.page
    page.set_viewport_size({"width": 1400, "height": 900})
    lou.sign_in()
    lou.start()
    expect(page.get_by_role("tab", name="Git", exact=True)).to_be_visible()
    expect(page.get_by_role("menuitem", name="Git", exact=True)).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("Mem:")
    page.goto(f"{lou.url}/user/lou/git-pull?repo=https://repository.invalid/none")
    expect(page.get_by_text(re.compile("Syncing|nbgitpuller", re.IGNORECASE)).first).to_be_visible()
