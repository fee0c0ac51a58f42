"""What is kept of the hub's notices, and when it is asked again: with a clock that the test moves."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from carrel_server import hub_notices
from carrel_server.hub_notices import HubNotices, Reply
from carrel_server.notice_shape import NotUnderstood, read

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = {"id": "e1", "kind": "end", "title": "It ends", "text": "Soon.", "at": "2026-11-28T12:00:00Z", "level": "warning"}


def body(*notices: object, **more: object) -> bytes:
    return json.dumps({"notices": list(notices), "now": NOON.isoformat()} | more).encode()


class Hub:
    """Answers with what stands in `replies`, the last one for ever; `tags` are those that it was asked with."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.tags: list[str] = []
        self.time = 1000.0
        self.notices = HubNotices(self.ask, logging.getLogger("test"), lambda: self.time)

    async def ask(self, etag: str) -> Reply:
        self.tags.append(etag)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def after(self, seconds: float) -> dict[str, Any]:
        self.time += seconds
        return await self.notices.current()


def run(story: Callable[[], Awaitable[None]]) -> None:
    """In a thread of its own, as Playwright keeps a loop running in this one."""

    async def within_a_while() -> None:
        await asyncio.wait_for(story(), 30)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, within_a_while()).result()


def titles(answer: dict[str, Any]) -> list[str]:
    return [notice["title"] for notice in answer["notices"]]


def test_what_the_hub_says_is_passed_on() -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END, instance={"name": "course", "title": "School", "kind": "temporary"})))
        answer = await hub.after(0)
        assert titles(answer) == ["It ends"]
        assert answer["instance"] == {"name": "course", "title": "School", "kind": "temporary"}
        assert (answer["stale"], answer["every"], answer["now"]) == (False, 15, "2026-11-21T12:00:00.000Z")

    run(story)


def test_many_pages_share_one_answer() -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END), '"a"'))
        await asyncio.gather(*(hub.after(0) for _ in range(10)))
        await hub.after(0.9)
        assert hub.tags == [""]
        await hub.after(0.2)
        assert hub.tags == ["", '"a"']

    run(story)


def test_an_unchanged_answer_is_the_former_one_with_the_time_of_now() -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END), '"a"'), Reply(304, date=NOON + timedelta(seconds=10)))
        await hub.after(0)
        answer = await hub.after(10.4)
        assert titles(answer) == ["It ends"]
        assert (answer["stale"], answer["now"]) == (False, "2026-11-21T12:00:10.400Z")

    run(story)


def test_a_clock_that_was_moved_is_followed() -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END), '"a"'), Reply(304, date=NOON + timedelta(hours=1)))
        await hub.after(0)
        assert (await hub.after(10))["now"] == "2026-11-21T13:00:00.000Z"

    run(story)


@pytest.mark.parametrize(
    "trouble",
    [OSError("gone"), TimeoutError(), Reply(500), Reply(403), Reply(302), Reply(200, b"<html>"), Reply(200, b"{}")],
)
def test_what_was_known_stays_when_the_hub_fails(trouble: Reply | Exception) -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END)), trouble)
        await hub.after(0)
        answer = await hub.after(6)
        assert (titles(answer), answer["stale"], answer["now"]) == (["It ends"], True, "2026-11-21T12:00:06.000Z")

    run(story)


def test_a_hub_that_fails_is_asked_ever_more_seldom() -> None:
    async def story() -> None:
        hub = Hub(OSError("gone"))
        for _ in range(600):
            answer = await hub.after(1)
        assert 12 <= len(hub.tags) <= 14
        assert answer["every"] == 60
        hub.replies = [Reply(200, body(END))]
        answer = await hub.after(60)
        assert (titles(answer), answer["stale"], answer["every"]) == (["It ends"], False, 15)

    run(story)


def test_a_hub_without_notices_is_left_in_peace() -> None:
    async def story() -> None:
        hub = Hub(Reply(200, body(END)), Reply(404))
        await hub.after(0)
        answer = await hub.after(6)
        assert (answer["notices"], answer["stale"], answer["every"]) == ([], False, 600)
        await hub.after(500)
        assert len(hub.tags) == 2

    run(story)


def test_nobody_waits_long_for_a_slow_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_notices, "PATIENCE", 0.01)

    async def story() -> None:
        comes = asyncio.Event()

        async def ask(_: str) -> Reply:
            await comes.wait()
            return Reply(200, body(END))

        notices = HubNotices(ask, logging.getLogger("test"))
        assert (await notices.current())["stale"] is True
        comes.set()
        await asyncio.wait({notices.asking} if notices.asking else set())
        assert titles(await notices.current()) == ["It ends"]

    run(story)


def test_the_log_tells_of_trouble_once_and_without_addresses(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        hub = Hub(OSError("http+unix://secret"), OSError("again"), Reply(200, body(END)))
        for _ in range(3):
            await hub.after(61)

    with caplog.at_level(logging.INFO):
        run(story)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "secret" not in caplog.text


# The shape


def one(**fields: object) -> dict[str, Any]:
    about, _ = read(body({"id": "a", "title": "T"} | fields))
    return about["notices"][0]


def test_texts_stay_texts() -> None:
    found = one(title="<img src=x onerror=alert(1)>", text="a\u202eb\x00c\nd\ud800")
    assert (found["title"], found["text"]) == ("<img src=x onerror=alert(1)>", "abc\nd")


def test_endless_texts_are_cut() -> None:
    found = one(title="x" * 100_000, text="y" * 100_000)
    assert (len(found["title"]), len(found["text"])) == (200, 2000)


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:text/html,x", "https://", "", "/ hub", "/a\nb",
     "https://hub@evil.example/", "https://[x", "ftp://x/", "/" + "a" * 3000, None, 7],
)  # fmt: skip
def test_links_that_lead_elsewhere_are_left_out(href: object) -> None:
    assert one(links=[{"label": "Press", "href": href}])["links"] == []


def test_links_of_the_hub_and_of_the_web_are_kept() -> None:
    wanted = [
        {"label": "Download", "href": "/hub/takeout?home=a"},
        {"label": "Read", "href": "https://x.example/ü"},
    ]
    assert one(links=[*wanted, {"label": ""}, 1])["links"] == wanted


@pytest.mark.parametrize("at", ["tomorrow", 7, None, "2026-11-28T12:00:00", "0001-01-01T00:00:00+23:00", {}])
def test_a_time_that_is_none_is_no_time(at: object) -> None:
    assert one(at=at)["at"] is None


def test_odd_values_become_the_harmless_ones() -> None:
    found = one(kind="x", level=["urgent"], dismissible="yes", links={})
    assert (found["kind"], found["level"], found["dismissible"], found["links"]) == ("message", "info", False, [])


def test_of_a_huge_list_the_most_urgent_are_kept_and_none_twice() -> None:
    many = [{"id": str(n % 90), "title": str(n), "level": "urgent" if n == 70 else "info"} for n in range(5000)]
    about, _ = read(body(*many, None, [], {"title": "no id"}))
    assert len(about["notices"]) == 20
    assert about["notices"][0]["title"] == "70"


@pytest.mark.parametrize("nonsense", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"notices": {}}'])
def test_an_answer_of_another_kind_is_refused(nonsense: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read(nonsense)
