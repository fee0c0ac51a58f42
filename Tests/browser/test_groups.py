"""Groups: an admin keeps them on the pages, an operator at the terminal, a program over the API."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from carrel_hub import CarrelHub
from inside import run_inside
from person import Person
from playwright.sync_api import BrowserContext, Page, expect
from test_commands import idle_hub, run
from test_looks import WAYS, check
from test_requests import admin
from test_storage import btrfs_hub, eventually
from test_storage import pytestmark as needs_btrfs

__all__ = ["admin", "btrfs_hub", "idle_hub"]


def add_group(page: Page, url: str, name: str, **quotas: str) -> None:
    """Goes to the list by its tab and adds a group."""
    page.goto(f"{url}/hub/admin")
    page.get_by_role("navigation", name="Admin").get_by_role("link", name="Groups").click()
    page.get_by_label("Name").fill(name)
    for label, size in quotas.items():
        page.get_by_label(label.replace("_", " ")).fill(size)
    page.get_by_role("button", name="Add the group").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_an_admin_keeps_a_group(hub: CarrelHub, people: Callable[..., Person], admin: Person) -> None:
    people("gina").sign_in()
    hub.add_user("gustav")
    page = admin.page
    add_group(page, hub.url, "glacier", Home_of_a_member="50 GB")
    expect(page.get_by_text("Nobody is in this group yet.")).to_be_visible()
    page.get_by_label("Add members").fill("gina, nobody-at-all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no user nobody-at-all")
    expect(page.get_by_label("Add members")).to_have_value("gina, nobody-at-all")
    page.get_by_label("Add members").fill("gina, gustav")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 members")).to_be_visible()
    page.get_by_role("button", name="Remove gustav from the group").click()
    expect(page.get_by_role("heading", name="1 member")).to_be_visible()

    page.get_by_label("Project folder").fill("none")
    page.get_by_role("button", name="Set quotas").click()
    expect(page.get_by_label("Project folder")).to_have_value("none")
    page.get_by_role("link", name="All groups").click()
    row = page.get_by_role("row").filter(has_text="glacier")
    for words in ("1 member", "gina", "50 GB", "No limit"):
        expect(row).to_contain_text(words)
    page.goto(f"{hub.url}/hub/admin?q=gina")
    expect(page.get_by_role("rowheader").filter(has_text="gina")).to_contain_text("glacier")

    page.goto(f"{hub.url}/hub/admin/groups/glacier")
    expect(page.get_by_role("button", name="Remove the group glacier")).to_be_hidden()
    page.get_by_text("Remove glacier", exact=True).click()
    page.get_by_role("button", name="Remove the group glacier").click()
    expect(page.get_by_role("status").filter(has_text="is kept with all its files")).to_be_visible()
    expect(page.get_by_role("link", name="glacier")).to_have_count(0)


def test_a_user_asks_for_a_group_and_is_put_in_with_one_click(
    hub: CarrelHub, people: Callable[..., Person], admin: Person
) -> None:
    user = people("joiner")
    user.sign_in()
    user.page.goto(f"{hub.url}/hub/account")
    expect(user.page.get_by_role("heading", name="Your groups")).to_have_count(0)
    for name in ("moss", "lichen"):
        hub.command("group", "add", name)
    user.page.goto(f"{hub.url}/hub/requests")
    user.page.get_by_label("What you need").select_option(label="A group")
    user.page.get_by_label("In your words").fill("May I join Moss, please?")
    user.page.get_by_role("button", name="Send").click()
    admin.page.goto(f"{hub.url}/hub/admin")
    wish = admin.page.get_by_role("listitem").filter(has_text="joiner")
    expect(wish.get_by_label("Put joiner into")).to_have_value("moss")
    wish.get_by_role("button", name=re.compile("^Grant")).click()
    expect(admin.page.get_by_role("status").or_(admin.page.get_by_role("alert")).first).to_be_visible()
    user.page.goto(f"{hub.url}/hub/account")
    expect(user.page.get_by_role("heading", name="Your groups")).to_be_visible()
    expect(user.page.get_by_role("listitem").filter(has_text="moss")).to_be_visible()
    assert "joiner" in hub.command("group", "show", "moss")


def test_the_pages_work_without_scripts(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    person = Person("scriptless", hub.add_user("scriptless"), contexts(java_script_enabled=False).new_page(), hub.url)
    hub.command("user", "admin", "scriptless")
    person.sign_in()
    page = person.page
    add_group(page, hub.url, "stone")
    page.get_by_label("Add members").fill("scriptless")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="1 member")).to_be_visible()
    page.get_by_text("Remove stone", exact=True).click()
    page.get_by_role("button", name="Remove the group stone").click()
    expect(page.get_by_role("link", name="stone")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_the_pages_look_right(
    hub: CarrelHub, people: Callable[..., Person], scheme: str, viewport: dict[str, int]
) -> None:
    name = f"groups-{scheme}-{viewport['width']}"
    person = people(name, color_scheme=scheme, viewport=viewport)
    hub.command("user", "admin", name)
    person.sign_in()
    long = f"{scheme}-{viewport['width']}-".ljust(64, "x")
    hub.command("group", "add", long, "--home-quota", "50 GB")
    hub.command("group", "members", "add", long, name)
    for path in ("/hub/admin", "/hub/admin/groups", f"/hub/admin/groups/{long}", "/hub/account", "/hub/storage"):
        person.page.goto(hub.url + path)
        check(person.page, scheme)


def test_what_the_terminal_says_and_how_it_ends(idle_hub: CarrelHub) -> None:
    hub = idle_hub
    for name in ("alice", "bob"):
        run(hub, "user", "add", name)
    added = run(hub, "group", "add", "ecology", "--home-quota", "50 GB", "--project-quota", "1 TB")
    assert (added.returncode, added.stderr) == (0, "")
    assert run(hub, "group", "add", "Ecology").returncode == 1
    assert "no user carol" in run(hub, "group", "members", "add", "ecology", "alice", "carol").stderr
    assert "In ecology: alice, bob." in run(hub, "group", "members", "add", "ecology", "alice", "Bob").stdout
    shown = run(hub, "group", "show", "ecology").stdout
    assert re.search(
        r"homes\s+50 GB.*folder\s+1 TB.*members\s+2\n  alice\s+member\n  bob\s+member", shown, re.DOTALL
    ), shown
    quota = run(hub, "user", "quota", "alice", "default").stdout
    assert quota == "The home of alice may hold 50 GB, as the members of ecology may.\n"
    changed = run(hub, "group", "quota", "ecology", "--home", "default", "--project", "none").stdout
    assert changed == "Members' homes: as everybody's. Project folder: no limit.\n"
    assert re.search(r"ecology\s+2\s+as everybody's\s+no limit", run(hub, "group", "list").stdout)
    assert "Not in ecology any more: bob." in run(hub, "group", "members", "remove", "ecology", "bob").stdout
    assert "folder, if there is one, is kept" in run(hub, "group", "remove", "ecology").stdout
    gone = run(hub, "group", "show", "ecology")
    assert (gone.returncode, "There is no group ecology" in gone.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ["add", "a/b"],
        ["add", ""],
        ["add", "x", "--home-quota", "5 G"],
        ["quota", "x"],
        ["quota", "x", "--home", "none"],
        ["members", "add", "x"],
        ["frobnicate"],
    ],
)
def test_wrong_usage_of_groups_ends_with_2(idle_hub: CarrelHub, words: list[str]) -> None:
    assert run(idle_hub, "group", *words).returncode == 2


def test_what_the_terminal_changes_a_running_hub_knows_at_once(hub: CarrelHub) -> None:
    hub.add_user("quick")
    token = hub.token("quick")
    hub.command("group", "add", "fast")

    def groups() -> Any:
        return hub.ask("GET", "/hub/api/user", token).json()["groups"]

    assert groups() == []
    hub.command("group", "members", "add", "fast", "quick")
    assert groups() == ["fast"]
    hub.command("group", "remove", "fast")
    assert groups() == []


@needs_btrfs
def test_a_quota_by_group_is_a_wall_in_a_server_that_runs(
    btrfs_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    hub = btrfs_hub
    person = Person("maria", hub.add_user("maria"), contexts().new_page(), hub.url)
    hub.command("user", "admin", "maria")
    person.sign_in()
    token = hub.token("maria")
    hub.start_server("maria", token)
    write = (
        "import os\ntry:\n    with open('/home/maria/b', 'wb') as file:\n"
        "        file.write(os.urandom(50_000_000)); os.fsync(file.fileno())\n    said = 'fits'\n"
        "except OSError as error:\n    said = str(error)\nos.remove('/home/maria/b'); os.sync(); print(said)\n"
    )
    assert "quota" in run_inside(hub, "maria", token, write), "everybody's are 30 MB"

    page = person.page
    add_group(page, hub.url, "climate", Home_of_a_member="100 MB")
    page.get_by_label("Add members").fill("maria")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 member")).to_be_visible()
    assert "fits" in run_inside(hub, "maria", token, write), "joining holds at once"
    page.goto(f"{hub.url}/hub/storage")
    assert eventually(lambda: bool(page.reload()) and page.get_by_text("of 100 MB").count() > 0)
    expect(page.get_by_text("This is the quota of the members of climate.")).to_be_visible()

    hub.command("group", "quota", "climate", "--home", "default")
    assert eventually(lambda: "30 MB" in hub.command("storage", "status")), "the running hub was told"
    assert "quota" in run_inside(hub, "maria", token, write)
    hub.command("group", "quota", "climate", "--home", "90 MB")
    assert eventually(lambda: "90 MB" in hub.command("storage", "status"))
    hub.command("group", "members", "remove", "climate", "maria")
    assert eventually(lambda: "30 MB" in hub.command("storage", "status")), "leaving holds at once"
