"""What a person at work in JupyterLab is told by the hub: the real server and the real JupyterLab; the hub is a stand-in."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from carrel_hub import ENVIRONMENT, eventually
from contrast import contrast
from desk import Desk, Sitter, top
from door import Door
from hub_stand_in import HubStandIn, NoticesStandIn, running
from person import PATIENCE
from playwright.sync_api import BrowserContext, ConsoleMessage, expect
from single_user import started

TAKEOUT = "/hub/takeout?home=course"
DOWNLOAD = [{"label": "Download all my work", "href": TAKEOUT}]
EXPLORE = {"name": "explore", "title": "Explore", "kind": "ephemeral"}
THEMES = ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
# What JupyterLab's stopwatch says of any plugin on a busy machine (its JupyterPluginRegistry); no test asserts time.
SLOWNESS = re.compile(r"Plugin \S+ (is taking too long|\(with \d+ dependants\) took [\d.]+ms) to activate\.")
# Whatever the browser's clock says.
CLOCK_OFF = (
    "const Right = Date; Date = class extends Right { constructor(...of) { of.length ? super(...of) : super(Date.now()); } \
static now() { return Right.now() - 40 * 86400e3; } };"
)


@pytest.fixture(scope="module")
def one_desk() -> Iterator[Desk]:
    folder = Path(tempfile.mkdtemp(prefix="carrel-"))
    programs = ENVIRONMENT.resolve() / "bin"
    command = [str(programs / "python"), str(programs / "carrel-server")]
    hub = HubStandIn()
    with (
        running(hub, folder / "hub.sock") as serving,
        started(command, hub, serving.api_url, folder) as server,
        Door(server.socket, hub.user_token) as door,
    ):
        yield Desk(server, door.url)
    shutil.rmtree(folder)


@pytest.fixture
def desk(one_desk: Desk) -> Iterator[Desk]:
    """With a hub that has nothing to say, and JupyterLab's own look."""
    one_desk.hub.notices = NoticesStandIn()
    one_desk.await_answer(lambda told: not told["notices"] and not told["stale"] and not told["instance"])
    yield one_desk
    (one_desk.home / THEMES).unlink(missing_ok=True)


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether a page complains of itself."""
    return said.type in {"warning", "error"} and not SLOWNESS.fullmatch(said.text)


@pytest.fixture
def alice(desk: Desk, contexts: Callable[..., BrowserContext]) -> Iterator[Sitter]:
    sitter = Sitter("alice", "", contexts(viewport={"width": 1200, "height": 800}).new_page(), desk.url)
    sitter.complaints = []
    sitter.page.on("pageerror", lambda error: sitter.complaints.append(str(error)))
    sitter.page.on("console", lambda said: sitter.complaints.append(said.text) if is_complaint(said) else None)
    yield sitter
    assert sitter.complaints == []


def test_who_is_told_nothing_sees_the_stock_jupyterlab(desk: Desk, alice: Sitter) -> None:
    alice.open()
    alice.look_again()
    expect(alice.banner).to_have_count(0)
    expect(alice.status).to_be_hidden()
    assert top(alice.page) == 0


def test_an_end_is_counted_down_to_by_the_hubs_clock(desk: Desk, alice: Sitter) -> None:
    desk.says(desk.notice("e", "Spring school", timedelta(days=6, hours=1), level="warning", links=DOWNLOAD))
    alice.page.add_init_script(CLOCK_OFF)
    alice.open()
    expect(alice.status).to_have_text("Ends in 6 days")
    expect(alice.banner.get_by_role("status")).to_have_text(
        re.compile(r"^Spring school +Ends in 6 days \(\w+ \d+ \w+, \d")
    )
    desk.hub.notices.ahead = timedelta(days=6)
    desk.await_answer(
        lambda told: abs(datetime.fromisoformat(told["now"]) - desk.hub.notices.now) < timedelta(minutes=1)
    )
    alice.look_again()
    expect(alice.status).to_have_text(re.compile(r"^Ends in (5\d|60) min"))


def test_the_countdown_goes_on_by_itself(desk: Desk, alice: Sitter) -> None:
    alice.open()
    soon = desk.notice("a", "Time is up", timedelta(seconds=100), kind="maximumAge", level="warning")
    desk.says(soon, desk.notice("e", "Later", timedelta(days=1)))
    alice.look_again()
    expect(alice.status).to_have_text(re.compile(r"Server stops in (1 min|\d+ s)"))
    first = alice.status.inner_text()
    expect(alice.status).to_have_text(re.compile(r"Server stops in \d+ s"))
    expect(alice.status).not_to_have_text(first)


def test_a_message_comes_and_goes_as_it_is_sent_and_withdrawn(desk: Desk, alice: Sitter) -> None:
    alice.open()
    desk.says(desk.notice("m", "<b>Lunch</b>", text="<img src=x onerror=alert(1)>"))
    alice.look_again()
    expect(alice.banner).to_contain_text("<b>Lunch</b> <img src=x onerror=alert(1)>")
    expect(alice.banner.get_by_role("button")).to_have_count(0)
    desk.says()
    alice.look_again()
    expect(alice.banner).to_be_hidden()
    assert eventually(lambda: top(alice.page) == 0)


def test_it_covers_nothing_however_long_it_is(desk: Desk, alice: Sitter) -> None:
    desk.says(*(desk.notice(str(number), "Long " * 30, text="and on " * 200, links=DOWNLOAD) for number in range(9)))
    for width in (1200, 390):
        alice.page.set_viewport_size({"width": width, "height": 800})
        alice.open()
        expect(alice.banner).to_contain_text("and on")
        box = alice.banner.bounding_box()
        assert box
        assert eventually(lambda height=box["height"]: top(alice.page) == height)
        assert 200 < box["height"] <= 240  # the rest is scrolled to
        assert box["width"] == width


def test_what_is_dismissed_by_keyboard_stays_so(desk: Desk, alice: Sitter) -> None:
    end = desk.notice("e", "The end", timedelta(days=3), dismissible=False)
    desk.says(desk.notice("m", "Lunch", dismissible=True), end)
    alice.open()
    alice.banner.focus()
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("button", name="Dismiss: Lunch")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.banner).not_to_contain_text("Lunch")
    expect(alice.banner).to_be_focused()
    expect(alice.banner).to_contain_text("The end")
    expect(alice.banner.get_by_role("button")).to_have_count(0)
    alice.open()
    expect(alice.banner).to_contain_text("The end")
    expect(alice.banner).not_to_contain_text("Lunch")
    desk.says(desk.notice("m2", "Dinner", dismissible=True), end)
    alice.look_again()
    expect(alice.banner).to_contain_text("Dinner")


def test_dismissing_in_one_tab_dismisses_in_all(
    desk: Desk, alice: Sitter, contexts: Callable[..., BrowserContext]
) -> None:
    desk.says(desk.notice("m", "Lunch", dismissible=True))
    alice.open()
    other = Sitter("alice", "", alice.page.context.new_page(), desk.url)
    other.open()
    other.page.get_by_role("button", name="Dismiss: Lunch").click()
    expect(alice.banner).to_be_hidden()


def test_the_download_is_in_the_menu_and_in_the_palette(desk: Desk, alice: Sitter) -> None:
    alice.page.context.route("**/hub/**", lambda route: route.fulfill(body="the hub"))
    alice.open()
    page = alice.page
    for entry, path in (("Download all my work…", "/hub/takeout"), ("Hub home page", "/hub/home")):
        with page.expect_popup(timeout=PATIENCE) as popup:
            alice.choose("File", entry)
        assert popup.value.url == desk.url + path
    desk.says(desk.notice("e", "The end", timedelta(days=3), links=DOWNLOAD))
    alice.look_again()
    page.keyboard.press("Control+Shift+C")
    expect(page.locator("#modal-command-palette")).to_be_visible()
    page.keyboard.type("all my work")
    expect(page.locator("#modal-command-palette")).to_contain_text("Download all my work…")
    with page.expect_popup() as popup:
        page.keyboard.press("Enter")
    assert popup.value.url == desk.url + TAKEOUT
    with page.expect_popup() as popup:
        alice.banner.get_by_role("link", name="Download all my work").press("Enter")
    assert popup.value.url == desk.url + TAKEOUT
    assert popup.value.evaluate("window.opener") is None


def test_what_cannot_wait_is_told_in_a_dialog_once(desk: Desk, alice: Sitter) -> None:
    alice.page.context.route("**/hub/**", lambda route: route.fulfill(body="the hub"))
    alice.open()
    urgent = desk.notice(
        "u", "Going soon", timedelta(minutes=4, seconds=30), kind="maximumAge", level="urgent", links=DOWNLOAD
    )
    desk.says(urgent)
    alice.look_again()
    dialog = alice.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Going soon")
    expect(dialog).to_contain_text(re.compile("Server stops in [34] min"))
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    alice.page.keyboard.press("Tab")
    with alice.page.expect_popup() as popup:
        alice.page.keyboard.press("Enter")
    assert popup.value.url == desk.url + TAKEOUT
    expect(dialog).to_have_count(0)
    expect(alice.banner.get_by_role("alert")).to_contain_text("Going soon")
    alice.open()
    expect(alice.banner).to_contain_text("Going soon")
    expect(dialog).to_have_count(0)


def test_a_dialog_goes_when_its_reason_does(desk: Desk, alice: Sitter) -> None:
    desk.says(desk.notice("u", "Going soon", timedelta(minutes=4), kind="idle", level="urgent"))
    alice.open()
    expect(alice.page.get_by_role("dialog")).to_contain_text("Going soon")
    desk.says()
    alice.look_again()
    expect(alice.page.get_by_role("dialog")).to_have_count(0)


def test_visitors_know_that_nothing_is_kept(desk: Desk, alice: Sitter) -> None:
    desk.says(instance=EXPLORE)
    alice.open()
    expect(alice.banner).to_contain_text("Nothing is kept here Download what you want to keep before you leave.")
    link = alice.banner.get_by_role("link", name="Download all my work")
    expect(link).to_have_attribute("href", f"{desk.url}/hub/takeout?home=explore")
    alice.banner.get_by_role("button", name="Dismiss: Nothing is kept here").click()
    expect(alice.banner).to_be_hidden()
    expect(alice.status).to_be_focused()
    alice.open()
    expect(alice.status).to_have_text("Nothing is kept here")
    expect(alice.banner).to_have_count(0)

    def is_focused() -> bool:
        # JupyterLab takes the focus for what it opens itself while it starts.
        alice.status.press("Enter")
        return bool(alice.banner.evaluate("banner => banner === document.activeElement"))

    assert eventually(is_focused)
    expect(link).to_be_visible()


def test_a_page_that_nobody_sees_asks_nothing(desk: Desk, alice: Sitter) -> None:
    alice.open()
    asked: list[str] = []
    alice.page.on("request", lambda request: asked.append(request.url) if "carrel/notices" in request.url else None)
    see = "state => { Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true }); \
document.dispatchEvent(new Event('visibilitychange')); window.dispatchEvent(new Event('online')); }"
    alice.page.evaluate(see, "hidden")
    alice.page.evaluate("fetch('/user/alice/api/status')")
    assert asked == []
    with alice.page.expect_request(re.compile("/carrel/notices")):
        alice.page.evaluate(see, "visible")


def test_what_was_told_stays_while_nobody_answers(desk: Desk, alice: Sitter) -> None:
    desk.says(desk.notice("e", "The end", timedelta(days=3)))
    alice.open()
    expect(alice.banner).to_contain_text("The end")
    desk.hub.notices.status = 503
    desk.await_answer(lambda told: told["stale"])
    alice.look_again()
    expect(alice.status).to_have_attribute("title", re.compile("The hub can't be asked just now"))
    expect(alice.banner).to_contain_text("The end")
    alice.page.route("**/carrel/notices*", lambda route: route.fulfill(status=200, body="<html>"))
    alice.look_again()
    expect(alice.banner).to_contain_text("The end")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_every_theme_can_be_read(desk: Desk, alice: Sitter, theme: str) -> None:
    (desk.home / THEMES).parent.mkdir(parents=True, exist_ok=True)
    (desk.home / THEMES).write_text(json.dumps({"theme": theme}))
    soon = timedelta(minutes=3)
    desk.says(
        desk.notice("u", "Going soon", soon, level="urgent", links=DOWNLOAD, dismissible=True),
        desk.notice("w", "The end", timedelta(days=3), level="warning"),
        desk.notice("m", "Lunch", level="info"),
    )
    alice.open()
    expect(alice.page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    alice.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    parts = [*alice.banner.get_by_role("status").all(), alice.banner.get_by_role("alert"), alice.status]
    parts += [alice.banner.get_by_role("link"), alice.banner.get_by_role("button")]
    for part in parts:
        assert contrast(part) >= 4.5, part
