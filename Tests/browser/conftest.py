"""A hub, a browser and people, for the tests in this folder."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from binder import SETTINGS, Repositories
from carrel_hub import CarrelHub
from elsewhere import Elsewhere
from person import PATIENCE, Person
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

FAILURES = Path(__file__).parent / "failures"
expect.set_options(timeout=PATIENCE)

failed_reports = pytest.StashKey[dict[str, pytest.TestReport]]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, undisturbed by other tests; root has to run it without its own sandbox."""
    assert shutil.which("chromium"), "chromium isn't installed: make setup-test"
    program = Path(__file__).with_name("calm_chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        one = playwright.chromium.launch(executable_path=program, args=arguments)
        yield one
        one.close()


def running_hub() -> Iterator[CarrelHub]:
    """A hub until the fixture ends."""
    hub = CarrelHub()
    hub.start()
    try:
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="session")
def hub() -> Iterator[CarrelHub]:
    """The hub that most tests share, each with users of its own."""
    yield from running_hub()


@pytest.fixture
def own_hub() -> Iterator[CarrelHub]:
    """A hub for one test alone, which may break it."""
    yield from running_hub()


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repositories]:
    """None at first."""
    folder = tmp_path_factory.mktemp("repositories") / "offered"
    folder.mkdir()
    with Elsewhere(folder) as elsewhere:
        yield Repositories(folder, elsewhere)


@pytest.fixture(scope="module")
def binder_hub() -> Iterator[CarrelHub]:
    """A hub with launch links."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS)
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def contexts(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers as good as separate ones; what they show is kept when the test fails."""
    made: list[BrowserContext] = []

    def make(**how: Any) -> BrowserContext:
        context = browser.new_context(**how)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    if request.node.stash.get(failed_reports, {}):
        keep_pictures(request.node.name, made)
    for context in made:
        context.close()


@pytest.fixture
def people(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Makes users of the shared hub, each with a browser."""

    def make(name: str, **how: Any) -> Person:
        page = contexts(**how).new_page()
        return Person(name, hub.add_user(name), page, hub.url)

    return make


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Notes a measured figure, to be shown at the end of the run, by whichever process ran the test."""
    return lambda line: record_property("figure", line)


def keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    """Saves what all open pages show."""
    FAILURES.mkdir(exist_ok=True)
    plain = re.sub(r"\W+", "-", name)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=FAILURES / f"{plain}-{number}.png")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remembers failures for the fixtures, and keeps the hub's log."""
    outcome: pytest.TestReport = yield
    if outcome.failed:
        item.stash.setdefault(failed_reports, {})[outcome.when or ""] = outcome
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, CarrelHub):
                outcome.sections.append(("end of the hub's log", value.end_of_log()))
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the noted figures."""
    reports = (report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome))
    for report in reports:
        for key, line in getattr(report, "user_properties", []):
            if key == "figure" and report.when == "call":
                terminalreporter.write_line(f"figure: {line}")
