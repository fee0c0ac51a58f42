"""Links to repositories: the page that makes them."""

from collections.abc import Callable

from carrel_hub import CarrelHub
from playwright.sync_api import BrowserContext, expect


def test_a_teacher_makes_a_link_and_copies_it(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    context = contexts()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=hub.url)
    page = context.new_page()
    page.goto(f"{hub.url}/hub/git-link")
    expect(page.get_by_text("as soon as there is a repository")).to_be_visible()
    page.get_by_label("Git repository").fill("https://git.example.org/ada/rivers")
    page.get_by_label("File to open").fill("lesson 1/start+stop.ipynb")
    made = (
        f"{hub.url}/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fada%2Frivers"
        "&urlpath=lab%2Ftree%2Frivers%2Flesson+1%2Fstart%2Bstop.ipynb&branch=main"
    )
    expect(page.get_by_label("To send to people")).to_have_value(made)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == made

    # The page's own address fills the form in, for who gets it.
    other = contexts().new_page()
    other.goto(page.url)
    expect(other.get_by_label("To send to people")).to_have_value(made)

    page.get_by_role("link", name="Binder").click()
    page.get_by_label("Git repository with the environment").fill("rivers")
    expect(page.get_by_text("The address of a repository is such as")).to_be_visible()


def test_a_link_is_made_without_javascript(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts(java_script_enabled=False).new_page()
    page.goto(f"{hub.url}/hub/git-link")
    page.get_by_label("Git repository").fill("https://git.example.org/ada/rivers")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("To send to people")).to_have_value(
        f"{hub.url}/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fada%2Frivers"
        "&urlpath=lab%2Ftree%2Frivers&branch=main"
    )
