"""New notebooks that begin in openBIS: the form, what comes of it in a home, in a browser's downloads and in JupyterLab."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests
import trustme
from carrel_hub import CarrelHub
from contrast import contrast
from hub_people import Visitor
from inside import run_inside
from openbis import OpenBIS
from openbis_entities import DataSet, Experiment, Project, Sample, Sort
from openbis_faults import Fault, Kind
from openbis_seed import fill, owner_of, register
from playwright.sync_api import BrowserContext, Page, expect

AUTHORITY = trustme.CA()
FORM = "/hub/openbis/lab/new-notebook"
# The stand-in is on this machine, which servers don't reach otherwise.
SETTINGS = """
sandbox:
  leaveOut: [network]
authenticators:
  lab:
    kind: openbis
    title: Lab openBIS
    url: {url}
    certificateAuthority: {authority}
    linkOrigins: ["{url}"]
    deadline: 15s
openbisIntegration:
  authenticator: lab
  largestNotebook: 2 MB
sharedFolders:
  datasets: {{}}
"""
# Names the result, as a person does, and runs a notebook from top to bottom as `jupyter execute` does, and says what is beside it then.
RUN = """
import os, subprocess, sys
code = '''
import os, sys, nbformat
from nbclient import NotebookClient
path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
nbformat.validate(notebook)
for cell in notebook.cells:
    if cell.id == "name":
        cell.source = "resultDatasetName = 'Whole way'"
NotebookClient(notebook, timeout=120, resources={{"metadata": {{"path": os.path.dirname(path)}}}}).execute()
print(sorted(os.listdir(os.path.dirname(path))))
'''
# The kernel of this code runs it from its start-up folder; that of the notebook must not.
how = {{"env": os.environ | {{"IPYTHONDIR": "/tmp/ipython"}}, "capture_output": True, "text": True}}
ran = subprocess.run([sys.executable, "-c", code, os.path.expanduser("~/{path}")], **how)
print(ran.stdout, ran.stderr[-2000:])
"""


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """An openBIS with TLS, as PyBIS wants it."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@pytest.fixture(scope="module")
def hub(openbis: OpenBIS) -> Iterator[CarrelHub]:
    hub = CarrelHub()
    try:
        authority = hub.folder / "authority.pem"
        AUTHORITY.cert_pem.write_to_path(str(authority))
        settings = SETTINGS.format(url=openbis.url, authority=authority)
        hub.configuration.write_text(hub.configuration.read_text() + settings)
        hub.start()
        yield hub
    finally:
        hub.close()


@pytest.fixture(autouse=True)
def healthy(openbis: OpenBIS) -> Iterator[None]:
    """What was broken is whole again after each test."""
    yield
    openbis.faults.mend()
    openbis.start()


class Form(HTMLParser):
    """What a browser would send of the form on a page, and what the page says of it."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.problems: dict[str, str] = {}
        self.status, self.inside, self.at = answer.status_code, False, ""
        self.text = answer.text
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("id") == "new-notebook"
        if tag == "p":
            self.at = told.get("id", "").removesuffix("-problem") if told.get("id", "").endswith("-problem") else ""
        if not self.inside or tag != "input" or "name" not in told:
            return
        if told.get("type") not in ("checkbox", "radio") or "checked" in told:
            self.pairs.append((told["name"], told.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.at and data.strip():
            self.problems[self.at] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.at = ""

    def __getitem__(self, name: str) -> str:
        return dict(self.pairs).get(name, "")

    def all(self, name: str) -> list[str]:
        return [value for one, value in self.pairs if one == name]


class Scientist(Visitor):
    """Somebody of openBIS at the hub."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        super().__init__(hub)
        self.name = name
        answer = self.post("/hub/login/lab", {"username": name, "password": name})
        assert answer.status_code == 302, answer.text

    def come(self, query: str = "") -> Form:
        return Form(self.ask("GET", f"{FORM}?{query}"))

    def send(self, form: Form, do: str, without: tuple[str, ...] = (), **typed: str) -> requests.Response:
        """Presses a button, after something was typed; without some datasets."""
        named = {name.replace("_", "-"): value for name, value in typed.items()}
        pairs = [
            pair for pair in form.pairs if pair[0] not in named and not (pair[0] == "dataset" and pair[1] in without)
        ]
        return self.ask("POST", FORM, data=[*pairs, *named.items(), ("do", do)])


