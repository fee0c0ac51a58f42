"""Files over WebDAV: from one's own computer, and of data sources, through the hub's own address."""

import re
import subprocess
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
import requests
from carrel_hub import CarrelHub, command_line, eventually
from hub_people import PASSWORD as VISITORS_PASSWORD
from hub_people import person as visitor
from nextcloud import Nextcloud
from person import Person
from playwright.sync_api import BrowserContext, Locator, Page, expect

APP_PASSWORD = "right-Hand-app-Pass"
SETTINGS = """\
dataSources:
  b2drop:
    title: B2DROP
    address: {cloud}/remote.php/dav/files/{{user}}
    inStartOptions: true
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nextcloud]:
    """A Nextcloud with one person."""
    with Nextcloud(tmp_path_factory.mktemp("cloud")) as cloud:
        cloud.people.add("anna", APP_PASSWORD)
        cloud.files("anna").mkdir(parents=True, exist_ok=True)
        yield cloud


@pytest.fixture(scope="module")
def hub(cloud: Nextcloud) -> Iterator[CarrelHub]:
    """A hub that offers it."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS.format(cloud=cloud.url))
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[..., Person]:
    """Signs somebody new in."""

    def made(name: str) -> Person:
        person = Person(name, hub.add_user(name), contexts().new_page(), hub.url)
        person.sign_in()
        return person

    return made


def file_password(page: Page, url: str, note: str, *, reads_only: bool = False) -> str:
    """Makes a password for files on its page."""
    page.goto(f"{url}/hub/file-access")
    page.get_by_label("What it is for").fill(note)
    if reads_only:
        page.get_by_label("It only reads").check()
    page.get_by_role("button", name="Make it").click()
    return page.get_by_label("New password").input_value()


def home_of(hub: CarrelHub, person: Person) -> Path:
    """A home, made by the first start of a server."""
    hub.start_server(person.name, hub.token(person.name))
    return hub.home(person.name)


def card(page: Page) -> Locator:
    """What is said about the data source."""
    return page.get_by_role("article", name="B2DROP")


def connect(page: Page, url: str, password: str) -> None:
    """Gives user name and password on the page about connections."""
    page.goto(f"{url}/hub/connections")
    card(page).get_by_label("User name").fill("anna")
    card(page).get_by_label(re.compile("App password")).fill(password)
    page.keyboard.press("Enter")


def dav(hub: CarrelHub, method: str, path: str, auth: tuple[str, str], **how: object) -> requests.Response:
    """One request of a WebDAV program."""
    return requests.request(method, f"{hub.url}/dav/{path}", auth=auth, timeout=60, **how)  # type: ignore[arg-type]


def gateway(hub: CarrelHub) -> psutil.Process:
    """The data gateway."""
    return next(one for one in hub.processes() if command_line(one).split()[1:2] == ["gateway"])


