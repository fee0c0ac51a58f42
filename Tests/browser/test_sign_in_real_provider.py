"""Signing in with a provider that others wrote: `oidc-provider-mock`, as a process of its own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from carrel_hub import CarrelHub, free_port
from playwright.sync_api import BrowserContext, Page, expect

SETTINGS = """
authenticators:
  mock:
    title: The mock
    issuer: http://127.0.0.1:{port}
    clientID: carrel
    clientSecretFile: {secret}
    scopes: [openid, profile, email]
    memberships:
      rivers:
        entitlements: ["vo.rivers.eu:role=member"]
        group: rivers
"""
ALICE = {
    "sub": "alice-1",
    "preferred_username": "Alice",
    "email": "alice@example.org",
    "eduperson_entitlement": ["urn:mace:egi.eu:group:vo.rivers.eu:role=member#aai.egi.eu"],
}


class Provider:
    """The program, started and stopped on one port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).with_name("oidc-provider-mock")
        words = [program, "--port", str(self.port), "--user-claims", json.dumps(ALICE)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{self.port}/.well-known/openid-configuration"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                if requests.get(address, timeout=10).status_code == 200:
                    return
            time.sleep(0.05)  # nobody tells when another program begins to listen
        raise TimeoutError(f"{program} doesn't answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def hub(provider: Provider) -> Iterator[CarrelHub]:
    hub = CarrelHub()
    try:
        secret = hub.folder / "secret"
        secret.write_text("any\n")
        text = hub.configuration.read_text().replace("hub:\n", f"hub:\n  publicURL: {hub.url}\n", 1)
        hub.configuration.write_text(text + SETTINGS.format(port=provider.port, secret=secret))
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts().new_page()


def sign_in(page: Page, hub: CarrelHub) -> None:
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with The mock").click()
    page.locator('button[name="sub"]').filter(has_text="alice-1").click()
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()


def test_there_and_back_with_a_group(hub: CarrelHub, provider: Provider, page: Page) -> None:
    sign_in(page, hub)
    page.goto(f"{hub.url}/hub/account")
    expect(page.get_by_text("You are alice here.")).to_be_visible()
    expect(page.get_by_text("As alice@example.org")).to_be_visible()
    assert hub.ask("GET", "/hub/api/user", hub.token("alice")).json()["groups"] == ["rivers"]


def test_a_refusal_there_is_said_here(hub: CarrelHub, provider: Provider, page: Page) -> None:
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign in with The mock").click()
    page.locator('button[value="deny"]').click()
    expect(page.get_by_role("heading", name="You aren’t signed in")).to_be_visible()


def test_a_provider_that_was_restarted_has_other_keys(hub: CarrelHub, provider: Provider, page: Page) -> None:
    sign_in(page, hub)
    provider.stop()
    provider.start()
    page.context.clear_cookies()
    sign_in(page, hub)
    assert [line for line in hub.command("user", "list").splitlines() if line.startswith("alice")] != []


def test_a_stopped_provider_is_said_so_and_people_go_on(
    hub: CarrelHub, provider: Provider, page: Page, contexts: Callable[..., BrowserContext]
) -> None:
    sign_in(page, hub)
    provider.stop()
    page.reload()
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    # A hub that has just begun knows nothing of the provider.
    hub.kill_hub()
    hub.start()
    other = contexts().new_page()
    other.goto(f"{hub.url}/hub/login")
    other.get_by_role("link", name="Sign in with The mock").click()
    expect(other.get_by_text("The mock doesn’t answer at the moment.")).to_be_visible()
    other.get_by_role("link", name="All ways to sign in").click()
    expect(other.get_by_label("User name")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    provider.start()