@pytest.fixture(scope="module")
def alice(hub: CarrelHub) -> Scientist:
    return Scientist(hub, "alice")


def named(openbis: OpenBIS, name: str) -> DataSet:
    """The dataset of this name."""
    every = openbis.registry.all[Sort.DATA_SET].values()
    return next(one for one in every if isinstance(one, DataSet) and one.properties.get("$NAME") == name)


def origin(openbis: OpenBIS, kind: str) -> str:
    """A link's query for one of each kind."""
    ids = {
        "SPACE": "LAB",
        "PROJECT": openbis.registry.get(Project, "/LAB/P1").perm_id,
        "COLLECTION": openbis.registry.get(Experiment, "/LAB/P1/C1").perm_id,
        "OBJECT": openbis.registry.get(Sample, "/LAB/P1/EXP1").perm_id,
        "DATASET": named(openbis, "Picture").perm_id,
    }
    return f"entity={kind}&permId={ids[kind]}"


def assigned(notebook: dict[str, Any], name: str) -> Any:
    """What a notebook's cells set a variable to."""
    for cell in notebook["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if line.startswith(f"{name} = "):
                return ast.literal_eval(line.partition(" = ")[2])
    raise AssertionError(f"no {name}")


def home_of_alice(hub: CarrelHub) -> Path:
    """Where her files are, once there are any."""
    return hub.state / "homes/default/alice"


def files_in(home: Path) -> set[str]:
    """Notebooks in a home."""
    return {str(path.relative_to(home)) for path in home.rglob("*.ipynb")} if home.exists() else set()


# What it begins with (rows 24, 25)


@pytest.mark.parametrize(
    ("kind", "datasets", "owner"),
    [
        ("SPACE", [], ""),
        ("PROJECT", [], ""),
        ("COLLECTION", ["Measured", "Odd names", "Picture"], "/LAB/P1/C1"),
        ("OBJECT", ["Measured", "Odd names"], "/LAB/P1/EXP1"),
        ("DATASET", ["Picture"], "/LAB/P1/C1"),
    ],
)
def test_it_begins_at_each_kind_of_thing(
    alice: Scientist, openbis: OpenBIS, kind: str, datasets: list[str], owner: str
) -> None:
    form = alice.come(origin(openbis, kind))
    assert form.status == 200
    ids = {named(openbis, name).perm_id for name in datasets}
    assert set(form.all("listed")) == set(form.all("dataset")) == ids
    assert (form["owner"], bool(form["name"])) == (owner, True)
    assert form["folder"] == (owner.rpartition("/")[2] or "notebooks")


def test_the_main_menu_begins_with_nothing(alice: Scientist) -> None:
    form = alice.come()
    assert (form.status, form.all("listed"), form["owner"], form["name"]) == (200, [], "", "Analysis")


@pytest.mark.parametrize(
    ("kind", "ours"), [("SAMPLE", "OBJECT"), ("EXPERIMENT", "COLLECTION"), ("DATA_SET", "DATASET")]
)
def test_a_link_of_openbis_leads_there_through_the_sign_in(
    hub: CarrelHub, openbis: OpenBIS, kind: str, ours: str
) -> None:
    """The link form for the menu “More…”."""
    perm_id = origin(openbis, ours).partition("permId=")[2]
    stranger = Visitor(hub)
    path = f"/hub/openbis/lab/open?entity={kind}&permId={perm_id}"
    asked = stranger.ask("GET", path)
    assert (asked.status_code, asked.headers["Location"]) == (302, f"/hub/login?next={quote(path)}")
    typed = {"username": "alice", "password": "alice", "next": unquote(asked.headers["Location"].partition("next=")[2])}
    back = stranger.post("/hub/login/lab", typed)
    assert back.headers["Location"] == path
    assert stranger.ask("GET", path).headers["Location"] == f"{FORM}?entity={ours}&permId={perm_id}"
    assert stranger.ask("GET", "/hub/openbis/lab/open?entity=PERSON&permId=1").status_code == 400
    assert stranger.ask("GET", "/hub/openbis/none/open").status_code == 404


def test_nobody_begins_at_what_they_may_not_see(hub: CarrelHub, openbis: OpenBIS) -> None:
    bob = Scientist(hub, "bob")
    for kind in ("SPACE", "PROJECT", "COLLECTION", "OBJECT", "DATASET"):
        form = bob.come(origin(openbis, kind))
        assert (form.status, "openBIS has nothing of that name that you may see" in form.text) == (404, True), kind
        assert form.pairs == []


def test_more_datasets_than_a_notebook_takes_are_counted(alice: Scientist, openbis: OpenBIS) -> None:
    fill(openbis, "/METHODS/PROTOCOLS/GEN1", 520)
    perm_id = openbis.registry.get(Sample, "/METHODS/PROTOCOLS/GEN1").perm_id
    form = alice.come(f"entity=OBJECT&permId={perm_id}")
    assert (len(form.all("listed")), form.all("dataset"), "There are 520" in form.text) == (500, [], True)
    everything = Form(alice.send(form, "all"))
    assert len(everything.all("dataset")) == 500
    assert Form(alice.send(everything, "none")).all("dataset") == []


# What is typed


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    hub: CarrelHub, alice: Scientist, openbis: OpenBIS
) -> None:
    before = files_in(home_of_alice(hub))
    form = alice.come(origin(openbis, "SPACE"))
    refused = Form(alice.send(form, "open", name="", folder="../up"))
    assert refused.status == 400
    assert set(refused.problems) == {"owner", "folder", "name"}
    assert (refused["name"], refused["folder"]) == ("", "../up")
    refused = Form(alice.send(form, "open", name="a/b", owner="First", folder="datasets/x"))
    assert "has a slash" in refused.problems["name"]
    assert "shows other files" in refused.problems["folder"]
    assert "“First”" in refused.problems["owner"]
    # What was typed is looked for.
    assert "/LAB/P1/C1" in refused.text and "/LAB/P1/EXP1" in refused.text
    chosen = openbis.registry.get(Experiment, "/LAB/P1/C1").perm_id
    done = alice.send(refused, "open", name="N", folder="typed", owner_choice=chosen)
    assert done.headers["Location"] == "/user/alice/notebooks/typed/N.ipynb"
    assert files_in(home_of_alice(hub)) - before == {"typed/N.ipynb"}


