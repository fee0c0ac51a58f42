"""A group that changes while its members work: seen from inside running Labs, with a browser and with programs."""

import re
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import CarrelHub
from inside import run_inside
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, Locator, expect
from test_storage import STORAGE, eventually, needs_btrfs, remove_homes

pytestmark = needs_btrfs
TELL = (
    "import subprocess; p = subprocess.run({!r}, shell=True, capture_output=True, text=True); print(p.stdout, p.stderr)"
)
# What is open of the project's own file system: its files are of another device than the home and the shelf.
OPEN = (
    "d=$(stat -c %d ~ ~/projects 2>/dev/null | tr '\\n' '|');"
    " for f in /proc/[0-9]*/fd/* /proc/[0-9]*/cwd; do echo $(stat -Lc '%d' $f 2>/dev/null) $(readlink $f); done"
    ' | grep -vE "^(${d}x) " | grep -c projects/ecology'
)


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub with an image for the homes, a group and a shared folder for it."""
    hub = CarrelHub()
    try:
        with hub.configuration.open("a") as file:
            file.write(STORAGE.format(quota="30 MB"))
            file.write("sharedFolders:\n  exchange:\n    access: readWrite\n    groups: [ecology]\n")
        hub.start()
        hub.command("group", "add", "ecology")
        yield hub
    finally:
        try:
            hub.end()
        finally:
            remove_homes(hub.state / "homes")
            shutil.rmtree(hub.folder)


@pytest.fixture
def people(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Makes users of this hub, each with a browser."""
    return lambda name: Person(name, hub.add_user(name), contexts().new_page(), hub.url)


def browsed(hub: CarrelHub, name: str, token: str, folder: str) -> list[str]:
    """What JupyterLab's file browser gets to see of a folder; nothing of one that isn't there."""
    answer = hub.ask("GET", f"/user/{name}/api/contents/{folder}", token)
    return sorted(entry["name"] for entry in answer.json()["content"]) if answer.status_code == 200 else []


def shell(hub: CarrelHub, name: str, token: str, script: str) -> str:
    """What a script says in somebody's server."""
    return run_inside(hub, name, token, TELL.format(script))


def entry(person: Person, name: str) -> Locator:
    """A line of the file browser."""
    return person.page.locator(".jp-DirListing-item").filter(has_text=re.compile(rf"^{name}"))


def add_member(manager: Person, name: str, role: str) -> None:
    """On the page of the group, as its manager."""
    manager.page.goto(f"{manager.url}/hub/groups/ecology")
    manager.page.get_by_label("Their names").fill(name)
    manager.page.get_by_label("Role", exact=True).select_option(label=role)
    manager.page.get_by_role("button", name="Add", exact=True).click()
    expect(manager.page.get_by_text("They are in.")).to_be_visible()


def remove_member(manager: Person, name: str) -> None:
    manager.page.goto(f"{manager.url}/hub/groups/ecology")
    manager.page.get_by_role("button", name=f"Remove {name} from the group").click()
    expect(manager.page.get_by_text("They are out.")).to_be_visible()


def test_a_group_changes_in_a_running_lab(
    hub: CarrelHub, people: Callable[..., Person], report: Callable[[str], None]
) -> None:
    maria, tom = people("maria"), people("tom")
    hub.command("group", "members", "add", "ecology", "maria", "--role", "manager")
    maria.sign_in()
    tom.sign_in()
    tom.start()
    token, marias = hub.token("tom"), hub.token("maria")
    expect(entry(tom, "projects")).to_have_count(0)

    # Joining: the manager adds, the Lab shows.
    add_member(maria, "tom", "Member")
    began = time.monotonic()
    assert eventually(lambda: browsed(hub, "tom", token, "projects/ecology") == ["store"])
    report(f"joining shows in a running server after {time.monotonic() - began:.2f} s")
    assert "exchange" in browsed(hub, "tom", token, "")
    expect(entry(tom, "projects")).to_be_visible()
    entry(tom, "projects").dblclick()
    entry(tom, "ecology").dblclick()
    expect(entry(tom, "store")).to_be_visible()

    # Somebody who works: a kernel with an open file and a long computation.
    shell(hub, "tom", token, "echo mine > ~/projects/ecology/notes.txt")
    tom.page.goto(f"{tom.url}/user/tom/lab")
    tom.await_lab()
    tom.new_notebook()
    tom.run("import os, time; f = open(os.path.expanduser('~/projects/ecology/notes.txt')); print(f.read(2))", 1)
    cell = tom.page.get_by_role("tabpanel").get_by_role("textbox").last
    cell.click()
    tom.page.keyboard.insert_text("print('working', flush=True); time.sleep(900)")
    tom.page.keyboard.press("Shift+Enter")
    expect(tom.page.get_by_text("working", exact=True)).to_be_visible(timeout=PATIENCE)

    # Leaving: the folder goes, the file is closed with the kernel, and the cell says so.
    remove_member(maria, "tom")
    began = time.monotonic()
    assert eventually(lambda: browsed(hub, "tom", token, "projects/ecology") == [])
    report(f"leaving shows in a running server after {time.monotonic() - began:.2f} s")
    assert "exchange" not in browsed(hub, "tom", token, "") or browsed(hub, "tom", token, "exchange") == []
    expect(tom.page.get_by_text("was ended by the hub").first).to_be_visible(timeout=PATIENCE)
    expect(tom.page.get_by_text("You aren't shown").first).to_be_visible()
    assert shell(hub, "tom", token, OPEN).strip() == "0", shell(hub, "tom", token, OPEN.replace("grep -c", "grep"))

    # The leaver's files stay with the project.
    hub.start_server("maria", marias)
    assert "mine" in shell(hub, "maria", marias, "cat ~/projects/ecology/notes.txt")


