"""The pages in the dark and on a phone."""

import re
from collections.abc import Callable

import pytest
from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import BrowserContext, Page

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
WAYS = [("light", DESK), ("dark", DESK), ("light", PHONE), ("dark", PHONE)]


def brightness(page: Page, property_name: str) -> float:
    """How bright a colour of the body is: 0 black, 255 white."""
    colour = page.evaluate(f"getComputedStyle(document.body).{property_name}")
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue


def check(page: Page, scheme: str) -> None:
    """Nothing sticks out sideways, and the colours are those that were asked for."""
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]
    background, text = brightness(page, "backgroundColor"), brightness(page, "color")
    dark, bright = sorted([background, text])
    assert dark < 80, "not dark enough"
    assert bright > 160, "not bright enough"
    assert (background < text) == (scheme == "dark")
    for part in page.get_by_role("button").all() + page.get_by_role("textbox").all():
        box = part.bounding_box()
        assert box is None or box["height"] >= 24, part


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_pages_for_strangers(
    hub: CarrelHub, contexts: Callable[..., BrowserContext], scheme: str, viewport: dict[str, int]
) -> None:
    page = contexts(color_scheme=scheme, viewport=viewport).new_page()
    page.goto(f"{hub.url}/hub/login")
    check(page, scheme)


@pytest.mark.parametrize(("scheme", "viewport"), WAYS)
def test_pages_for_users(people: Callable[..., Person], hub: CarrelHub, scheme: str, viewport: dict[str, int]) -> None:
    user = people(f"looks-{scheme}-{viewport['width']}", color_scheme=scheme, viewport=viewport)
    user.sign_in()
    check(user.page, scheme)
    for path in ("/hub/account", "/hub/nothing-here", f"/user/{user.name}/lab"):
        user.page.goto(hub.url + path)
        check(user.page, scheme)
