"""The page on which people download their files, in a real browser, also while their server runs."""

import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from carrel_hub import CarrelHub, eventually
from inside import run_inside
from person import Person
from playwright.sync_api import Download, Page, expect

People = Callable[..., Person]
PHONE = {"width": 390, "height": 800}


def downloaded(page: Page, click: Callable[[], None], folder: Path) -> Path:
    """What a click downloads, under its own name."""
    with page.expect_download() as about:
        click()
    file: Download = about.value
    path = folder / file.suggested_filename
    file.save_as(path)
    return path


def test_files_are_downloaded_while_the_server_runs(hub: CarrelHub, people: People, tmp_path: Path) -> None:
    tess = people("tess")
    tess.sign_in()
    tess.start()
    page = tess.page
    token = hub.token("tess")
    said = run_inside(
        hub,
        "tess",
        token,
        "import os; os.makedirs('work/Schöne Daten', exist_ok=True)\n"
        "open('work/Schöne Daten/a.txt', 'w').write('alpha'); open('top.txt', 'w').write('top'); print('done')",
    )
    assert "done" in said

    page.goto(f"{hub.url}/hub/storage")
    page.get_by_role("link", name="Download my files").click()
    expect(page.get_by_role("heading", name="Download your files")).to_be_visible()
    expect(page.get_by_text("Everything in My home")).to_be_visible()
    expect(page.get_by_text(re.compile("files and folders, .* before packing"))).to_be_visible()
    whole = downloaded(page, page.get_by_role("button", name="Download", exact=True).click, tmp_path)
    assert re.fullmatch(r"tess-20\d\d-\d\d-\d\d\.zip", whole.name)
    with zipfile.ZipFile(whole) as archive:
        assert archive.testzip() is None
        assert archive.read("tess/top.txt") == b"top"
        assert archive.read("tess/work/Schöne Daten/a.txt") == b"alpha"
    again = downloaded(page, page.get_by_role("button", name="Download", exact=True).click, tmp_path)
    assert zipfile.is_zipfile(again), "the page is still there, and so is its button"

    page.get_by_label("Which folder").fill("work/Schöne Daten")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("“work/Schöne Daten”")).to_be_visible()
    page.get_by_label(re.compile("tar.zst")).check()
    part = downloaded(page, page.get_by_role("button", name="Download", exact=True).click, tmp_path)
    assert part.name.startswith("tess-Schöne Daten-20")
    listed = subprocess.run(["tar", "--zstd", "-tf", part], check=True, capture_output=True, env={"LC_ALL": "C.UTF-8"})
    assert "a.txt" in listed.stdout.decode()
    assert run_inside(hub, "tess", token, "print(open('top.txt').read())").strip() == "top", "the server runs on"


def test_an_archive_is_prepared_watched_and_removed(hub: CarrelHub, people: People, tmp_path: Path) -> None:
    petra = people("petra", viewport=PHONE, color_scheme="dark")
    petra.sign_in()
    petra.start()
    token = hub.token("petra")
    run_inside(hub, "petra", token, "import os; open('noise', 'wb').write(os.urandom(400_000_000))")
    petra.stop()
    page = petra.page
    page.goto(f"{hub.url}/hub/takeout")
    page.get_by_role("button", name="Prepare", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The archive is being prepared.")).to_be_visible()
    item = page.get_by_role("article", name=re.compile("petra-20.*zip"))
    expect(item.get_by_text("Being prepared")).to_be_visible()
    expect(item.get_by_text(re.compile(r"\d MB packed into \d"))).to_be_visible()
    expect(item.get_by_text("Ready")).to_be_visible(timeout=600_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it fits on a phone"
    file = downloaded(page, item.get_by_role("link", name=re.compile("Download")).click, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert archive.getinfo("petra/noise").file_size == 400_000_000
    item.get_by_role("button", name=re.compile("Remove")).click()
    expect(page.get_by_text("The archive is removed.")).to_be_visible()
    assert eventually(lambda: not list((hub.state / "takeouts").iterdir()))

    page.get_by_role("button", name="Prepare", exact=True).click()
    cancelled = page.get_by_role("article", name=re.compile("petra-20.*zip"))
    expect(cancelled.get_by_text("Being prepared")).to_be_visible()
    cancelled.get_by_role("button", name=re.compile("Cancel")).click()
    expect(page.get_by_text("Nothing just now.")).to_be_visible()
    assert eventually(lambda: not list((hub.state / "takeouts").iterdir()))


def test_what_cannot_be_is_said_in_words(hub: CarrelHub, people: People) -> None:
    nell = people("nell")
    nell.sign_in()
    page = nell.page
    page.goto(f"{hub.url}/hub/takeout?path=../../etc")
    expect(page.get_by_role("alert")).to_contain_text("isn't a path in a home")
    page.goto(f"{hub.url}/hub/takeout")
    expect(page.get_by_text("Start your server once")).to_be_visible()
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There are no files yet.")
