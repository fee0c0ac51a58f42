"""What the hub last said to this server's user, and when to ask it again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from logging import Logger
from typing import Any

from carrel_server.notice_shape import NotUnderstood, read, written

# All in seconds. Several tabs share one answer; one that is waited for in vain is asked for ever more seldom.
FRESH = 1.0
PATIENCE = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
# What a page is told to wait before it asks again: usually, and where the hub doesn't know notices.
EVERY, HARDLY_EVER = 15.0, 600.0
# By so much the hub's clock may differ from what we reckon before it is believed again; a `Date` has whole seconds.
DRIFT = timedelta(seconds=2)


@dataclass(frozen=True)
class Reply:
    """The hub's answer to one request; `date` is when it was sent, by the hub's clock."""

    status: int
    body: bytes = b""
    etag: str = ""
    date: datetime | None = None


class HubNotices:
    """The last known notices. Pure but for the `ask` and the `clock` it is given.

    `ask` has a deadline of its own, and throws an `OSError` if there is no answer.
    """

    def __init__(
        self, ask: Callable[[str], Awaitable[Reply]], log: Logger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.ask = ask
        self.log = log
        self.clock = clock
        self.known: dict[str, Any] = {"instance": None, "notices": []}
        self.etag = ""
        self.trouble = "not asked yet"
        self.failures = 0
        self.every = EVERY
        self.ask_again_at = clock()
        self.asking: asyncio.Task[None] | None = None
        self.hub_time = datetime.now(UTC)
        self.hub_time_at = clock()

    async def current(self) -> dict[str, Any]:
        """What to show: asked for anew if it is time, but never waited for long."""
        if self.asking is None and self.clock() >= self.ask_again_at:
            self.asking = asyncio.create_task(self.renew())
        if self.asking is not None:
            await asyncio.wait({self.asking}, timeout=PATIENCE)
        is_late = self.asking is not None
        return self.known | {"now": written(self.now()), "stale": is_late or bool(self.trouble), "every": self.every}

    def now(self) -> datetime:
        """The time by the hub's clock."""
        return self.hub_time + timedelta(seconds=self.clock() - self.hub_time_at)

    async def renew(self) -> None:
        """Asks the hub once; what goes wrong is remembered, and changes nothing that is known."""
        try:
            self.take(await self.ask(self.etag))
        except (OSError, ValueError) as error:
            # An error's text may hold addresses; its kind says enough.
            self.fail(f"{error}" if isinstance(error, NotUnderstood) else type(error).__name__)
        finally:
            self.asking = None

    def take(self, reply: Reply) -> None:
        """Learns from an answer."""
        if reply.status == 404:
            self.known, self.etag, self.every = {"instance": None, "notices": []}, "", HARDLY_EVER
        elif reply.status == 304 and self.etag:
            self.every = EVERY
            self.set_time(reply.date)
        elif reply.status == 200:
            about, now = read(reply.body)
            self.known, self.etag, self.every = about, reply.etag, EVERY
            self.set_time(now or reply.date)
        else:
            raise NotUnderstood(f"status {reply.status}")
        if self.failures:
            self.log.info("Carrel: the hub tells notices again")
        self.trouble, self.failures = "", 0
        self.ask_again_at = self.clock() + (HARDLY_EVER if reply.status == 404 else FRESH)

    def fail(self, trouble: str) -> None:
        """Notes that there was no answer, once in the log too, and waits a while."""
        if not self.failures:
            self.log.warning("Carrel: the hub doesn't tell notices (%s); those it told last stay", trouble)
        self.trouble = trouble
        self.failures += 1
        pause = min(FIRST_PAUSE * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE)
        self.every = max(EVERY, pause)
        self.ask_again_at = self.clock() + pause

    def set_time(self, told: datetime | None) -> None:
        """Goes by the hub's clock; where it says what was reckoned anyway, countdowns don't jump."""
        if told is not None and abs(told - self.now()) > DRIFT:
            self.hub_time, self.hub_time_at = told, self.clock()
