"""People can't reach each other's servers, whatever they send."""

from dataclasses import dataclass

import pytest
import requests
from carrel_hub import CarrelHub
from person import PATIENCE, Person
from playwright.sync_api import Browser, expect


@dataclass
class Neighbours:
    """Two people with running servers; the second tries to get into the first one's."""

    hub: CarrelHub
    anna: Person
    bert: Person

    def cookies_of(self, person: Person) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in person.page.context.cookies()}

    def ask(self, path: str, cookies: dict[str, str], **headers: str) -> requests.Response:
        return self.hub.ask("GET", path, cookies=cookies, headers={"Sec-Fetch-Mode": "navigate"} | headers)


@pytest.fixture(scope="module")
def neighbours(hub: CarrelHub, browser: Browser) -> Neighbours:
    """Both signed in and at work."""
    pair = []
    for name in ("anna", "bert"):
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        person = Person(name, hub.add_user(name), context.new_page(), hub.url)
        person.sign_in()
        person.start()
        pair.append(person)
    return Neighbours(hub, *pair)


def test_each_reaches_the_own_server(neighbours: Neighbours) -> None:
    for person in (neighbours.anna, neighbours.bert):
        answer = person.page.request.get(f"{neighbours.hub.url}/user/{person.name}/api/me")
        assert answer.status == 200
        assert answer.json()["identity"]["username"] == person.name


def test_the_address_of_the_other_is_refused(neighbours: Neighbours) -> None:
    page = neighbours.bert.page.context.new_page()
    answer = page.goto(f"{neighbours.hub.url}/user/anna/lab")
    assert answer
    assert answer.status == 403
    expect(page.get_by_text("This server belongs to somebody else.")).to_be_visible()
    page.close()


def test_a_cookie_renamed_to_the_others_is_refused(neighbours: Neighbours) -> None:
    mine = neighbours.cookies_of(neighbours.bert)
    forged = mine | {name.replace("bert", "anna"): value for name, value in mine.items() if "bert" in name}
    assert set(forged) > set(mine)
    assert neighbours.ask("/user/bert/api/contents", mine).status_code == 200
    assert neighbours.ask("/user/anna/api/contents", forged).status_code == 403


def test_the_own_token_opens_only_the_own_server(neighbours: Neighbours) -> None:
    token = neighbours.hub.token("bert")
    assert neighbours.hub.ask("GET", "/user/bert/api/contents", token).status_code == 200
    assert neighbours.hub.ask("GET", "/user/anna/api/contents", token).status_code == 403


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_the_others_server_is_neither_started_nor_stopped(neighbours: Neighbours, method: str) -> None:
    token = neighbours.hub.token("bert")
    assert neighbours.hub.ask(method, "/hub/api/users/anna/server", token).status_code in (403, 404)
    assert neighbours.anna.page.request.get(f"{neighbours.hub.url}/user/anna/api/me").status == 200


@pytest.mark.parametrize("path", ["/user/bert/../anna/api/contents", "/user/bert/%2e%2e/anna/api/contents"])
def test_a_way_round_through_the_own_server_is_refused(neighbours: Neighbours, path: str) -> None:
    token = neighbours.hub.token("bert")
    prepared = requests.Request("GET", neighbours.hub.url + path, headers={"Authorization": f"token {token}"}).prepare()
    prepared.url = neighbours.hub.url + path
    with requests.Session() as session:
        answer = session.send(prepared, allow_redirects=False, timeout=60)
    assert answer.status_code in (400, 403, 404)


def test_nothing_of_the_other_is_seen_from_inside(neighbours: Neighbours) -> None:
    bert = neighbours.bert
    bert.new_notebook()
    code = (
        "import glob, os\n"
        "print(os.getcwd())\n"
        "print([open(p, 'rb').read().count(b'anna') for p in glob.glob('/proc/[0-9]*/environ') if os.access(p, os.R_OK)])\n"
        "print(glob.glob('/home/*'), glob.glob('**/anna*', recursive=True))"
    )
    shown = bert.run(code, number=1)
    expect(shown).to_contain_text("/bert")
    text = shown.inner_text()
    assert "anna" not in text
    assert "1" not in text.splitlines()[1].strip("[]").split(", ")