def test_an_owner_is_found_by_its_path_or_in_the_space(alice: Scientist, openbis: OpenBIS) -> None:
    form = alice.come(origin(openbis, "SPACE"))
    found = Form(alice.send(form, "find-owner", owner=""))
    assert "/LAB/P1/C1" in found.text and "/LAB/P1/EXP2" in found.text
    assert "/METHODS" not in found.text
    answer = alice.send(form, "download", owner="lab/p1/exp2", name="N")
    assert "/LAB/P1/EXP2" in json.loads(answer.text)["cells"][-2]["source"][0] + answer.text


def test_datasets_are_found_added_and_left_out(alice: Scientist, openbis: OpenBIS) -> None:
    measured, odd, picture = (named(openbis, name).perm_id for name in ("Measured", "Odd names", "Picture"))
    form = alice.come(origin(openbis, "OBJECT"))
    assert "Type two letters or more." in Form(alice.send(form, "find", find="P")).problems["find"]
    found = Form(alice.send(form, "find", find="pictu"))
    assert (picture in found.text, "Hidden" in found.text, picture in found.all("listed")) == (True, False, False)
    hidden = named(openbis, "Hidden").perm_id
    added = Form(alice.send(form, "enter", find=f"{picture}, {hidden}"))
    assert (picture in added.all("dataset"), hidden in added.problems["find"]) == (True, True)
    answer = alice.send(added, "download", without=(odd,), name="Chosen", find="")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Chosen.ipynb"')
    assert set(assigned(json.loads(answer.text), "resultDatasetParents")) == {measured, picture}
    assert odd not in answer.text


