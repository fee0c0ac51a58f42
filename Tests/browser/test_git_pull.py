"""Links to repositories, followed by people: from a closed door to the open file, again and again, whatever was changed."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from carrel_hub import CarrelHub
from git_over_http import GitServer
from person import PATIENCE, Person
from playwright.sync_api import BrowserContext, Page, expect

# The repository is on this machine, which servers don't reach otherwise.
SETTINGS = """\
sandbox:
  leaveOut: [network]
instances:
  course:
    title: Spring school
    entry: [account]
"""
LESSON = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[GitServer]:
    """One with a lesson."""
    one = GitServer(tmp_path)
    (one.work / "lesson.txt").write_text(LESSON)
    (one.work / "notes.txt").write_text("notes\n")
    one.push()
    yield one
    one.close()


@pytest.fixture
def git_hub() -> Iterator[CarrelHub]:
    """A hub whose servers reach this machine."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS)
        hub.start()
        yield hub
    finally:
        hub.close()


def change(repository: GitServer, **files: str) -> None:
    """Offers other texts."""
    for name, text in files.items():
        (repository.work / f"{name}.txt").write_text(text)
    repository.push()


def content(file: Path) -> bytes:
    """What is in a file; nothing if it has gone meanwhile."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def query(repository: GitServer) -> str:
    """What a link says; each character of it has to arrive."""
    return f"repo={repository.url}&branch=main&urlpath=lab%2Ftree%2Fcatalogue.git%2Flesson.txt%3Freset"


def await_lesson(page: Page, where: str) -> None:
    """Waits until the file is open."""
    page.wait_for_url(re.compile(re.escape(where) + "lab/.*tree/catalogue.git/lesson.txt"), timeout=PATIENCE)
    expect(page.get_by_role("tab", name=re.compile("^lesson.txt"))).to_be_visible(timeout=PATIENCE)


def test_a_link_is_followed_again_and_again(
    git_hub: CarrelHub, repository: GitServer, contexts: Callable[..., BrowserContext]
) -> None:
    hub, page = git_hub, contexts().new_page()
    ada = Person("ada", hub.add_user("ada"), page, hub.url)
    ada.sign_in()
    ada.sign_out()

    # Nobody is signed in, no server runs.
    page.goto(f"{hub.url}/hub/user-redirect/git-pull?{query(repository)}")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill("violet kettle over the fjord")
    page.get_by_role("button", name="Sign in").click()
    await_lesson(page, "/user/ada/")
    copy = hub.home("ada") / "catalogue.git"
    assert (copy / "lesson.txt").read_text() == LESSON

    # What was kept, renamed and restored is named, and the way goes on.
    (copy / "lesson.txt").write_text(LESSON.replace("line 1\n", "mine\n"))
    (copy / "new.txt").write_text("mine\n")
    (copy / "notes.txt").unlink()
    change(repository, lesson=LESSON.replace("line 1\n", "upstream\n"), new="upstream\n")
    page.goto(f"{hub.url}/user/ada/git-pull?{query(repository)}")
    expect(page.get_by_role("heading", name="some of your files need a word")).to_be_visible(timeout=PATIENCE)
    for title, name in [
        ("Kept as yours", "lesson.txt"),
        ("Renamed, to make room", "new.txt → new__"),
        ("Restored", "notes.txt"),
    ]:
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    await_lesson(page, "/user/ada/")
    assert "mine\n" in (copy / "lesson.txt").read_text()
    assert (copy / "new.txt").read_text() == "upstream\n"

    # A stopped server is started first, with the whole link kept.
    ada.stop()
    page.goto(f"{hub.url}/user/ada/git-pull?{query(repository)}")
    await_lesson(page, "/user/ada/")

    # A sync that fails says why, and lets people in.
    page.goto(f"{hub.url}/user/ada/git-pull?{query(repository).replace('branch=main', 'branch=mian')}")
    expect(page.get_by_role("heading", name="no branch or tag “mian”")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("BranchExistError").first).to_be_visible()
    expect(page.get_by_role("link", name="Try again")).to_be_visible()
    page.get_by_role("link", name="Proceed without syncing").click()
    await_lesson(page, "/user/ada/")

    # A link may name an instance.
    page.goto(f"{hub.url}/hub/user-redirect/course/git-pull?{query(repository)}")
    await_lesson(page, "/user/ada/course/")


def test_a_rewritten_history_leaves_a_way_out(
    git_hub: CarrelHub, repository: GitServer, contexts: Callable[..., BrowserContext]
) -> None:
    hub = git_hub
    page = contexts(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    ben = Person("ben", hub.add_user("ben"), page, hub.url)
    ben.sign_in()
    page.goto(f"{hub.url}/user/ben/git-pull?{query(repository)}")
    await_lesson(page, "/user/ben/")
    copy = hub.home("ben") / "catalogue.git"
    (copy / "lesson.txt").write_text("mine\n")
    repository.rewrite({"lesson.txt": "all is new\n"})

    page.goto(f"{hub.url}/user/ben/git-pull?{query(repository)}")
    expect(page.get_by_role("heading", name="can’t be put together")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("What git says")).to_contain_text("refusing to merge unrelated histories")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, "it fits a phone"
    page.get_by_role("link", name="Backup and resync").click()
    expect(page.get_by_role("heading", name="Put aside")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("listitem")).to_contain_text("catalogue.git_backup_")
    assert (copy / "lesson.txt").read_text() == "all is new\n"
    (aside,) = copy.parent.glob("catalogue.git_backup_*")
    assert (aside / "lesson.txt").read_text() == "mine\n"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_teacher_has_a_link_checked(
    git_hub: CarrelHub, repository: GitServer, contexts: Callable[..., BrowserContext], has_scripts: bool
) -> None:
    hub, page = git_hub, contexts(java_script_enabled=has_scripts).new_page()
    tia = Person("tia", hub.add_user("tia"), page, hub.url)
    tia.sign_in()

    def check(address: str, branch: str, wanted: str) -> None:
        page.goto(f"{hub.url}/hub/git-link")
        page.get_by_label("Git repository").fill(address)
        page.get_by_label("Branch", exact=True).fill(branch)
        if not has_scripts:
            page.get_by_role("button", name="Make the link").click()
        page.get_by_role("button", name="Check that it exists").click()
        expect(page.get_by_role("status").filter(has_text=wanted)).to_be_visible()
        expect(page.get_by_label("Git repository")).to_have_value(address)
        assert "_xsrf" not in page.url

    check(repository.url, "main", "The repository is there, and has the branch “main”.")
    check(repository.url, "mian", "has no branch or tag “mian”")
    expect(page.get_by_role("listitem").filter(has_text=re.compile("^main$"))).to_be_visible()
    root = repository.url.rpartition("/")[0]
    check(f"{root}/other.git", "main", "Nothing is at this address")
    check(f"{root}/page", "main", "it isn’t a git repository")
    check(f"{root}/closed/catalogue.git", "main", "can only be read by those who sign in")
    check("http://127.0.0.1:1/x", "main", "The host can’t be reached")


def test_a_private_repository_opens_with_a_token_given_once(
    git_hub: CarrelHub, repository: GitServer, contexts: Callable[..., BrowserContext]
) -> None:
    hub, page = git_hub, contexts().new_page()
    eve = Person("eve", hub.add_user("eve"), page, hub.url)
    eve.sign_in()
    root = repository.url.rpartition("/")[0]
    closed = f"{root}/closed/catalogue.git"
    link = f"{hub.url}/user/eve/git-pull?{query(repository).replace(repository.url, closed)}"

    # Without a token the page says where to give one.
    page.goto(link)
    expect(page.get_by_role("heading", name="The repository can’t be read")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Git sites").click()

    def give(token: str) -> None:
        page.get_by_label("A private repository there").fill(closed)
        page.get_by_label("User name").fill("eve")
        page.get_by_label("Token", exact=True).fill(token)
        page.get_by_role("button", name="Try it and keep it").click()

    give("open barley")
    expect(page.get_by_role("alert")).to_contain_text("The host doesn’t take this user name and token")
    expect(page.get_by_label("Token", exact=True)).to_have_value("")
    give(GitServer.PASSWORD)
    expect(page.get_by_text("The token works, and is kept.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=root)).to_be_visible()

    # The server that runs already signs in with it.
    page.goto(link)
    await_lesson(page, "/user/eve/")
    assert (hub.home("eve") / "catalogue.git/lesson.txt").read_text() == LESSON
    page.goto(f"{hub.url}/hub/git-sites")
    expect(page.get_by_text("last used")).to_be_visible()

    # It is nowhere in clear: neither in the database, nor in a log or what was cloned; and a new key changes nothing.
    assert "Credentials encrypted with it: 1." in hub.command("vault", "rotate")
    secret = GitServer.PASSWORD.encode()
    found = [Path(top, name) for top, _, names in os.walk(hub.state) for name in names]
    files = [path for path in found if path.is_file() and not path.is_symlink()]
    assert any(path.name == "carrel.db" for path in files)
    assert not [path for path in [*files, hub.log] if secret in content(path)]
    (repository.work / "more.txt").write_text("more\n")
    repository.push()
    page.goto(link)
    await_lesson(page, "/user/eve/")
    assert (hub.home("eve") / "catalogue.git/more.txt").exists()

    page.goto(f"{hub.url}/hub/git-sites")
    page.get_by_role("button", name="Remove the token").click()
    expect(page.get_by_text("You haven’t given any yet.")).to_be_visible()
