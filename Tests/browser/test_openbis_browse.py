"""The pages about openBIS in the hub: its tree as PyBIS has it, search, files and previews, and what goes wrong."""

import html
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
import trustme
from carrel_hub import CarrelHub, eventually
from hub_people import Visitor, person
from openbis import OpenBIS
from openbis_console import Console
from openbis_entities import DataSet
from openbis_faults import Fault, Kind
from openbis_seed import DEFAULT, crowd, fill, sequence
from playwright.sync_api import BrowserContext, Page, expect

AUTHORITY = trustme.CA()
TOP = "/hub/openbis/lab/"
MANY = 10_000
PICTURE = (
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001349444154789c63606060f8cf00"
    "26feff67000013fa03fdb47a3f3b0000000049454e44ae426082"
)
SEED = {
    **DEFAULT,
    "collections": [
        *DEFAULT["collections"],
        {"path": "/LAB/P1/MANY", "properties": {"$NAME": "Many datasets"}},
        {"path": "/SECRET/P1/C2", "properties": {"$NAME": "Also nobody's business"}},
    ],
    "objects": [*DEFAULT["objects"], {"path": "/LAB/LOOSE", "properties": {"$NAME": "In no project"}}],
    "datasets": [
        *DEFAULT["datasets"],
        {
            "owner": "/LAB/P1/EXP2",
            "type": "ANALYSIS_NOTEBOOK",
            "properties": {"$NAME": "Stored notebook"},
            "files": {"my notebook, ü.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}'},
        },
        {
            "owner": "/LAB/P1/EXP2",
            "properties": {"$NAME": "To look at", "NOTES": "<b>bold</b>"},
            "files": {
                "a picture, Größe.png": {"hex": PICTURE},
                "no picture.png": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
                "table.csv": "Zeit;Größe\n1;2,5\n<i>2</i>;3\n",
                "long.tsv": "a\tb\n" + "1\t2\n" * 100_000,
                "page.html": "<script>alert(1)</script>\n",
            },
        },
    ],
}
SETTINGS = """
authenticators:
  lab:
    kind: openbis
    title: openBIS of the Lab
    url: {url}
    certificateAuthority: {authority}
    deadline: 15s
"""


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    with OpenBIS(tmp_path_factory.mktemp("openbis"), SEED, authority=AUTHORITY) as one:
        fill(one, "/LAB/P1/MANY", MANY)
        yield one


@pytest.fixture(scope="module")
def hub(openbis: OpenBIS) -> Iterator[CarrelHub]:
    hub = CarrelHub()
    try:
        AUTHORITY.cert_pem.write_to_path(str(hub.folder / "authority.pem"))
        settings = SETTINGS.format(url=openbis.url, authority=hub.folder / "authority.pem")
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


def signed_in(hub: CarrelHub, name: str) -> Visitor:
    """Somebody who came by openBIS."""
    visitor = Visitor(hub)
    answer = visitor.post("/hub/login/lab", {"username": name, "password": name})
    assert answer.status_code == 302, answer.text
    return visitor


@pytest.fixture
def alice(hub: CarrelHub) -> Visitor:
    return signed_in(hub, "alice")


@pytest.fixture(scope="module")
def pybis(openbis: OpenBIS, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """PyBIS with a way to ask as anybody."""
    folder = tmp_path_factory.mktemp("pybis")
    AUTHORITY.cert_pem.write_to_path(str(folder / "authority.pem"))
    with Console("pybis-1.37", folder, {"REQUESTS_CA_BUNDLE": str(folder / "authority.pem")}) as console:
        console.run("from pybis import Openbis")
        yield console


@pytest.fixture(scope="module")
def known(openbis: OpenBIS, pybis: Console) -> list[list[str]]:
    """Perm id, type and name of all datasets that PyBIS lists for Alice."""
    pybis.run("o = Openbis(url, token=token)", url=openbis.url, token=openbis.sessions.begin("alice"))
    rows: list[list[str]] = pybis.run(
        "o.get_datasets(count=20000, props=['$NAME']).df[['permId', 'type', '$NAME']].astype(str).values.tolist()"
    )
    assert len(rows) > MANY
    return rows


def links(text: str, level: str) -> dict[str, str]:
    """Names and addresses of what a page lists of one sort."""
    found = re.findall(rf'<p><a href="({TOP}{level}/[^"?]+)"><bdi>([^<]*)</bdi></a>', text)
    return {html.unescape(name): html.unescape(address) for address, name in found}


def ids(visitor: Visitor, address: str, level: str) -> list[str]:
    """The ids of one list of a page, from its first part to its last."""
    found: list[str] = []
    while address:
        answer = visitor.ask("GET", address)
        assert answer.status_code == 200, answer.text
        found += re.findall(rf'<p><a href="{TOP}{level}/([^"?]+)"><bdi>', answer.text)
        part = re.search(rf'<h2 id="{level}s">.*?</section>', answer.text, re.DOTALL)
        following = re.search(r'<a class="button" href="([^"]+)">Next</a>', part[0] if part else "")
        address = html.unescape(following[1]).partition("#")[0] if following else ""
    return found


# The tree


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_the_tree_is_the_one_of_pybis(
    hub: CarrelHub, openbis: OpenBIS, pybis: Console, known: list[list[str]], name: str
) -> None:
    visitor = signed_in(hub, name)
    pybis.run("o = Openbis(url, token=token)", url=openbis.url, token=openbis.sessions.begin(name))
    spaces = ids(visitor, TOP, "space")
    assert sorted(spaces) == sorted(pybis.run("list(o.get_spaces().df['code'])"))
    projects = {one for space in spaces for one in ids(visitor, f"{TOP}space/{space}", "project")}
    assert projects == set(pybis.run("list(o.get_projects().df['permId'])"))
    collections = {one for project in projects for one in ids(visitor, f"{TOP}project/{project}", "collection")}
    assert collections == set(pybis.run("list(o.get_experiments().df['permId'])"))
    objects = {one for collection in collections for one in ids(visitor, f"{TOP}collection/{collection}", "object")}
    objects |= {one for space in spaces for one in ids(visitor, f"{TOP}space/{space}", "object")}
    objects |= {one for project in projects for one in ids(visitor, f"{TOP}project/{project}", "object")}
    assert objects == set(pybis.run("list(o.get_samples().df['permId'])"))
    # The many are for the next test.
    (many,) = [one.perm_id for one in openbis.registry.all["Experiment"].values() if one.code == "MANY"]
    sets = {
        one for collection in collections - {many} for one in ids(visitor, f"{TOP}collection/{collection}", "dataset")
    }
    mine = [row[0] for row in known] if name == "alice" else pybis.run("list(o.get_datasets().df['permId'])")
    filled = {one.perm_id for one in openbis.registry.all["DataSet"].values() if one.experiment == many}
    assert sets == set(mine) - filled
    of_objects = {one for some in objects for one in ids(visitor, f"{TOP}object/{some}", "dataset")}
    assert of_objects <= sets
    assert bool(of_objects) == (name == "alice")


def test_many_datasets_come_in_parts(hub: CarrelHub, openbis: OpenBIS, alice: Visitor) -> None:
    (many,) = [one.perm_id for one in openbis.registry.all["Experiment"].values() if one.code == "MANY"]
    openbis.seen.clear()
    first = alice.ask("GET", f"{TOP}collection/{many}")
    assert first.text.count(f'href="{TOP}dataset/') == 50
    assert "1 to 50 of 10,000" in first.text
    asked = [told for told in openbis.seen if told["call"] == "searchDataSets"]
    assert [told["params"][1]["count"] for told in asked] == [50], "no more was asked for than is shown"
    last = alice.ask("GET", f"{TOP}collection/{many}?datasets=9950")
    assert ("9,951 to 10,000 of 10,000" in last.text, ">Next</a>" in last.text) == (True, False)
    shown = {
        one
        for start in range(0, 200, 50)
        for one in re.findall(
            rf'href="{TOP}dataset/([^"]+)"', alice.ask("GET", f"{TOP}collection/{many}?datasets={start}").text
        )
    }
    assert len(shown) == 200
    beyond = alice.ask("GET", f"{TOP}collection/{many}?datasets=50000")
    assert (beyond.status_code, "There are only 10,000." in beyond.text) == (200, True)


def test_what_one_may_not_see_is_not_there(hub: CarrelHub, openbis: OpenBIS, alice: Visitor) -> None:
    (hidden,) = [one for one in openbis.registry.all["DataSet"].values() if one.properties.get("$NAME") == "Hidden"]
    for address in (
        "space/SECRET", f"dataset/{hidden.perm_id}", f"collection/{hidden.experiment}", "project?path=/SECRET/P1",
        f"dataset/{hidden.perm_id}/file?path=original/hidden.txt", "dataset/20200101000000000-1", "space/a%2Fb",
        f"dataset/{hidden.perm_id}/picture?path=original/hidden.txt", "nonsense/1",
    ):  # fmt: skip
        answer = alice.ask("GET", TOP + address)
        assert (answer.status_code, "hidden.txt" in answer.text) == (404, False), address
        assert "<h1>There is nothing here</h1>" in answer.text
    assert hidden.perm_id not in alice.ask("GET", f"{TOP}search?text=Hidden").text
    bob = signed_in(hub, "bob")
    assert "Hidden" in bob.ask("GET", f"{TOP}dataset/{hidden.perm_id}").text
    stranger = Visitor(hub).ask("GET", TOP)
    assert (stranger.status_code, stranger.headers["Location"].startswith("/hub/login?next=")) == (302, True)


# Search


@pytest.mark.parametrize("text", ["meas", "RAW_d", "odd na", "2024", "99", "proc", "nb"])
def test_search_finds_what_pybis_lists(known: list[list[str]], alice: Visitor, text: str) -> None:
    fits = {row[0] for row in known if any(text.lower() in part.lower() for part in row)}
    answer = alice.ask("GET", f"{TOP}search?text={quote(text)}")
    part = re.search(r'<h2 id="datasets">.*?</section>', answer.text, re.DOTALL)
    told = re.search(r'<p class="muted">([\d,]+)</p>', part[0]) if part else None
    assert int(told[1].replace(",", "") if told else 0) == len(fits)
    suggested = alice.ask("GET", f"{TOP}suggest?text={quote(text)}").json()
    of_sets = [one["url"].rpartition("/")[2] for one in suggested["suggestions"] if one["kind"] == "Dataset"]
    assert (set(of_sets) <= fits, len(of_sets)) == (True, min(6, len(fits)))


def test_objects_and_collections_are_found_by_code_and_name(alice: Visitor) -> None:
    assert "Second step" in links(alice.ask("GET", f"{TOP}search?text=exp2").text, "object")
    assert "First collection" in links(alice.ask("GET", f"{TOP}search?text=first+coll").text, "collection")
    short = alice.ask("GET", f"{TOP}search?text=x")
    assert (short.status_code, "Type at least two letters." in short.text) == (200, True)
    nothing = alice.ask("GET", f"{TOP}search?text=%3Cscript%3E")
    assert (nothing.status_code, "<script>”" in nothing.text, "“&lt;script&gt;”" in nothing.text) == (200, False, True)


# Files


def data_set(openbis: OpenBIS, name: str) -> str:
    """The perm id of a dataset by its name."""
    (found,) = [one.perm_id for one in openbis.registry.all["DataSet"].values() if one.properties.get("$NAME") == name]
    return found


def test_files_are_downloaded_whole_and_in_parts(openbis: OpenBIS, alice: Visitor) -> None:
    raw = data_set(openbis, "Measured")
    page = alice.ask("GET", f"{TOP}dataset/{raw}")
    downloads = [html.unescape(one) for one in re.findall(r'href="([^"]+)" download>', page.text)]
    assert len(downloads) == 5
    assert "deep" in page.text
    (large,) = [one for one in downloads if "large" in one]
    whole = alice.ask("GET", large)
    assert (whole.status_code, whole.content == sequence(2_500_000)) == (200, True)
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="large.bin"')
    assert whole.headers["Content-Type"] == "application/octet-stream"
    assert (whole.headers["X-Content-Type-Options"], "sandbox" in whole.headers["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    part = alice.ask("GET", large, headers={"Range": "bytes=1000000-1000999"})
    assert (part.status_code, part.content) == (206, sequence(2_500_000)[1_000_000:1_001_000])
    assert part.headers["Content-Range"] == "bytes 1000000-1000999/2500000"
    assert alice.ask("GET", large, headers={"Range": "bytes=9999999-"}).status_code == 416
    assert alice.ask("HEAD", large).headers["Content-Length"] == "2500000"
    odd = f"{TOP}dataset/{data_set(openbis, 'Odd names')}/file?path={quote('original/with, comma.txt')}"
    assert alice.ask("GET", odd).content == b"comma\n"
    umlaut = alice.ask("GET", f"{TOP}dataset/{raw}/file?path={quote('original/run/Größe.txt')}")
    assert umlaut.content == b"Umlaut\n"
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt" in umlaut.headers["Content-Disposition"]
    for path in ("original/../original/run/readme.txt", "original/run", "/etc/passwd", "", "original/run/readme.txt/"):
        assert alice.ask("GET", f"{TOP}dataset/{raw}/file?path={quote(path)}").status_code == 404, path


def test_no_token_is_in_pages_addresses_or_logs(hub: CarrelHub, openbis: OpenBIS, alice: Visitor) -> None:
    raw = data_set(openbis, "Measured")
    paths = [
        "",
        f"dataset/{raw}",
        f"dataset/{raw}/view?path=original/run/readme.txt",
        "search?text=meas",
        "suggest?text=meas",
    ]
    answers = [alice.ask("GET", TOP + path) for path in paths]
    tokens = set(openbis.sessions.active)
    said = [*(str(answer.headers) + answer.text for answer in answers), hub.log.read_text()]
    assert tokens
    assert not [token for token in tokens for one in said if token in one or quote(token) in one]


def test_previews_do_nothing_but_show(hub: CarrelHub, openbis: OpenBIS, alice: Visitor) -> None:
    base = f"{TOP}dataset/{data_set(openbis, 'To look at')}"

    def view(name: str) -> str:
        answer = alice.ask("GET", f"{base}/view?path={quote('original/' + name)}")
        assert answer.status_code == 200
        return answer.text

    (picture,) = re.findall(r'src="([^"]+/picture[^"]+)"', view("a picture, Größe.png"))
    picture = html.unescape(picture)
    sent = alice.ask("GET", picture)
    assert (sent.headers["Content-Type"], sent.content.hex()) == ("image/png", PICTURE)
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "it isn’t one that can be shown" in view("no picture.png")
    assert alice.ask("GET", picture.replace("a%20picture%2C%20Gr%C3%B6%C3%9Fe", "no%20picture")).status_code == 404
    # Without the key of this session's pages nobody's page shows it, and none reads an answer.
    assert alice.ask("GET", picture.partition("&")[0]).status_code == 404
    assert signed_in(hub, "alice").ask("GET", picture).status_code == 404
    marks = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"}
    assert alice.ask("GET", picture, headers=marks | {"Sec-Fetch-Dest": "image"}).status_code == 200
    assert '<th scope="col">Größe</th>' in view("table.csv")
    assert "<td>&lt;i&gt;2&lt;/i&gt;</td><td>3</td>" in view("table.csv")
    openbis.seen.clear()
    long = view("long.tsv")
    assert ("The first 100 rows, 2 columns." in long, long.count("<tr>")) == (True, 101)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in view("page.html")
    page = alice.ask("GET", base).text
    assert re.search(r'<dt>Object</dt><dd><a href="[^"]+/object/[^"]+"><bdi class="said">/LAB/P1/EXP2</bdi></a>', page)
    assert ("&lt;b&gt;bold&lt;/b&gt;" in page, "<b>bold" in page) == (True, False)


def test_only_windows_and_who_shows_the_sessions_value_read_pages(openbis: OpenBIS, alice: Visitor) -> None:
    """Pages of somebody's server are at the same origin: they read what they fetch, and what they show in a frame."""
    base = f"{TOP}dataset/{data_set(openbis, 'To look at')}"
    file = f"{base}/file?path=original/table.csv"
    addresses = ("/hub/openbis", TOP, base, f"{base}/view?path=original/table.csv", file)
    addresses += (f"{TOP}search?text=meas", f"{TOP}suggest?text=meas")
    same = {"Sec-Fetch-Site": "same-origin"}
    for address in addresses:

        def status(mode: str, destination: str, token: str = "", address: str = address) -> int:
            marks = same | {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
            shown = {"X-XSRFToken": token} if token else {}
            return alice.ask("GET", address, headers=marks | shown).status_code

        for destination in ("image", "empty", "script", "style", "iframe", "audio", "embed"):
            assert status("no-cors", destination) == 403, (address, destination)
        for destination in ("iframe", "frame", "embed", "object"):
            assert status("navigate", destination) == 403, (address, destination)
        assert status("cors", "empty") == 403, address
        assert status("websocket", "websocket") == 403, address
        fine = 302 if address == "/hub/openbis" else 200
        assert {status("navigate", "document"), status("cors", "empty", alice.xsrf)} == {fine}, address
    assert alice.ask("GET", file).status_code == 200


def test_parents_and_children_lead_to_each_other(openbis: OpenBIS, alice: Visitor) -> None:
    raw, picture = data_set(openbis, "Measured"), data_set(openbis, "Picture")
    assert links(alice.ask("GET", f"{TOP}dataset/{raw}").text, "dataset") == {"Picture": f"{TOP}dataset/{picture}"}
    assert links(alice.ask("GET", f"{TOP}dataset/{picture}").text, "dataset") == {"Measured": f"{TOP}dataset/{raw}"}


def test_a_stored_notebook_is_a_template_and_each_level_begins_one(openbis: OpenBIS, alice: Visitor) -> None:
    stored = data_set(openbis, "Stored notebook")
    page = alice.ask("GET", f"{TOP}dataset/{stored}").text
    (address,) = re.findall(r'href="([^"]+)">Use as template', page)
    told = parse_qs(urlsplit(html.unescape(address)).query)
    path = "original/my notebook, ü.ipynb"
    assert told == {"entity": ["DATASET"], "permId": [stored], "template": [stored], "file": [path]}
    assert f'href="{TOP}new-notebook?entity=DATASET&amp;permId={stored}">New notebook here' in page
    assert f'href="{TOP}new-notebook?entity=SPACE&amp;permId=LAB"' in alice.ask("GET", f"{TOP}space/LAB").text
    assert f'href="{TOP}new-notebook">' in alice.ask("GET", TOP).text


def test_a_crowded_dataset_is_shown_folder_by_folder(openbis: OpenBIS, alice: Visitor) -> None:
    crowded = crowd(openbis, "/LAB/P1/EXP2", 20_000)
    page = alice.ask("GET", f"{TOP}dataset/{crowded}").text
    assert ("20,000 files" in page, "1 to 50 of 200" in page) == (True, True)
    folder = alice.ask("GET", f"{TOP}dataset/{crowded}?folder=original/0199&files=50").text
    assert ("51 to 100 of 100" in folder, "019999.txt" in folder) == (True, True)
    assert alice.ask("GET", f"{TOP}dataset/{crowded}/file?path=original/0199/019999.txt").content == b"19999\n"
    assert alice.ask("GET", f"{TOP}dataset/{crowded}?folder=original/0200").status_code == 404


def test_a_list_is_asked_for_once_by_all_who_wait_for_it(openbis: OpenBIS, alice: Visitor) -> None:
    crowded = crowd(openbis, "/LAB/P1/EXP2", 500)
    slow = openbis.faults.add(Fault(Kind.SLOW, "searchFiles"))
    openbis.seen.clear()
    cookies = alice.session.cookies.copy()

    def ask() -> tuple[int, bool]:
        url = f"{alice.hub.url}{TOP}dataset/{crowded}"
        answer = requests.get(url, cookies=cookies, timeout=60, proxies={"no_proxy": "*"})
        return answer.status_code, "500 files" in answer.text

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        assert slow.met.wait(120)
        asks = ("searchDataSets", "getDataSets")
        assert eventually(lambda: sum(told["call"] in asks for told in openbis.seen) >= 4)
        openbis.faults.mend()
        assert [one.result() for one in asked] == [(200, True)] * 4
    assert sum(told["call"] == "searchFiles" for told in openbis.seen) == 1


def test_one_has_a_few_downloads_at_a_time(hub: CarrelHub, openbis: OpenBIS, alice: Visitor) -> None:
    raw = data_set(openbis, "Measured")
    address = f"{TOP}dataset/{raw}/file?path=original/run/large.bin"
    openbis.faults.add(Fault(Kind.STALL, "download", after=1000))
    held = [alice.ask("GET", address, stream=True) for _ in range(4)]
    assert [one.status_code for one in held] == [200] * 4
    fifth = alice.ask("GET", address)
    assert (fifth.status_code, "4 of your files are on their way already." in fifth.text) == (503, True)
    assert alice.ask("GET", f"{TOP}dataset/{raw}").status_code == 200, "pages don't wait for files"
    openbis.faults.mend()
    assert signed_in(hub, "bob").ask("GET", TOP).status_code == 200
    assert [one.content == sequence(2_500_000) for one in held] == [True] * 4
    assert eventually(lambda: alice.ask("GET", address).status_code == 200), "turns end with their files"


# What goes wrong


def test_an_archived_dataset_says_what_to_do(openbis: OpenBIS, alice: Visitor) -> None:
    properties = {"$NAME": " \t", "NAME": ""}
    perm_id = crowd(openbis, "/LAB/P1/EXP2", 1)
    entity = openbis.registry.find(DataSet, perm_id)
    assert entity
    entity.properties |= properties
    base, path = f"{TOP}dataset/{perm_id}", "path=original/0000/000000.txt"
    assert f"<h1>{perm_id}</h1>" in re.sub("</?bdi[^>]*>", "", alice.ask("GET", base).text), "a blank name is none"
    for status in ("ARCHIVED", "UNARCHIVE_PENDING"):
        entity.status = status
        page = alice.ask("GET", base)
        assert (page.status_code, "000000.txt" in page.text, "In the archive" in page.text) == (200, True, True)
        view, file = alice.ask("GET", f"{base}/view?{path}"), alice.ask("GET", f"{base}/file?{path}")
        assert (view.status_code, file.status_code) == (200, 503)
        for text in (view.text, file.text):
            assert "The files of this dataset are in the archive." in text
            assert ("Have them brought back in openBIS" in text) == (status == "ARCHIVED")
            assert "can’t be used" not in text


def test_an_openbis_that_is_down_or_slow_is_said_plainly(openbis: OpenBIS, alice: Visitor) -> None:
    address = f"{TOP}space/LAB"
    for kind in (Kind.SLOW, Kind.HTML, Kind.STATUS):
        openbis.faults.add(Fault(kind, "*"))
        answer = alice.ask("GET", address)
        openbis.faults.mend()
        assert (answer.status_code, "Try again</a>" in answer.text) == (503, True), kind
    raw = data_set(openbis, "Measured")
    alice.ask("GET", f"{TOP}dataset/{raw}")
    openbis.faults.add(Fault(Kind.HTML, "searchFiles"))
    half = alice.ask("GET", f"{TOP}dataset/{raw}?folder=original/run/deep")
    assert half.status_code == 200, "what is kept of a moment ago is good"
    odd = alice.ask("GET", f"{TOP}dataset/{data_set(openbis, 'Dataset 00000')}")
    assert (odd.status_code, "The files can’t be listed just now." in odd.text) == (200, True)
    openbis.faults.mend()
    openbis.stop()
    answer = alice.ask("GET", address)
    assert (answer.status_code, "openBIS of the Lab doesn’t answer at the moment." in answer.text) == (503, True)
    openbis.start()


def test_a_session_that_ended_is_renewed_and_leads_back(hub: CarrelHub, openbis: OpenBIS) -> None:
    visitor = signed_in(hub, "Carl-Otto.B")
    address = f"{TOP}search?text=meas"
    assert "Measured" in visitor.ask("GET", address).text
    openbis.sessions.expire("Carl-Otto.B")
    for _ in range(2):
        answer = visitor.ask("GET", address)
        assert (answer.status_code, "Your openBIS session has ended" in answer.text) == (403, True)
    assert "Begin a session" in visitor.ask("GET", "/hub/openbis/").text
    (renewal,) = re.findall(r'href="([^"]+)">Renew it</a>', answer.text)
    page = visitor.ask("GET", html.unescape(renewal)).text
    (action,) = set(re.findall(r'action="([^"]+/renew[^"]*)"', page))
    wrong = visitor.post(html.unescape(action), {"password": "wrong"})
    assert (wrong.status_code, action in wrong.text) == (403, True)
    done = visitor.post(html.unescape(action), {"password": "Carl-Otto.B"})
    assert (done.status_code, done.headers["Location"]) == (303, address)
    assert "Measured" in visitor.ask("GET", done.headers["Location"]).text
    elsewhere = visitor.post(
        "/hub/account/openbis/lab/renew?next=https://evil.example.org/", {"password": "Carl-Otto.B"}
    )
    assert elsewhere.headers["Location"] == "/hub/account/openbis/lab?done=renewed"


def test_who_is_not_connected_is_told_how(hub: CarrelHub) -> None:
    visitor = person(hub, "ada")
    for address in ("/hub/openbis/", TOP, f"{TOP}space/LAB"):
        answer = visitor.ask("GET", address)
        assert "Connect on the page Account" in answer.text
        assert answer.status_code == (200 if address == "/hub/openbis/" else 403)


# In a browser


def shown(page: Page, hub: CarrelHub, name: str) -> None:
    """Signs in by the form of openBIS."""
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fopenbis%2F")
    form = page.get_by_role("form", name=re.compile("with your account of openBIS of the Lab", re.IGNORECASE))
    form.get_by_label("User name").fill(name)
    form.get_by_label("Password", exact=True).fill(name)
    form.get_by_role("button", name="Sign in with openBIS of the Lab").click()
    expect(page.get_by_role("heading", name="openBIS of the Lab")).to_be_visible()


@pytest.mark.parametrize("viewport", [{"width": 1180, "height": 800}, {"width": 360, "height": 740}])
def test_a_person_goes_down_the_tree_and_searches(
    hub: CarrelHub, openbis: OpenBIS, contexts: Callable[..., BrowserContext], viewport: dict[str, int]
) -> None:
    page = contexts(viewport=viewport, color_scheme="dark" if viewport["width"] < 400 else "light").new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    shown(page, hub, "alice")
    expect(page.get_by_role("link", name="openBIS", exact=True)).to_have_attribute("aria-current", "page")
    for step in ("LAB", "P1", "First collection", "First step", "Measured"):
        page.get_by_role("main").get_by_role("link", name=step, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=step)).to_be_visible()
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], step
    way = page.get_by_role("navigation", name="Where you are")
    expect(way.get_by_role("link")).to_have_text(["openBIS of the Lab", "LAB", "P1", "C1", "EXP1"])
    page.get_by_role("link", name="deep").click()
    page.get_by_role("link", name="er", exact=True).click()
    page.get_by_role("link", name="table.csv", exact=True).click()
    expect(page.get_by_role("columnheader")).to_have_text(["time", "value"])
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download", exact=True).click()
    assert (saved.value.suggested_filename, Path(saved.value.path()).read_text()[:10]) == ("table.csv", "time,value")
    # Suggestions, by keyboard.
    page.goto(f"{hub.url}{TOP}")
    page.get_by_role("searchbox").press_sequentially("to loo")
    expect(page.get_by_role("list", name="Suggestions").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Suggestions")).to_be_hidden()
    page.get_by_role("searchbox").press_sequentially("k")
    expect(page.get_by_role("list", name="Suggestions")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="To look at")).to_be_visible()
    page.get_by_role("link", name="a picture, Größe.png", exact=True).click()
    picture = page.get_by_role("img", name="The picture a picture, Größe.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("async one => { await one.decode(); return one.naturalWidth }") == 2
    assert not said


def test_the_workspace_opens_without_another_sign_in(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts(java_script_enabled=False).new_page()
    shown(page, hub, "alice")
    page.get_by_role("searchbox").fill("meas")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Measured")).to_be_visible()
    page.get_by_role("link", name="Jupyter workspace").click()
    expect(page).to_have_url(re.compile(r"/hub/spawn-pending/alice|/user/alice/"))
