"""Repositories that are synchronized in a real server, side by side with plain nbgitpuller in a bare folder."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from git_cases import CASES, TIME, Case, Repository, history, make, tree
from git_over_http import serve
from hub_stand_in import HubStandIn, running
from single_user import Server, started


@dataclass
class Desk:
    """A server, a bare folder, and a place where repositories are offered."""

    server: Server
    plain: Path
    folder: Path
    offered: Path
    url: str
    gitpuller: list[str]

    def repository(self, name: str) -> Repository:
        return make(self.folder, self.offered, name)

    def sync(self, name: str, **more: str) -> list[dict]:
        """The events of a sync in the server."""
        query = {"repo": f"{self.url}/{name}.git", "branch": "main", "targetpath": name} | more
        answer = self.server.ask("GET", f"git-pull/api?{urlencode(query)}")
        assert answer.status == 200, answer.text[:300]
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]

    def sync_plainly(self, name: str) -> subprocess.CompletedProcess[str]:
        """The same by nbgitpuller's own command."""
        command = [*self.gitpuller, f"{self.url}/{name}.git", "main", name]
        return subprocess.run(command, cwd=self.plain, capture_output=True, text=True, check=False)

    def outcome(self, name: str) -> dict:
        """What our page is told about files."""
        answer = self.server.ask("GET", f"carrel/git-outcome?{urlencode({'targetpath': name})}")
        assert answer.status == 200, answer.text[:300]
        return json.loads(answer.text)

    @property
    def home(self) -> Path:
        return self.server.folder / "home"


