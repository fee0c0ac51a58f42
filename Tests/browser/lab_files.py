"""What a person does with files in JupyterLab: finds them in the file browser, works on a notebook, saves it."""

import json
import re

from person import PATIENCE, Person
from playwright.sync_api import Locator, expect

MARK = "worked on"


def notebook() -> str:
    """The text of a notebook with one empty cell."""
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": ""}
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return json.dumps({"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def line(person: Person, name: str) -> Locator:
    """A line of the file browser."""
    return person.page.locator(".jp-DirListing-item").filter(has_text=re.compile(rf"^{re.escape(name)}"))


def open_lab(person: Person) -> None:
    """Opens the Lab of a running server, with the home in the file browser."""
    person.page.goto(f"{person.url}/user/{person.name}/lab?reset")
    person.await_lab()


def enter(person: Person, *names: str) -> None:
    """Goes down from folder to folder in the file browser."""
    for name in names:
        line(person, name).dblclick()
        place = person.page.locator(".jp-FileBrowser-crumbs").get_by_text(name, exact=True)
        expect(place).to_be_visible(timeout=PATIENCE)


def work_on(person: Person, name: str) -> None:
    """Opens a notebook of the folder that is shown, runs code in it, and saves it."""
    line(person, name).dblclick()
    expect(person.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE)
    output = person.run("print('worked ' + 'on')", 1)
    expect(output).to_contain_text(MARK)
    person.page.keyboard.press("Control+s")