def test_a_home_is_reached_from_elsewhere_until_the_password_is_taken_back(
    hub: CarrelHub, comer: Callable[..., Person], tmp_path: Path
) -> None:
    person = comer("dav-home")
    home = home_of(hub, person)
    page = person.page
    password = file_password(page, hub.url, "My laptop")
    assert password not in hub.log.read_text()
    auth = (person.name, password)

    assert dav(hub, "PUT", "home/from%20afar%20%C3%A4.txt", auth, data=b"hello").status_code == HTTPStatus.CREATED
    file = home / "from afar ä.txt"
    assert file.read_bytes() == b"hello"
    assert file.stat().st_uid == home.stat().st_uid != 0
    (home / "inside.txt").write_bytes(b"0123456789")
    part = dav(hub, "GET", "home/inside.txt", auth, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (HTTPStatus.PARTIAL_CONTENT, b"2345")
    (home / "outside").symlink_to("/etc")
    assert dav(hub, "GET", "home/outside/passwd", auth).status_code == HTTPStatus.NOT_FOUND

    page.goto(f"{hub.url}/hub/file-access")
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("button", name="Remove the password for My laptop").click()
    expect(page.get_by_text("That password opens nothing any more.")).to_be_visible()
    assert dav(hub, "GET", "home/inside.txt", auth).status_code == HTTPStatus.UNAUTHORIZED


def test_nobody_gets_to_others_files(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    one, other = comer("dav-one"), comer("dav-other")
    (home_of(hub, one) / "secret.txt").write_text("mine")
    home_of(hub, other)
    password = file_password(other.page, hub.url, "phone")
    assert dav(hub, "GET", "home/secret.txt", (other.name, password)).status_code == HTTPStatus.NOT_FOUND
    for path in ("home/../dav-one/secret.txt", "home/%2e%2e/dav-one/secret.txt", "dav-one/secret.txt"):
        assert dav(hub, "GET", path, (other.name, password)).status_code in (400, 404), path
    for auth in ((one.name, password), (other.name, "0" * 32), (other.name, "")):
        answer = dav(hub, "PROPFIND", "", auth)
        assert answer.status_code == HTTPStatus.UNAUTHORIZED, auth
        assert "Basic" in answer.headers["WWW-Authenticate"]


def test_a_password_that_only_reads_changes_nothing(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    person = comer("dav-reader")
    home = home_of(hub, person)
    (home / "a.txt").write_text("a")
    auth = (person.name, file_password(person.page, hub.url, "viewer", reads_only=True))
    assert dav(hub, "GET", "home/a.txt", auth).text == "a"
    for method, path in (("PUT", "home/b.txt"), ("DELETE", "home/a.txt"), ("MKCOL", "home/c"), ("COPY", "home/a.txt")):
        told = {"Destination": f"{hub.url}/dav/home/copy.txt"}
        assert dav(hub, method, path, auth, headers=told).status_code == HTTPStatus.FORBIDDEN, method
    assert (home / "a.txt").read_text() == "a"


def test_litmus_finds_nothing_wrong_with_a_home(hub: CarrelHub, comer: Callable[..., Person], tmp_path: Path) -> None:
    person = comer("dav-litmus")
    home_of(hub, person)
    words = ["litmus", f"{hub.url}/dav/home/", person.name, file_password(person.page, hub.url, "litmus")]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout
    assert re.findall(r"summary for `(\w+)'.* 0 failed", ran.stdout) == ["basic", "copymove", "props", "locks", "http"]
    assert "WARNING" not in ran.stdout


def test_the_gateway_outlives_the_hub_and_the_hub_the_gateway(
    own_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    person = Person("dav-lasting", own_hub.add_user("dav-lasting"), contexts().new_page(), own_hub.url)
    person.sign_in()
    home_of(own_hub, person)
    auth = (person.name, file_password(person.page, own_hub.url, "drive"))
    assert dav(own_hub, "PUT", "home/a.txt", auth, data=b"1").status_code == HTTPStatus.CREATED
    before = gateway(own_hub).pid

    own_hub.kill_hub()
    assert dav(own_hub, "PUT", "home/a.txt", auth, data=b"2").status_code == HTTPStatus.NO_CONTENT
    own_hub.start()
    assert dav(own_hub, "GET", "home/a.txt", auth).text == "2"
    assert gateway(own_hub).pid == before

    gateway(own_hub).kill()
    assert eventually(lambda: dav(own_hub, "GET", "home/a.txt", auth).status_code == HTTPStatus.OK)
    assert gateway(own_hub).pid != before


def test_who_is_shut_out_is_shut_out_of_files_at_once(hub: CarrelHub) -> None:
    people = {name: visitor(hub, f"dav-{name}") for name in ("careful", "disabled", "removed", "away")}
    auths = {}
    for name, one in people.items():
        page = one.post("/hub/file-access", {"note": "drive", "lifetime": "year"}).text
        shown = re.search(r"readonly[^>]*>([0-9a-f]{32})<", page)
        assert shown, page
        auths[name] = (f"dav-{name}", shown[1])

    def status(name: str) -> int:
        return dav(hub, "PROPFIND", "", auths[name], headers={"Depth": "0"}).status_code

    # The gateway remembers whom it admitted.
    assert {name: status(name) for name in people} == dict.fromkeys(people, HTTPStatus.MULTI_STATUS)
    assert "Also revoke my 1 password for files" in people["careful"].ask("GET", "/hub/account/not-me").text
    new = {"new_password": "another pass phrase 8", "new_password_again": "another pass phrase 8"}
    people["careful"].post("/hub/account/not-me", {"current_password": VISITORS_PASSWORD, "tokens": "revoke"} | new)
    assert status("careful") == HTTPStatus.UNAUTHORIZED

    # The command line has the hub tell the gateway; by itself it would ask in a quarter of a minute.
    assert (status("disabled"), status("removed")) == (HTTPStatus.MULTI_STATUS, HTTPStatus.MULTI_STATUS)
    hub.command("user", "disable", "dav-disabled")
    assert eventually(lambda: status("disabled") == HTTPStatus.UNAUTHORIZED, within=12)
    assert status("removed") == HTTPStatus.MULTI_STATUS
    hub.command("user", "remove", "dav-removed")
    assert eventually(lambda: status("removed") == HTTPStatus.UNAUTHORIZED, within=12)

    hub.kill_hub()
    hub.command("user", "disable", "dav-away")
    assert status("away") == HTTPStatus.MULTI_STATUS, "nobody can say otherwise"
    hub.start()
    assert eventually(lambda: status("away") == HTTPStatus.UNAUTHORIZED, within=12)


def test_a_data_source_is_connected_and_shown(hub: CarrelHub, cloud: Nextcloud, comer: Callable[..., Person]) -> None:
    person = comer("dav-source")
    page = person.page
    connect(page, hub.url, "wr0ng-app-Pass")
    expect(card(page).get_by_role("alert")).to_contain_text("The service doesn’t take this user name and password.")
    assert "wr0ng-app-Pass" not in page.content()
    connect(page, hub.url, APP_PASSWORD)
    expect(card(page).get_by_text("Connected", exact=True)).to_be_visible()
    for file in (hub.log, *hub.state.joinpath("logs").glob("*.log")):
        assert APP_PASSWORD not in file.read_text()

    auth = (person.name, file_password(page, hub.url, "drive"))
    (cloud.files("anna") / "there.txt").write_text("from there")
    assert dav(hub, "GET", "b2drop/there.txt", auth).text == "from there"
    assert dav(hub, "PUT", "b2drop/here%20%23.txt", auth, data=b"from here").status_code == HTTPStatus.CREATED
    assert (cloud.files("anna") / "here #.txt").read_bytes() == b"from here"

    cloud.stop()
    try:
        answer = dav(hub, "GET", "b2drop/there.txt", auth)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert int(answer.headers["Retry-After"]) > 0
        assert dav(hub, "PROPFIND", "home/", auth, headers={"Depth": "0"}).status_code != HTTPStatus.SERVICE_UNAVAILABLE
        page.goto(f"{hub.url}/hub/connections")
        expect(card(page).get_by_text("The service isn’t reached.")).to_be_visible()
    finally:
        cloud.start()
    # By itself, within the pauses between tries.
    expect(card(page).get_by_text("Connected", exact=True)).to_be_visible()
    assert dav(hub, "GET", "b2drop/there.txt", auth).text == "from there"

    card(page).get_by_role("button", name=re.compile("^Remove")).click()
    expect(card(page).get_by_text("Not connected")).to_be_visible()
    assert dav(hub, "GET", "b2drop/there.txt", auth).status_code == HTTPStatus.NOT_FOUND


def test_a_start_asks_and_says_a_wrong_password_at_once(hub: CarrelHub, comer: Callable[..., Person]) -> None:
    person = comer("dav-start")
    page = person.page
    page.get_by_role("link", name=re.compile("^Start…")).click()
    page.get_by_text("B2DROP connection").click()
    page.get_by_label("B2DROP app user name").fill("anna")
    page.get_by_label("B2DROP app password").fill("wr0ng-app-Pass")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("The service doesn’t take this user name and password.")
    page.get_by_label("B2DROP app password").fill(APP_PASSWORD)
    page.get_by_role("button", name="Start").click()
    person.await_lab()
    page.goto(f"{hub.url}/hub/connections")
    expect(card(page).get_by_text("Connected", exact=True)).to_be_visible()
