"""A course from its teacher's first click to the end, with real browsers and servers."""

import functools
import http.server
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub, eventually
from person import PASSWORD, Person
from playwright.sync_api import BrowserContext, Page, expect
from test_course_end import rows, state_of

GRACE = 6


class Repository:
    """A git repository that a teacher pushes to, offered over HTTP by a small server."""

    def __init__(self, folder: Path) -> None:
        self.work, self.bare = folder / "work", folder / "course.git"
        subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", self.bare], check=True)
        subprocess.run(["git", "init", "--quiet", "-b", "main", self.work], check=True)
        handler = functools.partial(QuietHandler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/course.git"

    def push(self, **files: str) -> None:
        """Puts files there; `__` stands for a dot in a name."""
        for name, text in files.items():
            (self.work / name.replace("__", ".")).write_text(text)
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        git = ["git", "-C", str(self.work)]
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, *who, "commit", "--quiet", "-m", "more"], check=True)
        subprocess.run([*git, "push", "--quiet", str(self.bare), "main"], check=True)
        subprocess.run(["git", "-C", str(self.bare), "update-server-info"], check=True)

    def close(self) -> None:
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """One with a lecture."""
    folder = tmp_path / "offered"
    folder.mkdir()
    one = Repository(folder)
    one.push(lecture__md="# One", data__csv="1,2")
    yield one
    one.close()


def start(hub: CarrelHub, name: str, token: str) -> None:
    """Starts somebody's server in the course and waits until it is ready."""
    asked = hub.ask("POST", f"/hub/api/users/{name}/servers/fluxes", token)
    assert asked.status_code in (201, 202), asked.text
    hub.await_answer(f"/user/{name}/fluxes/api/status", 120, token)


def stop(hub: CarrelHub, name: str, token: str) -> None:
    """Stops it and waits until it is gone."""
    hub.ask("DELETE", f"/hub/api/users/{name}/servers/fluxes", token)
    assert eventually(lambda: observed(hub, name) == "stopped")


def observed(hub: CarrelHub, name: str) -> object:
    """How somebody's server in the course is."""
    return rows(
        hub,
        "SELECT observed FROM server JOIN user ON user.id = userId WHERE user.name = ? AND server.name = 'fluxes'",
        name,
    )[0][0]


def read(hub: CarrelHub, name: str, token: str, path: str) -> str | None:
    """A file as JupyterLab shows it."""
    answer = hub.ask("GET", f"/user/{name}/fluxes/api/contents/{path}?type=file&format=text", token)
    return str(answer.json()["content"]) if answer.status_code == 200 else None


def write(hub: CarrelHub, name: str, token: str, path: str, text: str) -> int:
    """Saves a file as JupyterLab does; gives the status."""
    body = {"type": "file", "format": "text", "content": text}
    return hub.ask("PUT", f"/user/{name}/fluxes/api/contents/{path}", token, json=body).status_code


def look(page: Page, folder: Path | None, name: str) -> None:
    """Takes a picture, where somebody asks for one."""
    if folder:
        page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")


