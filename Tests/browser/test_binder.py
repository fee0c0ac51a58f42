"""Launch links: a git repository elsewhere becomes an environment, and a server with its files."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests
from binder import NOTEBOOK, Repositories, launch, phases
from carrel_hub import CarrelHub
from person import PATIENCE
from playwright.sync_api import BrowserContext, expect


def test_a_client_of_binderhub_launches_a_repository(binder_hub: CarrelHub, repositories: Repositories) -> None:
    commit = repositories.commit(
        "first", {"index.ipynb": json.dumps(NOTEBOOK), "requirements.txt": "six==1.16.0\n", "data/one.txt": "one\n"}
    )
    events = launch(binder_hub, repositories.spec("first"))

    ready = events[-1]
    assert phases(events) == ["waiting", "fetching", "building", "built", "launching", "ready"], ready
    assert ready["binder_request"] == f"v2/{repositories.spec('first')}"
    assert ready["binder_persistent_request"] == f"v2/{repositories.spec('first', commit)}"
    headers = {"Authorization": f"token {ready['token']}"}
    found = requests.get(f"{ready['url']}api/contents/", headers=headers, timeout=60).json()
    assert {item["name"] for item in found["content"]} >= {"index.ipynb", "data", "requirements.txt"}


def test_a_person_launches_and_the_second_launch_is_there_at_once(
    binder_hub: CarrelHub, repositories: Repositories, contexts: Callable[..., BrowserContext]
) -> None:
    commit = repositories.commit("named", {"an eye.ipynb": json.dumps(NOTEBOOK), "postBuild": "echo made > made.txt\n"})
    page = contexts().new_page()
    page.goto(f"{binder_hub.url}/v2/{repositories.spec('named')}?labpath=an%20eye.ipynb")
    page.get_by_role("button", name="Enter and start").click()
    expect(page.get_by_role("heading", name="Launch")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("Fetching http", timeout=PATIENCE)
    page.wait_for_url(re.compile(r"/user/visitor-\w+/binder/doc/tree/an%20eye\.ipynb"), timeout=4 * PATIENCE)
    expect(page.get_by_text("1+1")).to_be_visible(timeout=PATIENCE)
    other = contexts().new_page()
    other.goto(f"{binder_hub.url}/v2/{repositories.spec('named', commit)}?urlpath=lab")
    other.get_by_role("button", name="Enter and start").click()
    other.wait_for_url(re.compile(r"/user/visitor-\w+/binder/lab"), timeout=PATIENCE)
    expect(other.get_by_text("made.txt")).to_be_visible(timeout=PATIENCE)
    assert binder_hub.log.read_text().count(f"repository={repositories.elsewhere.url}/named.git") == 1


def test_a_second_launch_beside_a_running_server_is_refused_with_a_way_out(
    binder_hub: CarrelHub, repositories: Repositories, contexts: Callable[..., BrowserContext]
) -> None:
    repositories.commit("one", {"a.txt": "a\n"})
    page = contexts().new_page()
    page.goto(f"{binder_hub.url}/v2/{repositories.spec('one')}")
    page.get_by_role("button", name="Enter and start").click()
    page.wait_for_url(re.compile(r"/user/visitor-\w+/binder/"), timeout=4 * PATIENCE)
    repositories.commit("two", {"b.txt": "b\n"})
    page.goto(f"{binder_hub.url}/v2/{repositories.spec('two')}")
    expect(page.get_by_role("alert")).to_contain_text("You already have a running server.")
    page.get_by_role("link", name="Open my running server").click()
    page.wait_for_url(re.compile(r"/user/visitor-\w+/binder/"), timeout=PATIENCE)


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("docker", {"Dockerfile": "FROM scratch\n"}, "Dockerfile"),
        ("conda", {"environment.yml": "dependencies: [numpy, {pip: [six]}]\n"}, "environment.yml"),
        ("wrong-post", {"postBuild": "echo before; exit 3\n"}, "postBuild ended with 3."),
        ("wrong-lock", {"requirements.txt": f"cowsay==6.1 --hash=sha256:{'0' * 64}\n"}, "hash"),
    ],
)
def test_what_cannot_be_built_is_said_in_words(
    binder_hub: CarrelHub, repositories: Repositories, name: str, files: dict[str, str], words: str
) -> None:
    repositories.commit(name, files)
    last = launch(binder_hub, repositories.spec(name))[-1]
    assert last["phase"] == "failed"
    assert words in last["message"]


@pytest.mark.parametrize(
    ("spec", "status", "words"),
    [
        ("git/{missing}/main", 404, "missing"),
        ("git/{first}/no-such-branch", 404, "no-such-branch"),
        ("ftp/x/y", 404, "ftp"),
        ("gh", 404, "names no repository"),
        ("git/file%3A%2F%2F%2Fetc/main", 404, "file"),
    ],
)
def test_a_wrong_link_is_refused_in_words(
    binder_hub: CarrelHub, repositories: Repositories, spec: str, status: int, words: str
) -> None:
    repositories.commit("first", {"a.txt": "a\n"})
    address = repositories.elsewhere.url
    spec = spec.format(missing=quote(f"{address}/missing.git", safe=""), first=quote(f"{address}/first.git", safe=""))
    last = launch(binder_hub, spec)[-1]
    assert (last["phase"], last["status_code"]) == ("failed", status)
    assert words in last["message"]


def test_a_build_outlives_the_hub(binder_hub: CarrelHub, repositories: Repositories) -> None:
    repositories.commit("slow", {"postBuild": "for i in $(seq 1 400); do echo step $i; sleep 0.1; done\n"})
    headers = {"Accept": "text/event-stream"}
    with requests.get(f"{binder_hub.url}/build/{repositories.spec('slow')}", headers=headers, stream=True) as answer:
        for line in answer.iter_lines():
            if b"step 3" in line:
                break
    binder_hub.kill_hub()
    binder_hub.start()
    events = launch(binder_hub, repositories.spec("slow"))
    assert events[-1]["phase"] == "ready", events[-1]
    assert sum("step 150" in event["message"] for event in events) == 1
    log = binder_hub.log.read_text()
    assert "build.takenOver" in log
    assert log.count("build.done") >= 1


def test_the_hub_tells_binder_pages_what_it_can(binder_hub: CarrelHub) -> None:
    providers = requests.get(f"{binder_hub.url}/api/repoproviders", timeout=30).json()
    assert {provider["id"] for provider in providers} >= {"gh", "gl", "git", "zenodo"}
    assert "binderhub" in requests.get(f"{binder_hub.url}/versions", timeout=30).json()
    assert requests.get(f"{binder_hub.url}/badge_logo.svg", timeout=30).headers["content-type"] == "image/svg+xml"
    assert requests.get(f"{binder_hub.url}/build/gh/a/b/HEAD", timeout=30).status_code == 400