@pytest.fixture(scope="module")
def desk(environment: Path, short_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("git")
    (folder / "offered").mkdir()
    (folder / "plain").mkdir()
    web = serve(folder / "offered")
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    python = str(environment / "bin/python")
    hub = HubStandIn()
    with (
        running(hub, short_folder / "hub.sock") as serving,
        started([python, str(environment / "bin/carrel-server")], hub, serving.api_url, short_folder) as server,
    ):
        yield Desk(
            server,
            folder / "plain",
            folder,
            folder / "offered",
            f"http://127.0.0.1:{web.server_port}",
            [python, str(environment / "bin/gitpuller")],
        )
    web.shutdown()
    web.server_close()
    thread.join()


def told(lines: list[str], folder: Path) -> list[str]:
    """What git and nbgitpuller said, without what differs at each run: places, times, versions."""
    text = "\n".join(line.strip() for line in lines).replace(f"{folder}/", "")
    text = re.sub(r"\b[0-9a-f]{7,40}\b|\d+(\.\d+)? [KM]iB.*|remote: .*|Unpacking.*", "", TIME.sub("TIME", text))
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", CASES)
def test_a_sync_does_what_plain_nbgitpuller_does(desk: Desk, name: str) -> None:
    case: Case = CASES[name]
    slug = name.replace(" ", "-").replace(",", "")
    repository = desk.repository(slug)
    places = [desk.home / slug, desk.plain / slug]
    assert desk.sync(slug)[-1] == {"phase": "finished"}
    assert desk.sync_plainly(slug).returncode == 0
    assert desk.outcome(slug) == {"kept": [], "renamed": [], "restored": [], "backup": None, "more": 0}

    case.upstream(repository)
    for place in places:
        case.user(place)
    events, plain = desk.sync(slug), desk.sync_plainly(slug)
    ours = told([event["output"] for event in events if event["phase"] == "syncing"], desk.home)
    assert ours == told(plain.stdout.splitlines(), desk.plain)
    assert tree(places[0]) == tree(places[1])
    assert history(places[0]) == history(places[1])
    if case.error:
        assert plain.returncode != 0
        assert [event["error"]["code"] for event in events if "error" in event] == [case.error]
        return
    assert plain.returncode == 0, plain.stderr
    assert events[-1] == {"phase": "finished"}
    outcome = json.loads(TIME.sub("TIME", json.dumps(desk.outcome(slug))))
    assert outcome == {"kept": [], "renamed": [], "restored": [], "backup": None, "more": 0} | case.said
    # A second time nothing is left to tell.
    assert desk.sync(slug)[-1] == {"phase": "finished"}
    assert not any(desk.outcome(slug)[part] for part in ("kept", "renamed", "restored"))


def test_a_folder_is_put_aside_and_fetched_anew(desk: Desk) -> None:
    repository = desk.repository("anew")
    desk.sync("anew")
    CASES["history rewritten"].user(desk.home / "anew")
    mine = tree(desk.home / "anew")
    CASES["history rewritten"].upstream(repository)
    assert desk.sync("anew", backup="true")[-1] == {"phase": "finished"}
    aside = desk.outcome("anew")["backup"]
    assert TIME.sub("TIME", aside) == "anew_backup_TIME"
    assert tree(desk.home / aside) == mine
    assert tree(desk.home / "anew")["lesson.txt"] == "all is new\n"


def test_only_one_folder_is_fetched_and_later_syncs_keep_to_it(desk: Desk) -> None:
    repository = desk.repository("sparse")
    subprocess.run(["git", "-C", repository.bare, "config", "uploadpack.allowFilter", "true"], check=True)
    for name in ("week 1/sub", "week 2"):
        (repository.work / name).mkdir(parents=True)
        (repository.work / name / "a.txt").write_text("a\n")
    repository.push()
    assert desk.sync("sparse", sparse="week 1")[-1] == {"phase": "finished"}
    top = {"lesson.txt", "notes.txt"}
    assert set(tree(desk.home / "sparse")) == top | {"week 1/sub/a.txt"}

    # What is new in it comes, what is new elsewhere doesn't; edits stay.
    (repository.work / "week 1/b.txt").write_text("b\n")
    (repository.work / "week 2/b.txt").write_text("b\n")
    repository.push()
    (desk.home / "sparse/week 1/sub/a.txt").write_text("mine\n")
    assert desk.sync("sparse")[-1] == {"phase": "finished"}
    now = tree(desk.home / "sparse")
    assert set(now) == top | {"week 1/sub/a.txt", "week 1/b.txt"}
    assert now["week 1/sub/a.txt"] == "mine\n"

    # A link to another folder brings it too.
    assert desk.sync("sparse", sparse="week 2/")[-1] == {"phase": "finished"}
    assert {"week 1/b.txt", "week 2/b.txt", "week 2/a.txt"} <= set(tree(desk.home / "sparse"))


def test_a_folder_that_is_not_there_leaves_nothing(desk: Desk) -> None:
    desk.repository("without")
    events = desk.sync("without", sparse="week 9")
    assert [event["error"]["code"] for event in events if "error" in event] == ["sparse"], events
    assert not (desk.home / "without").exists()
    for folder in ("../x", "-x", "a/../../b", "a\nb", "*"):
        query = urlencode({"repo": f"{desk.url}/without.git", "targetpath": "without", "sparse": folder})
        assert desk.server.ask("GET", f"git-pull/api?{query}").status == 400
    assert desk.sync("without", sparse="/./data/")[-1] == {"phase": "finished"}


def test_the_page_is_ours_and_says_what_it_is_given_as_text(desk: Desk) -> None:
    query = urlencode({"repo": 'https://x.org/"><script>alert(1)</script>', "branch": "<b>", "urlpath": "lab/tree/a b"})
    page = desk.server.ask("GET", f"git-pull?{query}")
    assert page.status == 200
    text = page.text
    assert "carrel/git-pull/page.js" in text and 'data-path="lab/tree/a b"' in text
    assert "<script>alert" not in text and "<b>" not in text
    assert desk.server.ask("GET", "carrel/git-pull/page.js").status == 200
    assert desk.server.ask("GET", "git-pull/static/dist/bundle.js").status == 200, "stock's own stays"
    assert desk.server.ask("GET", "git-pull/api?repo=x", token="wrong").status == 403
    assert desk.server.ask("GET", "carrel/git-outcome?targetpath=x", token="wrong").status == 403