def test_a_course(own_hub: CarrelHub, contexts: Callable[..., BrowserContext], repository: Repository) -> None:
    """Invited and listed people work with material and hand-outs; the end is moved, comes, and takes everything."""
    hub = own_hub
    shots = Path(folder) if (folder := os.environ.get("CARREL_SHOTS")) else None
    material = f"material={{repository: {repository.url}}}"
    hub.command(
        "instance",
        "add",
        "fluxes",
        *["--set", "title=Carbon fluxes", "--set", "kind=temporary", "--set", "entry=[invitation]"],
        *["--set", "managers=[maria]", "--set", "ends=2099-06-30", "--set", f"grace={GRACE}s", "--set", "places=3"],
        *["--set", "handOut=true", "--set", material],
    )
    maria = Person("maria", hub.add_user("maria"), contexts().new_page(), hub.url)
    maria.sign_in()

    # The teacher invites.
    page = maria.page
    page.goto(f"{hub.url}/hub/instances/fluxes/people")
    expect(page.get_by_text("Nobody belongs to it yet")).to_be_visible()
    page.get_by_label("For whom").fill("Class of Tuesday")
    page.get_by_label("For how many people").fill("2")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_label("The link").input_value()
    secret = link.partition("#")[2]
    assert re.fullmatch(r"[0-9a-f]{32}", secret)
    look(page, shots, "people")

    # A student comes with it, without an account.
    pupil = contexts().new_page()
    pupil.goto(link)
    expect(pupil.get_by_role("heading", name="Join Carbon fluxes")).to_be_visible()
    assert secret not in pupil.url
    look(pupil, shots, "accept")
    pupil.get_by_label("User name").fill("pia")
    pupil.get_by_label("Password", exact=True).fill(PASSWORD)
    pupil.get_by_label("The same once more").fill(PASSWORD)
    pupil.get_by_role("button", name="Make the account and join").click()
    expect(pupil.get_by_role("heading", name="Your servers")).to_be_visible()

    # Further ones come from a list.
    page.goto(f"{hub.url}/hub/instances/fluxes/people")
    page.get_by_label("A file").set_input_files(
        files=[
            {
                "name": "class.csv",
                "mimeType": "text/csv",
                "buffer": "user;mail\nren\xe9;x\nRENÉ;y\n".encode("latin1", "replace"),
            }
        ]
    )
    expect(page.get_by_text("was read as Latin-1")).to_be_visible()
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_text("1 account is made, only for this")).to_be_visible()
    expect(page.get_by_text("1 line repeats an earlier one")).to_be_visible()
    look(page, shots, "roster")
    page.get_by_role("button", name="Put them in").click()
    expect(page.get_by_role("rowheader", name="rené")).to_be_visible()
    look(page, shots, "roster-done")

    # They work: material arrives, an edited file stays, the hand-out folder is the teacher's.
    tokens = {name: hub.token(name) for name in ["maria", "pia"]}
    assert eventually(lambda: "material.fetched" in hub.end_of_log(400)), hub.end_of_log()
    start(hub, "maria", tokens["maria"])
    start(hub, "pia", tokens["pia"])
    assert read(hub, "pia", tokens["pia"], "course/lecture.md") == "# One"
    assert write(hub, "maria", tokens["maria"], "hand-out/sheet.md", "Exercise 1") == 201
    assert read(hub, "pia", tokens["pia"], "hand-out/sheet.md") == "Exercise 1"
    assert write(hub, "pia", tokens["pia"], "hand-out/mine.md", "x") >= 400
    # Who becomes a manager writes there within seconds, in the server that runs, and who isn't one any more doesn't.
    page.goto(f"{hub.url}/hub/instances/fluxes/people")
    page.get_by_role("button", name=re.compile("Make a manager ?: pia")).click()
    if os.geteuid() == 0:
        assert eventually(lambda: write(hub, "pia", tokens["pia"], "hand-out/hers.md", "x") in (200, 201))
    page.get_by_role("button", name=re.compile("Make a member ?: pia")).click()
    if os.geteuid() == 0:
        assert eventually(lambda: write(hub, "pia", tokens["pia"], "hand-out/late.md", "x") >= 400)
        assert read(hub, "pia", tokens["pia"], "hand-out/sheet.md") == "Exercise 1"
    assert observed(hub, "pia") == "ready"

    # A group of the course: its folder is in the servers here.
    page.get_by_label("A new group").fill("team-fluxes")
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_text("The group is there.")).to_be_visible()
    page.get_by_role("link", name="team-fluxes").click()
    page.get_by_label("Their names").fill("pia")
    page.get_by_role("button", name="Add", exact=True).click()
    if os.geteuid() == 0:
        shared = "projects/team-fluxes/ours.md"
        assert eventually(lambda: write(hub, "pia", tokens["pia"], shared, "ours") == 201)
        assert read(hub, "maria", tokens["maria"], shared) == "ours"
    assert write(hub, "pia", tokens["pia"], "course/lecture.md", "my notes") == 200
    stop(hub, "pia", tokens["pia"])
    repository.push(lecture__md="# One, better", data__csv="1,2,3")
    count = hub.log.read_text().count("material.fetched")
    start(hub, "pia", tokens["pia"])
    assert eventually(lambda: hub.log.read_text().count("material.fetched") > count), hub.end_of_log()
    stop(hub, "pia", tokens["pia"])
    start(hub, "pia", tokens["pia"])
    assert read(hub, "pia", tokens["pia"], "course/lecture.md") == "my notes"
    day = time.strftime("%Y-%m-%d", time.gmtime())
    assert read(hub, "pia", tokens["pia"], f"course/lecture (new {day}).md") == "# One, better"
    assert read(hub, "pia", tokens["pia"], "course/data.csv") == "1,2,3"

    # The teacher moves the end, not into the past, and ends it.
    page.goto(f"{hub.url}/hub/instances/fluxes/end")
    page.get_by_label("Date").fill("2001-01-01")
    page.get_by_role("button", name="Move the end").click()
    expect(page.get_by_text("has passed already")).to_be_visible()
    page.get_by_label("Date").fill("2098-01-31")
    page.get_by_role("button", name="Move the end").click()
    expect(page.get_by_text("31 January 2098")).to_be_visible()
    look(page, shots, "end")
    page.get_by_label("Its name, to be sure").fill("fluxes")
    page.get_by_role("button", name="End Carbon fluxes now").click()
    expect(page.get_by_text("It is over. Servers stop now.")).to_be_visible()
    assert eventually(lambda: state_of(hub, "fluxes") != "open")
    refused = hub.ask("POST", "/hub/api/users/pia/servers/fluxes", tokens["pia"])
    assert refused.status_code in (403, 404, 409), refused.text

    # Then everything is gone, but for a record.
    assert eventually(lambda: state_of(hub, "fluxes") == "gone"), hub.end_of_log()
    assert hub.ask("GET", "/hub/api/user", tokens["pia"]).status_code == 403
    assert hub.ask("GET", "/hub/api/user", tokens["maria"]).status_code == 200
    assert not list(hub.state.glob("homes/.projects/*")), "its group's folder went with it"
    assert not (hub.state / "homes/fluxes").exists() and not (hub.state / "material/fluxes").exists()
    report = json.loads(hub.command("instance", "record", "1").splitlines()[0])
    assert report["accounts"] == ["pia", "rené"] and {home["name"] for home in report["homes"]} == {"maria", "pia"}
    assert [group["name"] for group in report["groups"]] == ["team-fluxes"]
    pupil.goto(link)
    expect(pupil.get_by_text("one of ours")).to_be_visible()
    assert secret not in hub.log.read_text()
    maria.sign_out()


