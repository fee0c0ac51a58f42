"""The pages of storage and restore points before a real disk: what is shown there is so."""

import re
from collections.abc import Callable

import pytest
from carrel_hub import CarrelHub
from inside import run_inside
from person import Person
from playwright.sync_api import BrowserContext, expect
from test_storage import btrfs_hub, eventually, pytestmark

__all__ = ["btrfs_hub", "pytestmark"]


@pytest.fixture
def maria(btrfs_hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Person:
    """An admin with a home of 30 MB."""
    password = btrfs_hub.add_user("maria")
    btrfs_hub.command("user", "admin", "maria")
    person = Person("maria", password, contexts().new_page(), btrfs_hub.url)
    person.sign_in()
    return person


def test_a_file_is_found_compared_and_brought_back(btrfs_hub: CarrelHub, maria: Person) -> None:
    hub, page = btrfs_hub, maria.page
    token = hub.token("maria")
    hub.start_server("maria", token)
    run_inside(hub, "maria", token, "import pathlib; pathlib.Path('/home/maria/a.txt').write_text('one\\ntwo\\n')")
    run_inside(
        hub,
        "maria",
        token,
        "import os; os.makedirs('/home/maria/big'); open('/home/maria/big/x', 'wb').write(os.urandom(3_000_000))",
    )
    hub.kill_hub()
    hub.start()  # it takes a restore point of a home that has none
    home = hub.home("maria")
    points = home.parent.parent
    assert eventually(
        lambda: (
            maria.page.goto(f"{hub.url}/hub/restore") is not None
            and page.get_by_role("link", name=re.compile("UTC")).count() > 0
        ),
        within=60,
    ), list(points.iterdir())
    run_inside(hub, "maria", token, "import pathlib; pathlib.Path('/home/maria/a.txt').write_text('one\\n2\\n')")
    page.get_by_role("link", name=re.compile("UTC")).first.click()
    row = page.get_by_role("listitem").filter(has_text="a.txt")
    expect(row).to_contain_text("Changed since")
    row.get_by_role("link", name=re.compile("^Compare")).click()
    expect(page.get_by_role("deletion")).to_contain_text("two")
    expect(page.get_by_role("insertion")).to_contain_text("2")
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("What was there is kept as")).to_be_visible()
    assert (home / "a.txt").read_text() == "one\ntwo\n"
    assert sorted(path.read_text() for path in home.glob("a*")) == ["one\n2\n", "one\ntwo\n"]

    page.goto(f"{hub.url}/hub/storage")
    expect(page.get_by_role("list", name="Largest folders")).to_contain_text("big")


def test_a_quota_set_on_the_page_is_a_wall_at_once(btrfs_hub: CarrelHub, maria: Person) -> None:
    hub, page = btrfs_hub, maria.page
    token = hub.token("maria")
    hub.start_server("maria", token)
    # The file goes again, or there would be no room for what the notebook says.
    write = (
        "import os\ntry:\n    with open('/home/maria/b', 'wb') as file:\n"
        "        file.write(os.urandom(50_000_000)); os.fsync(file.fileno())\n    said = 'fits'\n"
        "except OSError as error:\n    said = str(error)\nos.remove('/home/maria/b'); os.sync(); print(said)\n"
    )
    assert "quota" in run_inside(hub, "maria", token, write)
    page.goto(f"{hub.url}/hub/admin?q=maria")
    page.get_by_text("Quota", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text="maria")
    row.get_by_label("Quota of maria").fill("100 MB")
    row.get_by_role("button", name="Set").click()
    expect(page.get_by_role("status").filter(has_text="holds at once")).to_be_visible()
    assert "fits" in run_inside(hub, "maria", token, write)
    page.goto(f"{hub.url}/hub/home")
    assert eventually(lambda: bool(page.reload()) and page.get_by_text("of 100 MB").count() > 0)