def test_what_was_ticked_stays_while_more_is_looked_for(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext]
) -> None:
    page = signed_in(hub, openbis, contexts().new_page(), "")
    find = page.get_by_label("Find more datasets")
    picture, odd, measured = (page.get_by_role("checkbox", name=name) for name in ("Picture", "Odd names", "Measured"))
    find.press_sequentially("pict")
    picture.check()
    find.fill("odd")
    expect(odd).to_be_visible()
    expect(picture).to_be_checked()
    expect(page.get_by_text("1 of 1 chosen")).to_be_visible()
    # What is ticked while openBIS is asked stays too.
    slow = openbis.faults.add(Fault(Kind.SLOW, "searchDataSets"))
    find.fill("meas")
    assert slow.met.wait(120)
    odd.check()
    openbis.faults.mend()
    expect(measured).to_be_visible()
    expect(odd).to_be_checked()
    expect(page.get_by_text("2 of 2 chosen")).to_be_visible()
    page.get_by_label("Owner of the result").fill("/LAB/P1/C1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Create and download").click()
    notebook = json.loads(download.value.path().read_text())
    ids = {named(openbis, name).perm_id for name in ("Picture", "Odd names")}
    assert set(assigned(notebook, "resultDatasetParents")) == ids


def test_a_dataset_that_is_gone_is_named(alice: Scientist, openbis: OpenBIS) -> None:
    form = alice.come(origin(openbis, "OBJECT"))
    form.pairs += [("listed", "20260101000000000-999"), ("dataset", "20260101000000000-999")]
    refused = Form(alice.send(form, "open"))
    assert "20260101000000000-999 isn’t there any more" in refused.problems["datasets"]
    assert "You can’t see it any more." in refused.text


# What comes of it (rows 28, 29)


def test_a_download_leaves_nothing_at_the_hub(hub: CarrelHub, alice: Scientist, openbis: OpenBIS) -> None:
    before = files_in(home_of_alice(hub))
    answer = alice.send(alice.come(origin(openbis, "COLLECTION")), "download", name="Zürich, 1")
    notebook = json.loads(answer.text)
    assert (answer.status_code, notebook["nbformat"], notebook["metadata"]["autogenerated_by_openbis"]) == (
        200,
        4,
        True,
    )
    assert assigned(notebook, "fileName") == "Zürich, 1.ipynb"
    assert "filename*=UTF-8''Z%C3%BCrich%2C%201.ipynb" in answer.headers["Content-Disposition"]
    assert "'$HISTORY_ID'" in answer.text or '\\"$HISTORY_ID\\"' in answer.text
    assert files_in(home_of_alice(hub)) == before


def test_several_of_one_name_at_once_are_all_kept_and_know_their_names(
    hub: CarrelHub, alice: Scientist, openbis: OpenBIS
) -> None:
    form = alice.come(origin(openbis, "OBJECT"))

    def one(_: int) -> str:
        answer = alice.send(form, "open", folder="same", name="Same")
        assert answer.status_code == 303, answer.text
        return unquote(answer.headers["Location"]).rpartition("/")[2]

    # As often as a free name is tried.
    with ThreadPoolExecutor(5) as threads:
        names = list(threads.map(one, range(5)))
    assert set(names) == {"Same.ipynb", *(f"Same {number}.ipynb" for number in range(2, 6))}
    for name in names:
        assert assigned(json.loads((home_of_alice(hub) / "same" / name).read_text()), "fileName") == name


