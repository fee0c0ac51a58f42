"""The main job: sign in, work, leave, come back."""

import json
import re
from collections.abc import Callable

from carrel_hub import CarrelHub
from person import Person
from playwright.sync_api import expect


def test_a_researcher_works_leaves_and_comes_back(hub: CarrelHub, people: Callable[..., Person]) -> None:
    alice = people("alice")
    page = alice.page
    alice.sign_in()
    expect(page.get_by_text("Stopped")).to_be_visible()

    alice.press_start()
    expect(page.get_by_role("progressbar")).to_be_visible()
    alice.await_lab()

    alice.new_notebook()
    expect(alice.run("1+1", number=1)).to_contain_text("2")
    plot = alice.run("import matplotlib.pyplot as plot\nplot.plot([1, 3, 2]);", number=2)
    expect(plot.get_by_role("img")).to_be_visible()
    alice.save_as("story.ipynb")

    saved = json.loads((hub.home("alice") / "story.ipynb").read_text())
    outputs = [cell["outputs"][0] for cell in saved["cells"] if cell["source"]]
    assert outputs[0]["data"]["text/plain"] == ["2"]
    assert "image/png" in outputs[1]["data"]

    alice.go_home()
    expect(page.get_by_text("Ready", exact=True)).to_be_visible()
    alice.stop()
    alice.start()
    page.goto(f"{hub.url}/user/alice/lab/tree/story.ipynb")
    alice.await_lab()
    expect(page.get_by_role("img").first).to_be_visible()

    alice.sign_out()
    for address in ("/user/alice/lab", "/hub/home"):
        page.goto(hub.url + address)
        page.wait_for_url(re.compile("/hub/login"))
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_stopped_server_says_so_and_starts_from_there(hub: CarrelHub, people: Callable[..., Person]) -> None:
    rosa = people("rosa")
    rosa.sign_in()
    answer = rosa.page.goto(f"{hub.url}/user/rosa/lab/tree/some/file.ipynb")
    assert answer
    assert answer.status == 424
    expect(rosa.page.get_by_role("heading", name=re.compile("isn’t running"))).to_be_visible()
    rosa.page.get_by_role("button", name=re.compile("Start")).click()
    rosa.await_lab()


def test_a_start_can_be_cancelled(people: Callable[..., Person]) -> None:
    otto = people("otto")
    otto.sign_in()
    otto.press_start()
    otto.page.get_by_role("button", name="Cancel").click()
    expect(otto.page.get_by_role("button", name=re.compile("^Start"))).to_be_visible()


def test_the_log_of_a_server_is_there_to_read(people: Callable[..., Person]) -> None:
    lena = people("lena")
    lena.sign_in()
    lena.start()
    lena.go_home()
    lena.page.get_by_role("link", name=re.compile("^Log")).click()
    expect(lena.page.get_by_text(re.compile("JupyterLab extension loaded"))).to_be_visible()


def test_jupyterlab_leads_back_to_the_hub(people: Callable[..., Person]) -> None:
    ida = people("ida")
    ida.sign_in()
    ida.start()
    ida.choose("File", "Log Out")
    expect(ida.page.get_by_text("You are signed out.")).to_be_visible()
