"""`carrel/notices` of the real server, with a hub that is well, slow, down, or not to be trusted."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hub_stand_in import HubStandIn, NoticesStandIn, running
from single_user import PREFIX, Server, started
from unix_http import request

ASKED = ("GET", "/hub/api/carrel/notices")
MESSAGE = {"id": "m1", "kind": "message", "title": "Lunch", "text": "At noon.", "level": "info", "dismissible": True}


class Setting:
    """A running server, and its hub, which can be taken away."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.hub = server.hub
        self.socket = folder / "hub.sock"

    def answer(self) -> dict[str, Any]:
        answer = self.server.ask("GET", "carrel/notices")
        assert answer.status == 200, answer.text
        return answer.json()

    def says(self, *notices: object) -> None:
        self.hub.notices.answer = {
            "instance": {"name": "course", "title": "S", "kind": "temporary"},
            "notices": notices,
        }

    def await_answer(self, **wanted: object) -> dict[str, Any]:
        """Asks until the answer is as wanted: the hub is asked again after a second, or later after a failure."""
        self.server.await_that(lambda: wanted.items() <= self.answer().items())
        return self.answer()


@pytest.fixture(scope="module")
def setting(environment: Path, short_folder: Path) -> Iterator[Setting]:
    """A server that is started while its hub has nothing to say."""
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with (
        running(hub, short_folder / "hub.sock") as serving,
        started(command, hub, serving.api_url, short_folder) as server,
    ):
        yield Setting(server, short_folder)


@pytest.fixture(autouse=True)
def hub_says_nothing(setting: Setting) -> Iterator[None]:
    """Each test begins and ends with a hub that is well."""
    setting.hub.notices = NoticesStandIn()
    setting.await_answer(notices=[], stale=False)
    yield
    setting.hub.notices.goes_on.set()


def test_it_is_told_with_the_servers_own_token(setting: Setting) -> None:
    setting.says(MESSAGE)
    told = setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    assert told["instance"]["name"] == "course"
    assert setting.hub.await_request(*ASKED).authorization == setting.hub.server_token


def test_nobody_else_is_told(setting: Setting) -> None:
    assert setting.server.ask("GET", "carrel/notices", token="0" * 32).status == 403
    assert request(setting.server.socket, "GET", f"{PREFIX}carrel/notices").status == 403
    assert setting.server.ask("POST", "carrel/notices", {}).status == 405


def test_it_is_neither_kept_nor_taken_for_a_page(setting: Setting) -> None:
    headers = setting.server.ask("GET", "carrel/notices").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"].startswith("application/json")


def test_an_answer_that_has_not_changed_is_not_sent_again(setting: Setting) -> None:
    setting.says(MESSAGE)
    setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    del setting.hub.notices.answered[:]
    setting.server.await_that(lambda: bool(setting.answer()) and 304 in setting.hub.notices.answered)
    assert 200 not in setting.hub.notices.answered
    assert [notice["id"] for notice in setting.answer()["notices"]] == ["m1"]


def test_the_time_is_the_hubs(setting: Setting) -> None:
    setting.says(MESSAGE)
    setting.hub.notices.ahead = timedelta(days=3)
    setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    told = datetime.fromisoformat(setting.answer()["now"])
    assert abs(told - setting.hub.notices.now) < timedelta(minutes=1)


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_refusal_keeps_what_is_known(setting: Setting, status: int) -> None:
    setting.says(MESSAGE)
    setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    setting.hub.notices.status = status
    assert [notice["id"] for notice in setting.await_answer(stale=True)["notices"]] == ["m1"]


def test_a_slow_hub_holds_nobody_up(setting: Setting) -> None:
    setting.says(MESSAGE)
    setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    setting.hub.notices.goes_on.clear()
    assert [notice["id"] for notice in setting.await_answer(stale=True)["notices"]] == ["m1"]
    assert setting.server.ask("GET", "api/status").status == 200


def test_an_endless_answer_is_not_taken(setting: Setting) -> None:
    setting.hub.notices.answer = json.dumps({"notices": [MESSAGE | {"text": "x" * (1 << 20)}]}).encode()
    assert setting.await_answer(stale=True)["notices"] == []


def test_a_hub_that_is_away_is_survived_and_found_again(setting: Setting) -> None:
    setting.says(MESSAGE)
    setting.await_answer(stale=False, notices=[MESSAGE | {"at": None, "links": []}])
    setting.hub.notices.hangs_up = True
    away = setting.socket.rename(setting.socket.with_name("away"))
    assert [notice["id"] for notice in setting.await_answer(stale=True)["notices"]] == ["m1"]
    setting.hub.notices.hangs_up = False
    away.rename(setting.socket)
    setting.await_answer(stale=False)


def test_looking_is_not_use(setting: Setting) -> None:
    setting.server.ask("GET", "api/contents")
    before = setting.server.ask("GET", "api/status?no_track_activity=1").json()["last_activity"]
    setting.answer()
    assert setting.server.ask("GET", "api/status?no_track_activity=1").json()["last_activity"] == before


def test_its_log_holds_no_token(setting: Setting) -> None:
    assert setting.hub.server_token not in setting.server.log


def test_its_log_is_not_filled_by_it(setting: Setting) -> None:
    setting.answer()
    assert setting.server.ask("GET", "carrel/notices", token="0" * 32).status == 403
    setting.server.await_log("403 GET /user/alice/carrel/notices")
    assert "200 GET /user/alice/carrel/notices" not in setting.server.log