def test_it_opens_in_jupyterlab_and_runs_from_top_to_bottom(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext]
) -> None:
    """By keyboard and mouse; the server doesn't run at first. PyBIS can't download what has a comma in its name."""
    page = signed_in(hub, openbis, contexts().new_page(), origin(openbis, "COLLECTION"))
    expect(page.get_by_text("3 of 3 chosen")).to_be_visible()
    page.get_by_role("button", name="None").click()
    expect(page.get_by_text("0 of 3 chosen")).to_be_visible()
    page.get_by_role("checkbox", name="Picture").check()
    # It is looked for while one types.
    page.get_by_label("Find more datasets").press_sequentially("meas")
    expect(page.get_by_text("What was found is in the list already.")).to_be_visible()
    page.get_by_label("Find more datasets").fill("")
    page.get_by_label("Owner of the result").fill("second")
    page.get_by_role("radio", name="/LAB/P1/EXP2").check()
    page.get_by_label("Directory").fill("From the hub")
    page.get_by_label("Notebook name").fill("Whole way")
    page.get_by_label("Notebook name").press("Enter")
    place = "/user/alice/lab/tree/" + quote("From the hub/Whole way.ipynb")
    page.wait_for_url(lambda url: urlsplit(url).path == place)
    expect(page.locator(".jp-Notebook")).to_contain_text('fileName = "Whole way.ipynb"')
    # A kernel that begins later would run what is tried below as well.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    before = set(openbis.registry.all[Sort.DATA_SET])
    token = hub.token("alice")
    said = run_inside(hub, "alice", token, RUN.format(path="From the hub/Whole way.ipynb"), within=240)
    picture = named(openbis, "Picture").perm_id
    assert picture in said and "Whole way.ipynb.html" in said, said
    (made,) = set(openbis.registry.all[Sort.DATA_SET]) - before
    result = openbis.registry.all[Sort.DATA_SET][made]
    assert isinstance(result, DataSet)
    assert (result.type, result.parents) == ("ANALYSIS_NOTEBOOK", [picture])
    assert result.sample == openbis.registry.get(Sample, "/LAB/P1/EXP2").perm_id


def signed_in(hub: CarrelHub, openbis: OpenBIS, page: Page, query: str) -> Page:
    """Alice's browser at the form, by a link of openBIS with a token."""
    target = quote(f"/hub/openbis/lab/open?{query}", safe="")
    page.goto(f"{hub.url}/hub/login/lab?token={openbis.sessions.begin('alice')}&next={target}", referer=openbis.url)
    if page.get_by_role("button", name="Sign in as alice").count():
        page.get_by_role("button", name="Sign in as alice").click()
    page.wait_for_url(re.compile(re.escape(FORM)))
    return page


# Templates (row 30)

STORED = {
    "cells": [
        {"cell_type": "markdown", "id": "t", "metadata": {}, "source": ["# Mine  \n", "as it is"]},
        *(
            {
                "cell_type": "code",
                "execution_count": 3,
                "id": name.lower(),
                "metadata": {"code_cell_id": name, "collapsed": False},
                "outputs": [],
                "source": [f"{name} = {value!r}"],
            }
            for name, value in {
                "fileName": "Old.ipynb",
                "resultDatasetParents": ["20200101000000000-1"],
                "resultDatasetHistoryId": "11111111-2222-3333-4444-555555555555",
            }.items()
        ),
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "x",
            "metadata": {},
            "outputs": [],
            "source": ["1e400\u00e9"],
        },
    ],
    "metadata": {"autogenerated_by_openbis": True},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def stored(openbis: OpenBIS, content: bytes, name: str = "Old one.ipynb") -> str:
    """A template's query."""
    file = openbis.contents.file(f"original/{name}", content)
    made = register(openbis, owner_of(openbis, "/LAB/P1/EXP1"), [file], "ANALYSIS_NOTEBOOK", {"$NAME": name})
    return f"template={made.perm_id}&file={quote(f'original/{name}')}"


