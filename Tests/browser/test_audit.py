"""The audit record: what admins see, what everybody sees of it, and what the command line says of it."""

import json
import re
import sqlite3
from collections.abc import Callable

import pytest
from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import BrowserContext, Page, expect
from test_commands import run
from test_looks import WAYS, check
from test_requests import admin

__all__ = ["admin"]


def events(page: Page) -> str:
    """What the list of events says."""
    return page.get_by_role("region", name=re.compile("Events|What you did")).inner_text()


def test_an_admin_sees_who_did_what_and_people_what_was_done_to_theirs(
    hub: CarrelHub, people: Callable[..., Person], admin: Person, contexts: Callable[..., BrowserContext]
) -> None:
    anna = people("audited")
    stranger = contexts().new_page()
    stranger.goto(f"{hub.url}/hub/login")
    stranger.get_by_label("User name").fill(anna.name)
    stranger.get_by_label("Password", exact=True).fill("nothing of the kind")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    anna.sign_in()
    anna.press_start()
    expect(anna.page).to_have_url(re.compile("/user/audited/"))
    hub.command("user", "admin", anna.name)

    page = admin.page
    page.goto(f"{hub.url}/user/{anna.name}/lab")
    page.goto(f"{hub.url}/hub/logs/{anna.name}")
    page.goto(f"{hub.url}/hub/admin")
    page.get_by_role("navigation", name="Admin").get_by_role("link", name="Audit").click()
    page.get_by_label("Person").fill(anna.name)
    page.keyboard.press("Enter")
    expect(page.get_by_text("tried to sign in to the account audited")).to_be_visible()
    seen = events(page)
    assert "Somebody tried to sign in to the account audited Refused" in seen
    assert "audited signed in" in seen
    assert "made audited an admin" in seen
    assert f"{admin.name} tried to enter the server audited" in seen
    assert f"{admin.name} read the log of the server audited" in seen
    page.get_by_label("Outcome").select_option("Refused")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("audited signed in")).to_have_count(0)
    assert "tried to sign in" in events(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON lines").click()
    lines = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert {line["outcome"] for line in lines} == {"refused"}
    assert {line["subject"]["name"] for line in lines} == {anna.name}
    assert {"session.refused", "server.entered"} <= {line["action"] for line in lines}

    hub.command("user", "admin", anna.name, "--off")
    page = anna.page
    page.goto(f"{hub.url}/hub/account")
    page.get_by_role("region", name="Activity").get_by_role("link").click()
    expect(page.get_by_text("read the log of the server audited")).to_be_visible()
    mine = events(page)
    assert "You signed in" in mine
    assert f"{admin.name} tried to enter the server audited" in mine
    assert f"{admin.name} signed in" not in mine
    page.goto(f"{hub.url}/hub/admin/audit")
    expect(page.get_by_text("Audit record")).to_have_count(0)


def test_the_command_line_reads_and_verifies(own_hub: CarrelHub) -> None:
    for name in ("ada", "bob"):
        own_hub.add_user(name)
    own_hub.command("user", "admin", "ada")
    listed = own_hub.command("audit", "list", "--person", "ada")
    assert "role.given" in listed and "bob" not in listed
    lines = [json.loads(line) for line in own_hub.command("audit", "export").splitlines()]
    assert [line["id"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["id"] for line in map(json.loads, own_hub.command("audit", "export", "--after", "2").splitlines())]
    assert "user.made" in {line["action"] for line in lines} and lines[-1]["actor"]["kind"] == "command"
    mark = own_hub.command("audit", "verify").splitlines()[-1]
    assert mark == f"{lines[-1]['id']}:{lines[-1]['chain']}"
    own_hub.command("user", "disable", "bob")
    own_hub.command("audit", "verify", "--seen", mark)

    database = sqlite3.connect(own_hub.state / "carrel.db", timeout=30)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute("DELETE FROM auditEvent WHERE action = 'role.given'")
    database.rollback()
    database.execute("DROP TRIGGER auditEventIsUnchanged")
    row = database.execute("SELECT id FROM auditEvent WHERE action = 'role.given'").fetchone()[0]
    database.execute("UPDATE auditEvent SET actorName = 'somebody-else' WHERE id = ?", (row,))
    database.commit()
    database.close()
    ran = run(own_hub, "audit", "verify")
    assert ran.returncode == 1
    assert f"The event {row} isn't as it was written" in ran.stderr
    own_hub.add_user("carl")


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_the_pages_look_as_they_should(
    hub: CarrelHub, contexts: Callable[..., BrowserContext], admin: Person, scheme: str, viewport: dict[str, int]
) -> None:
    page = contexts(color_scheme=scheme, viewport=viewport).new_page()
    page.context.add_cookies(admin.page.context.cookies())
    for path in ("admin/audit", "account/activity"):
        page.goto(f"{hub.url}/hub/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Audit record|Activity"))
        check(page, scheme)