def test_the_last_place_is_taken_by_one_of_two(own_hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    """Two browsers press at once: one is in, the other is told."""
    hub = own_hub
    hub.command(
        "instance",
        "add",
        "small",
        *["--set", "entry=[invitation]", "--set", "managers=[maria]", "--set", "places=1"],
    )
    maria = Person("maria", hub.add_user("maria"), contexts().new_page(), hub.url)
    maria.sign_in()
    maria.page.goto(f"{hub.url}/hub/instances/small/people")
    maria.page.get_by_role("button", name="Make an invitation").click()
    link = maria.page.get_by_label("The link").input_value()
    pages = [contexts().new_page() for _ in range(2)]
    for number, page in enumerate(pages):
        page.goto(link)
        page.get_by_label("User name").fill(f"pupil{number}")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same once more").fill(PASSWORD)
    for page in pages:
        # Without waiting for the answer, so that both are on their way.
        page.evaluate("document.querySelector('form.fields').requestSubmit()")
    over = re.compile("Your servers|All places are taken")
    said = []
    for page in pages:
        heading = page.get_by_text(over).first
        expect(heading).to_be_visible()
        said.append(heading.inner_text())
    assert sorted("taken" in words for words in said) == [False, True], said
    assert len(rows(hub, "SELECT * FROM instanceMember")) == 1
    assert len(rows(hub, "SELECT * FROM user WHERE onlyInstanceId IS NOT NULL")) == 1