def test_a_terminal_in_the_folder_is_ended(hub: CarrelHub) -> None:
    hub.add_user("uma")
    hub.command("group", "members", "add", "ecology", "uma")
    token = hub.token("uma")
    hub.start_server("uma", token)
    shell(hub, "uma", token, "echo 'cd ~/projects/ecology' | tee ~/.bashrc > ~/.profile")
    terminals = "/user/uma/api/terminals"
    assert hub.ask("POST", terminals, token).status_code == 200
    held = "ls -l /proc/*/cwd 2>/dev/null | grep -c projects/ecology"
    assert eventually(lambda: "1" in shell(hub, "uma", token, held))
    hub.command("group", "members", "remove", "ecology", "uma")
    assert eventually(lambda: hub.ask("GET", terminals, token).json() == [])
    assert "0" in shell(hub, "uma", token, held)


def test_what_changed_while_the_hub_was_down_is_put_right(hub: CarrelHub) -> None:
    hub.add_user("vera")
    hub.command("group", "members", "add", "ecology", "vera")
    token = hub.token("vera")
    hub.start_server("vera", token)
    assert shell(hub, "vera", token, "echo x > ~/projects/ecology/veras && echo ok").startswith("ok")
    hub.kill_hub()
    hub.command("group", "members", "add", "ecology", "vera", "--role", "reader")
    hub.start()
    assert eventually(lambda: "Read-only" in shell(hub, "vera", token, "touch ~/projects/ecology/veras"))
    hub.kill_hub()
    hub.command("group", "members", "remove", "ecology", "vera")
    hub.start()
    assert eventually(lambda: browsed(hub, "vera", token, "projects/ecology") == [])


def test_the_store_is_for_data_managers(hub: CarrelHub) -> None:
    for name, role in [("will", "member"), ("xena", "dataManager"), ("yves", "reader")]:
        hub.add_user(name)
        hub.command("group", "members", "add", "ecology", name, "--role", role)
        hub.start_server(name, hub.token(name))
    tokens = {name: hub.token(name) for name in ["will", "xena", "yves"]}
    make = "cd ~/projects/ecology/store && echo data > raw && chmod 777 . raw && cat raw"
    assert "data" in shell(hub, "xena", tokens["xena"], make)
    for name in ["will", "yves"]:
        assert "Read-only" in shell(hub, name, tokens[name], "echo x > ~/projects/ecology/store/raw")
        assert "data" in shell(hub, name, tokens[name], "cat ~/projects/ecology/store/raw")
    busy = shell(hub, "will", tokens["will"], "cd ~/projects/ecology; mv store old; rm -rf store")
    assert "busy" in busy
    assert "Read-only" in shell(hub, "yves", tokens["yves"], "touch ~/projects/ecology/x")
    hub.command("group", "members", "add", "ecology", "will", "--role", "dataManager")
    assert eventually(
        lambda: "Read-only" not in shell(hub, "will", tokens["will"], "echo x > ~/projects/ecology/store/new")
    )


def test_the_page_of_a_group_on_a_phone_and_by_keyboard(
    hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts(viewport={"width": 375, "height": 800}, color_scheme="dark").new_page()
    zoe = Person("zoe", hub.add_user("zoe"), page, hub.url)
    hub.command("group", "add", "soil")
    hub.command("group", "members", "add", "soil", "zoe", "--role", "manager")
    zoe.sign_in()
    page.get_by_role("link", name="soil").click()
    expect(page.get_by_role("heading", name="soil", exact=True)).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    role = page.get_by_label("Role of zoe")
    role.select_option(label="Member")
    role.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Make somebody else a manager first")).to_be_visible()