@pytest.mark.parametrize("keeps", [True, False])
def test_a_stored_notebook_is_a_template(hub: CarrelHub, alice: Scientist, openbis: OpenBIS, keeps: bool) -> None:
    query = stored(openbis, json.dumps(STORED, indent=3, ensure_ascii=False).encode())
    form = alice.come(query)
    assert (form.status, form["name"], form.all("dataset"), form["owner"]) == (200, "Old one", [], "")
    history = {"keep_history": "on"} if keeps else {}
    for name in ("Old one.ipynb", "Old one 2.ipynb"):
        folder = f"copies {keeps}"
        answer = alice.send(form, "open", folder=folder, **history)
        assert unquote(answer.headers["Location"]) == f"/user/alice/notebooks/{folder}/{name}"
        text = (home_of_alice(hub) / folder / name).read_text()
        copy = json.loads(text)
        assert assigned(copy, "fileName") == name
        assert assigned(copy, "resultDatasetParents") == [query.partition("&")[0].removeprefix("template=")]
        kept = assigned(copy, "resultDatasetHistoryId") == "11111111-2222-3333-4444-555555555555"
        assert kept == keeps
        assert '"source": [\n            "1e400é"\n         ]' in text
        changed = {"fileName", "resultDatasetParents"} | (set() if keeps else {"resultDatasetHistoryId"})
        for old, new in zip(STORED["cells"], copy["cells"], strict=True):
            assert (old == new) == (old["metadata"].get("code_cell_id") not in changed)


def test_what_can_not_be_a_template_is_said(alice: Scientist, openbis: OpenBIS) -> None:
    large = alice.come(stored(openbis, b" " * 2_000_001))
    assert (large.status, "more than the 2 MB that the hub copies" in large.text) == (413, True)
    query = stored(openbis, b"{}")
    broken = Form(alice.send(alice.come(query), "open"))
    assert (broken.status, "but not a notebook" in broken.text) == (422, True)
    missing = alice.come(query.partition("&")[0] + "&file=original/none.ipynb")
    assert (missing.status, "no file original/none.ipynb" in missing.text) == (404, True)
    first = query.partition("&")[0].removeprefix("template=")
    dataset = openbis.registry.get(DataSet, first)
    for status, words in (
        ("ARCHIVED", "in the archive: have it brought back in openBIS"),
        ("UNARCHIVE_PENDING", "being brought back from the archive"),
    ):
        dataset.status = status
        archived = alice.come(query)
        assert (archived.status, words in archived.text) == (409, True)


def test_a_template_is_found_by_the_bytes_of_its_name(alice: Scientist, openbis: OpenBIS) -> None:
    """Names that look alike, as one character and as two; each is a file of its own."""
    content = json.dumps(STORED).encode()
    files = [openbis.contents.file(f"original/{name}.ipynb", content) for name in ("Zu\u0308rich", "Z\u00fcrich")]
    made = register(openbis, owner_of(openbis, "/LAB/P1/EXP1"), files[:1], "ANALYSIS_NOTEBOOK")
    assert alice.come(f"template={made.perm_id}&file={quote(files[0].path)}").status == 200
    assert alice.come(f"template={made.perm_id}&file={quote(files[1].path)}").status == 404


def test_names_show_what_they_hide(alice: Scientist, openbis: OpenBIS) -> None:
    owner = owner_of(openbis, "/LAB/P1/EXP2")
    hidden = register(openbis, owner, [], "RAW_DATA", {"$NAME": "harm\u202etxt.exe"})
    form = alice.come(f"entity=DATASET&permId={hidden.perm_id}")
    assert (form.text.count("harm⟨U+202E⟩txt.exe"), "\u202e" in form.text) == (2, False)
    query = stored(openbis, json.dumps(STORED).encode(), "a\u200bb.ipynb")
    assert "original/a⟨U+200B⟩b.ipynb" in alice.come(query).text


