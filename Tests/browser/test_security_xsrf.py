"""What a page of another user, on the hub's own origin, can make a browser do (reference 1.13 and 6.3, 1)."""

import itertools

import pytest
from carrel_hub import CarrelHub
from hub_people import Visitor, person

MODES = [None, "navigate", "cors", "no-cors", "same-origin", "websocket", "odd"]
SITES = [None, "same-origin", "same-site", "cross-site", "none"]
DESTINATIONS = [None, "document", "iframe", "image", "empty"]


@pytest.fixture(scope="module")
def victim(hub: CarrelHub) -> Visitor:
    """Somebody who is signed in."""
    return person(hub, "xsrfvictim")


def marks(mode: str | None, site: str | None, destination: str | None) -> dict[str, str]:
    """The fields by which a browser says what a request is for."""
    given = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    return {name: value for name, value in given.items() if value is not None}


def server_is_wanted(hub: CarrelHub, name: str) -> bool:
    """Whether somebody's Start was pressed; presses Stop again."""
    token = hub.token(name)
    answer = hub.ask("GET", f"/hub/api/users/{name}/server", token)
    if answer.status_code != 200 or not (answer.json().get("pending") or answer.json().get("ready")):
        return False
    hub.ask("DELETE", f"/hub/api/users/{name}/server", token)
    return True


def allowed_to_read(mode: str | None, site: str | None, destination: str | None) -> bool:
    """Which GETs go without a token: navigations, websockets, old browsers, and images and scripts of our own pages."""
    is_embedded = site == "same-origin" and destination not in (None, "empty")
    return mode in (None, "navigate", "websocket") or (mode == "no-cors" and is_embedded)


@pytest.mark.parametrize("path", ["/hub/home", "/hub/account", "/hub/api/user", "/hub/api/users/xsrfvictim"])
def test_scripts_read_nothing_without_the_token(hub: CarrelHub, victim: Visitor, path: str) -> None:
    """Every combination of marks on a GET; the same path with empty segments is judged alike."""
    wrong = []
    for mode, site, destination in itertools.product(MODES, SITES, DESTINATIONS):
        for written in (path, "/" + path, path.replace("/hub/", "/hub//"), path + "/"):
            answer = victim.ask("GET", written, headers=marks(mode, site, destination))
            if answer.status_code == 200 and not allowed_to_read(mode, site, destination):
                wrong.append((written, mode, site, destination))
    assert not wrong, wrong[:10]


@pytest.mark.parametrize(
    "written",
    [
        "/hub/spawn/{}",
        "//hub/spawn/{}",
        "/hub//spawn/{}",
        "/hub/spawn//{}",
        "/hub/%73pawn/{}",
        "///hub///spawn///{}",
        "/hub/spawn/{}/",
    ],
)
def test_an_image_doesnt_press_start(hub: CarrelHub, victim: Visitor, written: str) -> None:
    """CVE-2026-40864: a GET that acts is for navigations of the window only, however its path is written."""
    path = written.format("xsrfvictim")
    for mode, site, destination in itertools.product(
        ["no-cors", "cors", "same-origin"], ["same-origin", "cross-site"], ["image", "empty", "script"]
    ):
        victim.ask("GET", path, headers=marks(mode, site, destination))
    for destination in ("iframe", "embed", "object"):
        victim.ask("GET", path, headers=marks("navigate", "same-origin", destination))
    assert not server_is_wanted(hub, "xsrfvictim")


@pytest.mark.parametrize("written", ["/hub/logout", "//hub/logout", "/hub//logout", "/hub/logout/"])
def test_an_image_doesnt_sign_out(hub: CarrelHub, written: str) -> None:
    """Nor does it end a session, however the path is written."""
    name = f"image{len(written)}{written.count('/')}{written.find('//') + 1}{written.endswith('/')}".lower()
    visitor = person(hub, name)
    for site in ("same-origin", "cross-site"):
        visitor.ask("GET", written, headers=marks("no-cors", site, "image"))
    assert visitor.ask("GET", "/hub/home").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_acts_without_the_token(hub: CarrelHub, victim: Visitor, method: str) -> None:
    """Forms of another page, in every media type, with any marks; with a wrong token; with an anonymous one."""
    paths = [
        "/hub/spawn/xsrfvictim",
        "/hub/stop/xsrfvictim",
        "/hub/account/password",
        "/hub/account/sign-out-others",
        "/hub/logout",
        "/hub/password",
        "/hub/login",
        "/hub/api/users/xsrfvictim/server",
        "/hub//spawn/xsrfvictim",
        "/hub//api/users/xsrfvictim/server",
        "/hub//logout",
    ]
    stranger = Visitor(hub)
    types = [
        None,
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json",
    ]
    wrong = []
    for path, kind, mode in itertools.product(paths, types, [None, "navigate", "no-cors", "cors", "websocket"]):
        for site in (None, "same-origin", "cross-site"):
            headers = marks(mode, site, None) | ({"Content-Type": kind} if kind else {})
            body = "{}" if kind == "application/json" else "_xsrf=" + stranger.xsrf
            answer = victim.ask(method, path, headers=headers, data=body)
            if answer.status_code not in (403, 404, 405):
                wrong.append((method, path, kind, mode, site, answer.status_code))
    assert not wrong, wrong[:10]
    assert victim.ask("GET", "/hub/home").status_code == 200


def test_a_foreign_origin_is_refused_even_with_the_token(hub: CarrelHub, victim: Visitor) -> None:
    """Somebody who stole the token still needs the origin."""
    for origin in ("http://evil.example", "null", hub.url.replace("http", "https", 1) + "0", hub.url + ".evil.example"):
        answer = victim.post("/hub/spawn/xsrfvictim", headers={"Origin": origin})
        assert answer.status_code == 403, (origin, answer.status_code)


def test_a_page_cant_tell_whether_its_visitor_is_signed_in(hub: CarrelHub, victim: Visitor) -> None:
    """The same answer to a cross-site script with and without a session."""
    headers = {"Origin": "http://evil.example", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"}
    for path in ("/hub/api/user", "/hub/home"):
        assert (
            victim.ask("GET", path, headers=headers).status_code
            == Visitor(hub).ask("GET", path, headers=headers).status_code
        )
