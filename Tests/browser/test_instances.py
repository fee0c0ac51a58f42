"""Instances in a browser: one's cards, a server with a home of its own, a manager's word in JupyterLab, a choice."""

import re
from collections.abc import Callable, Iterator

import pytest
from carrel_hub import ENVIRONMENT, CarrelHub
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, expect

INSTANCES = """\
instances:
  field-work:
    title: Field work
    description: What we measure by the river.
    managers: [anna]
    quota: 2 GB
  choices:
    title: With a choice
    sizes:
      small: {{title: Small, memoryLimit: 400 MiB}}
      large: {{title: Large, memoryLimit: 800 MiB}}
  secret:
    entry: [invitation]
environments:
  default:
    path: {environment}
"""


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub with three instances besides the default one."""
    one = CarrelHub()
    text = one.configuration.read_text()
    head = text[: text.index("environments:")]
    one.configuration.write_text(head + INSTANCES.format(environment=ENVIRONMENT.absolute()))
    try:
        one.start()
        yield one
    finally:
        one.close()


def person(hub: CarrelHub, contexts: Callable[..., BrowserContext], name: str) -> Person:
    """A new user in a browser of their own, signed in."""
    one = Person(name, hub.add_user(name), contexts().new_page(), hub.url)
    one.sign_in()
    return one


def test_a_manager_is_heard_in_the_lab_of_a_server_with_its_own_home(
    hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    anna = person(hub, contexts, "anna")
    ada = person(hub, contexts, "ada")
    expect(ada.page.get_by_role("article", name="Field work")).to_contain_text("What we measure by the river.")
    expect(ada.page.get_by_role("article", name="secret")).to_have_count(0)
    ada.page.get_by_role("button", name="Start Field work").click()
    ada.page.wait_for_url(re.compile("/user/ada/field-work/lab"), timeout=PATIENCE)
    expect(ada.page.get_by_role("menubar")).to_be_visible(timeout=PATIENCE)
    assert (hub.state / "homes/field-work").is_dir()
    assert not (hub.state / "homes/default/ada").exists()

    anna.page.get_by_role("link", name="Manage Field work").click()
    expect(anna.page.get_by_role("row", name=re.compile("ada"))).to_contain_text("Ready")
    anna.page.get_by_label("Your message").fill("The boat leaves at <b>nine</b>.")
    anna.page.get_by_role("button", name="Send").click()
    expect(anna.page.get_by_text("Everybody in it sees your message")).to_be_visible()
    strip = ada.page.get_by_role("region", name="Notices of the hub")
    expect(strip.get_by_text("The boat leaves at <b>nine</b>.")).to_be_visible(timeout=PATIENCE)

    anna.page.get_by_role("button", name="Take back").click()
    expect(anna.page.get_by_text("The message is taken back.")).to_be_visible()
    expect(ada.page.get_by_text("The boat leaves")).to_have_count(0, timeout=PATIENCE)
    anna.page.get_by_text("Stop all", exact=True).click()
    anna.page.get_by_role("button", name="Stop all servers").click()
    ada.go_home()
    expect(ada.page.get_by_role("button", name="Start Field work")).to_be_visible(timeout=PATIENCE)


def test_a_choice_is_offered_and_remembered(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    bob = person(hub, contexts, "bob")
    bob.page.get_by_role("link", name="Start… With a choice").click()
    expect(bob.page.get_by_label("Small")).to_be_checked()
    bob.page.get_by_label("Large").check()
    bob.page.get_by_role("button", name="Start").click()
    bob.page.wait_for_url(re.compile("/user/bob/choices/lab"), timeout=PATIENCE)
    token = hub.token("bob")
    server = hub.ask("GET", "/hub/api/users/bob/servers/choices", token).json()
    assert server["user_options"] == {"size": "large"}
    assert hub.ask("DELETE", "/hub/api/users/bob/servers/choices", token).status_code in (202, 204)
    bob.go_home()
    bob.page.get_by_role("link", name="Start… With a choice").click()
    expect(bob.page.get_by_label("Large")).to_be_checked()


def test_an_admin_makes_an_instance_that_is_there_at_once(
    hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    rosa = person(hub, contexts, "rosa")
    hub.command("user", "admin", "rosa")
    page = rosa.page
    page.goto(f"{hub.url}/hub/instances")
    page.get_by_label("Name", exact=True).fill("spring-school")
    page.get_by_label("Title").fill("Spring school")
    page.get_by_label(re.compile("^Account")).check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("a date")
    page.get_by_label("Persistent").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Spring school")).to_be_visible()
    eve = person(hub, contexts, "eve")
    expect(eve.page.get_by_role("article", name="Spring school")).to_be_visible()


def test_one_taken_out_of_the_file_is_closed_and_kept(hub: CarrelHub) -> None:
    hub.add_user("fred")
    token = hub.token("fred")
    server = "/hub/api/users/fred/servers/field-work"
    assert hub.ask("POST", server, token).status_code in (201, 202)
    assert hub.ask("DELETE", server, token).status_code in (202, 204)
    text = hub.configuration.read_text()
    without = re.sub(r"(?m)^  field-work:\n(?:    .*\n)+", "", text)
    assert without != text
    hub.configuration.write_text(without)
    hub.command("config", "reload")
    refused = hub.ask("POST", server, token)
    while refused.status_code in (201, 202):  # the hub reads its file when it gets to it
        hub.ask("DELETE", server, token)
        refused = hub.ask("POST", server, token)
    assert refused.status_code == 403, refused.text
    assert (hub.state / "homes/field-work/fred").is_dir()
    hub.configuration.write_text(text)
    hub.command("config", "reload")