# What goes wrong


def test_a_session_that_is_over_keeps_the_form(hub: CarrelHub, openbis: OpenBIS) -> None:
    carl = Scientist(hub, "Carl-Otto.B")
    form = carl.come(origin(openbis, "OBJECT"))
    openbis.sessions.expire("Carl-Otto.B")
    over = Form(carl.send(form, "open", name="Kept", folder="kept", without=(form.all("dataset")[0],)))
    assert (over.status, "Your session at Lab openBIS has ended" in over.text) == (403, True)
    assert 'href="/hub/account/openbis/lab"' in over.text
    assert (over["name"], over["folder"], over["owner"]) == ("Kept", "kept", "/LAB/P1/EXP1")
    assert (over.all("listed"), over.all("dataset")) == (form.all("listed"), form.all("dataset")[1:])
    again = carl.come(origin(openbis, "OBJECT"))
    assert (again.status, "Your session at Lab openBIS has ended" in again.text) == (403, True)
    assert carl.post("/hub/account/openbis/lab/renew", {"password": "Carl-Otto.B"}).status_code == 303
    done = carl.send(over, "open")
    assert done.headers["Location"].endswith("/notebooks/kept/Kept.ipynb"), done.text


def test_an_openbis_that_is_down_keeps_the_form(hub: CarrelHub, alice: Scientist, openbis: OpenBIS) -> None:
    form = alice.come(origin(openbis, "OBJECT"))
    before = files_in(home_of_alice(hub))
    openbis.stop()
    down = Form(alice.send(form, "open", name="Later"))
    assert (down.status, "openBIS can’t be reached" in down.text, down["name"]) == (502, True, "Later")
    assert down.all("dataset") == form.all("dataset")
    assert alice.come(origin(openbis, "OBJECT")).status == 502
    assert files_in(home_of_alice(hub)) == before


def test_an_account_without_openbis_is_told_so_and_no_other_page_may_post(hub: CarrelHub, alice: Scientist) -> None:
    plain = Visitor(hub).sign_in("zoe", hub.add_user("zoe"))
    answer = plain.ask("GET", FORM)
    assert (answer.status_code, "doesn’t know who you are at Lab openBIS" in answer.text) == (403, True)
    assert alice.ask("POST", FORM, data={"do": "open", "name": "N"}).status_code == 403


def test_the_form_is_for_windows_of_its_own(hub: CarrelHub, openbis: OpenBIS) -> None:
    """Other pages at this origin, such as those of people's servers, ask for it as an image or in a frame."""
    alice = Scientist(hub, "alice")
    path = f"{FORM}?{origin(openbis, 'OBJECT')}"

    def status(mode: str, kind: str, **more: str) -> int:
        marks = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": kind}
        return alice.ask("GET", path, headers=marks | more).status_code

    assert (status("navigate", "document"), alice.ask("GET", path).status_code) == (200, 200)
    others = [("no-cors", "image"), ("no-cors", "script"), ("navigate", "iframe"), ("navigate", "embed")]
    for mode, kind in [*others, ("cors", "empty"), ("same-origin", "empty"), ("websocket", "websocket")]:
        assert status(mode, kind) == 403, (mode, kind)
    assert status("cors", "empty", **{"X-XSRFToken": alice.xsrf}) == 200


@pytest.mark.parametrize("how", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}])
def test_it_can_be_read_and_used_everywhere(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext], how: dict[str, Any]
) -> None:
    page = signed_in(hub, openbis, contexts(**how).new_page(), origin(openbis, "COLLECTION"))
    page.get_by_label("Notebook name").fill("a/b")
    page.get_by_role("button", name="Create and open").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Notebook name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Notebook name").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in page.locator("main label:visible, main p:visible, main button:visible:not(.unseen), main .hint").all():
        assert contrast(part) >= 4.5, part.inner_text()
