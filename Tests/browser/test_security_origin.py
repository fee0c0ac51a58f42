"""A user's server shares the hub's origin; what it may not tell browsers about that origin."""

import os

import pytest
import requests
from carrel_hub import CarrelHub
from hub_people import Visitor, person

EVIL = r"""
c = get_config()
import jupyter_server.serverapp
import tornado.web

class Evil(tornado.web.RequestHandler):
    def get(self):
        for name in ("Service-Worker-Allowed", "Clear-Site-Data", "NEL", "Report-To", "Reporting-Endpoints", "Alt-Svc",
                     "Strict-Transport-Security"):
            self.set_header(name, "/")
        for cookie in ("jupyterhub-hub-login=x; Path=/hub/; HttpOnly", "jupyterhub-session-id=x; Path=/", "_xsrf=x; Path=/hub/",
                       "jupyterhub-user-x=x; Path=/user/x/", "nopath=x", "own=x; Path=/user/originmallory/",
                       "wide=x; Path=/user/originmallory/; Domain=example.org"):
            self.add_header("Set-Cookie", cookie)
        self.finish(self.request.headers.get("Cookie", ""))

old = jupyter_server.serverapp.ServerWebApplication.__init__

def new(self, *arguments, **options):
    old(self, *arguments, **options)
    self.add_handlers(".*$", [(r"/user/[^/]+/evil", Evil)])

jupyter_server.serverapp.ServerWebApplication.__init__ = new
"""


@pytest.fixture(scope="module")
def evil(hub: CarrelHub) -> requests.Response:
    """What a browser of somebody signed in gets from a hostile server."""
    victim = person(hub, "originvictim")
    hub.add_user("originmallory")
    token = hub.token("originmallory")
    hub.start_server("originmallory", token)
    folder = hub.home("originmallory") / ".jupyter"
    owner = folder.parent.stat()
    folder.mkdir(exist_ok=True)
    (folder / "jupyter_server_config.py").write_text(EVIL)
    for path in (folder, folder / "jupyter_server_config.py"):
        os.chown(path, owner.st_uid, owner.st_gid)
    hub.ask("DELETE", "/hub/api/users/originmallory/server", token)
    hub.await_server("originmallory", token, lambda server: not server.get("pending") and not server.get("ready"))
    hub.start_server("originmallory", token)
    answer = victim.ask("GET", "/user/originmallory/evil")
    assert answer.status_code == 200
    return answer


def test_a_server_gets_no_cookie_of_the_hub(evil: requests.Response) -> None:
    """Only the mark that tells browsers apart."""
    assert "jupyterhub-hub-login" not in evil.text
    assert "_xsrf" not in evil.text


@pytest.mark.parametrize(
    "name",
    [
        "Service-Worker-Allowed",
        "Clear-Site-Data",
        "NEL",
        "Report-To",
        "Reporting-Endpoints",
        "Alt-Svc",
        "Strict-Transport-Security",
    ],
)
def test_a_server_doesnt_speak_for_the_origin(evil: requests.Response, name: str) -> None:
    """A service worker for `/` would read the sign-in page of everybody who once looked at mallory's."""
    assert name not in evil.headers


def test_a_server_sets_cookies_below_its_own_prefix_only(evil: requests.Response) -> None:
    """Else it could replace the hub's HttpOnly cookies by its own."""
    kept = [cookie.split("=")[0] for cookie in evil.raw.headers.getlist("Set-Cookie")]
    # Without a path a cookie is for the folder of its address, which is below the prefix too.
    assert set(kept) <= {"own", "nopath"} and "own" in kept, kept


def test_the_hub_hands_out_no_service_worker_and_no_window(hub: CarrelHub) -> None:
    """Scripts of the hub can't become workers, and its pages can't be reached through `window.open`."""
    visitor = Visitor(hub)
    page = visitor.ask("GET", "/hub/login")
    assert page.headers.get("Cross-Origin-Opener-Policy") == "noopener-allow-popups"
    assert visitor.ask("GET", "/hub/static/carrel.js").status_code == 200
    assert visitor.ask("GET", "/hub/static/carrel.js", headers={"Service-Worker": "script"}).status_code in (403, 404)


def test_the_error_page_leads_nowhere_else(hub: CarrelHub) -> None:
    """Its retry link is a path of ours."""
    for target in ("https://evil.example/x", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        answer = Visitor(hub).ask("GET", "/hub/error/503", params={"url": target})
        assert "evil.example" not in answer.text and "javascript:" not in answer.text, target
