"""The server's side of the openBIS buttons: `jupyter-openbis-server` 0.5.0 as a plain JupyterLab has it with our package."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from openbis_faults import Fault, Kind
from openbis_lab import FOREIGN, HOST, OWNER, Bench, bench, notebook
from openbis_seed import stored

CONFIGURED = """connections:
- name: configured
  url: {url}
  username: alice
  password: alice
- name: no such host
  url: https://127.0.0.1:1
"""


@pytest.fixture(scope="module")
def one_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """With connections of a configuration file, beside that of the environment."""
    folder = tmp_path_factory.mktemp("openbis")
    configuration = folder / "configuration"
    configuration.mkdir()
    with bench(folder, "jupyter_server", JUPYTER_CONFIG_PATH=str(configuration)) as one:
        # Read when somebody asks for connections for the first time.
        (configuration / "openbis-connections.yaml").write_text(CONFIGURED.format(url=one.openbis.url))
        yield one


@pytest.fixture
def at(one_bench: Bench) -> Iterator[Bench]:
    """With somebody signed in, and an openBIS that is well."""
    one_bench.openbis.start()
    one_bench.openbis.faults.mend()
    one_bench.begin_anew()
    (one_bench.lab.home / "notebook.ipynb").write_text(notebook("1"))
    yield one_bench
    one_bench.openbis.faults.mend()


def datasets(at: Bench, entity: str = OWNER, **how: Any) -> requests.Response:
    return at.lab.ask("GET", f"openbis/sample/{HOST}/{quote(entity, safe='')}", params=how)


def download(at: Bench, name: str, folder: Path | str, **headers: str) -> requests.Response:
    path = f"openbis/dataset/{HOST}/{at.perm_id(name)}/{quote(str(folder), safe='')}"
    return at.lab.ask("GET", path, headers=headers)


def upload(at: Bench, **changes: Any) -> requests.Response:
    wanted = {"type": "ANALYSIS_NOTEBOOK", "files": ["notebook.ipynb"], "parents": [], "entityIdentifier": OWNER}
    return at.lab.ask("POST", f"openbis/dataset/{HOST}", json=wanted | changes)


def test_nothing_is_asked_before_somebody_asks(at: Bench) -> None:
    assert "carrel_openbis | extension was successfully loaded" in "".join(at.lab.log)
    assert "jupyter-openbis-server extension loaded" not in "".join(at.lab.log)


def test_nobody_else_gets_in(at: Bench) -> None:
    for method, path in [
        ("GET", "openbis/conns"),
        ("GET", f"openbis/conn/{HOST}"),
        ("GET", f"openbis/sample/{HOST}/x"),
        ("GET", f"openbis/datasetTypes/{HOST}"),
        ("GET", f"openbis/dataset/{HOST}/x/y"),
        ("POST", "openbis/conns"),
        ("PUT", f"openbis/conn/{HOST}"),
        ("DELETE", f"openbis/conn/{HOST}"),
        ("POST", f"openbis/dataset/{HOST}"),
        ("POST", "requirements"),
    ]:
        assert requests.request(method, at.lab.url + path, timeout=60).status_code == 403, path


def test_a_page_of_somebody_else_has_nothing_done(at: Bench, tmp_path: Path) -> None:
    with requests.Session() as browser:
        signed_in = browser.get(f"{at.lab.url}tree", params={"token": "of-the-test"}, timeout=60)
        assert browser.get(f"{at.lab.url}openbis/conns", timeout=60).status_code == 200, signed_in.status_code
        # It has the cookies, but not what only a page of this server can read.
        for method, path in [
            ("POST", "openbis/conns"),
            ("PUT", f"openbis/conn/{HOST}"),
            ("DELETE", f"openbis/conn/{HOST}"),
            ("POST", f"openbis/dataset/{HOST}"),
            ("GET", f"openbis/dataset/{HOST}/{at.perm_id('Picture')}/{quote(str(tmp_path), safe='')}"),
        ]:
            assert browser.request(method, at.lab.url + path, timeout=60).status_code == 403, path
    assert list(tmp_path.iterdir()) == []


def test_the_connections_of_environment_and_configuration_are_there(at: Bench) -> None:
    assert at.state() | {"reason": ""} == {
        "name": HOST,
        "url": at.openbis.url,
        "status": "connected",
        "username": "alice",
        "password": "******",
        "isMounted": False,
        "mountpoint": "",
        "shared": True,
        "reason": "",
    }
    assert at.state("configured")["status"] == "connected"
    assert at.state("no such host")["reason"] == "Nobody is signed in at https://127.0.0.1:1."


def test_a_certificate_is_checked(at: Bench, tmp_path: Path) -> None:
    told = {"name": "by number", "url": at.openbis.url, "username": "alice", "password": "alice"}
    # The environment's authority is trusted; another one isn't.
    with bench(tmp_path, "jupyter_server", REQUESTS_CA_BUNDLE="/etc/ssl/certs/ca-certificates.crt") as stranger:
        assert "certificate" in stranger.state()["reason"]
        told["url"] = stranger.openbis.url
        stranger.openbis.seen.clear()
        made = stranger.lab.ask("POST", "openbis/conns", json=told).json()["connections"]
        assert "certificate" in next(one for one in made if one["name"] == "by number")["reason"]
        assert stranger.openbis.seen == []
        loose = told | {"name": "loose", "verify_certificates": False}
        made = stranger.lab.ask("POST", "openbis/conns", json=loose).json()["connections"]
        assert next(one for one in made if one["name"] == "loose")["status"] == "connected"


def test_connections_come_and_go(at: Bench) -> None:
    told = {"name": "mine", "url": at.openbis.url, "username": "bob", "password": "wrong"}
    names = [one["name"] for one in at.lab.ask("POST", "openbis/conns", json=told).json()["connections"]]
    assert "mine" in names
    assert at.state("mine")["status"] == "not connected"  # the session of notebooks is somebody else's
    refused = at.lab.ask("PUT", "openbis/conn/mine", json={"username": "bob", "password": "wrong"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "Incorrect username or password for mine")
    made = at.lab.ask("PUT", "openbis/conn/mine", json={"username": "bob", "password": "bob"})
    assert made.json()["connection"]["username"] == "bob"
    assert at.token_file.read_text().startswith("alice-")  # notebooks use it only if that is wanted
    assert at.lab.ask("POST", "openbis/conns", json=told).status_code == 409
    assert at.lab.ask("DELETE", "openbis/conn/mine").status_code == 200
    assert at.lab.ask("GET", "openbis/conn/mine").status_code == 404
    assert at.lab.ask("DELETE", "openbis/conn/mine").status_code == 404
    for url in ("http://localhost", "https://", "ftp://localhost", "https://[", "javascript:alert(1)"):
        assert at.lab.ask("POST", "openbis/conns", json=told | {"name": "bad", "url": url}).status_code == 400, url


def test_a_session_may_be_kept_for_notebooks(at: Bench) -> None:
    wanted = {"username": "Carl-Otto.B", "password": "Carl-Otto.B", "keep": True}
    assert at.lab.ask("PUT", f"openbis/conn/{HOST}", json=wanted).json()["connection"]["username"] == "Carl-Otto.B"
    assert at.token_file.read_text().startswith("Carl-Otto.B-")
    assert at.token_file.stat().st_mode & 0o777 == 0o600
    assert "\n" not in at.token_file.read_text()


def test_logging_out_ends_the_session_there_and_for_notebooks(at: Bench) -> None:
    token = at.token_file.read_text()
    told = at.lab.ask("PUT", f"openbis/conn/{HOST}", json={"action": "logout"}).json()["connection"]
    assert told["status"] == "not connected"
    assert not at.token_file.exists()
    assert at.openbis.sessions.find(token) is None
    assert datasets(at).status_code == 401
    # What the hub writes afterwards is used only when somebody wants that.
    at.sign_in()
    assert at.state()["status"] == "not connected"
    renewed = at.lab.ask("PUT", f"openbis/conn/{HOST}", json={"action": "renew"}).json()["connection"]
    assert renewed["status"] == "connected"


def test_a_dead_session_is_said_and_a_renewed_one_used(at: Bench) -> None:
    at.openbis.sessions.expire("alice")
    refused = datasets(at)
    assert (refused.status_code, "has ended" in refused.json()["reason"]) == (401, True)
    assert upload(at).status_code == 401
    at.sign_in()
    assert datasets(at).status_code == 200
    assert at.state()["status"] == "connected"


def test_datasets_come_by_pages(at: Bench) -> None:
    at.openbis.seen.clear()
    told = datasets(at, start_with=0, count=1).json()
    assert (len(told["dataSets"]), told["count"], told["start_with"]) == (1, "1", "0")
    assert told["totalCount"] >= 2
    assert told["dataSets"][0]["$NAME"] == "Measured"
    assert any(one["params"][1].get("count") == "1" for one in at.openbis.seen if one["call"] == "searchDataSets")
    assert datasets(at, FOREIGN).json()["totalCount"] == 0
    assert at.lab.ask("GET", "openbis/sample/nobody/x").status_code == 404


def test_a_dataset_is_downloaded_in_full(at: Bench, tmp_path: Path) -> None:
    told = download(at, "Measured", tmp_path).json()
    place = tmp_path / at.perm_id("Measured")
    assert told["path"] == str(place)
    assert (place / "original/run/readme.txt").read_bytes() == b"hello world\n"
    assert {str(one.relative_to(place)) for one in place.rglob("*") if one.is_file()} == set(told["files"])
    # In the quick way, PyBIS fails for this name.
    assert download(at, "Odd names", tmp_path).json()["files"] == ["original/with, comma.txt"]
    assert (tmp_path / at.perm_id("Odd names") / "original/with, comma.txt").read_bytes() == b"comma\n"


@pytest.mark.parametrize("version", ["3.5", "3.6", "7.0"])
def test_every_api_gives_all_files(at: Bench, tmp_path: Path, version: str) -> None:
    at.openbis.set_version(version)
    at.lab.ask("DELETE", "openbis/conn/configured")
    about = {"name": version, "url": at.openbis.url, "username": "alice", "password": "alice"}
    at.lab.ask("POST", "openbis/conns", json=about)
    for name in ("Measured", "Odd names"):
        path = f"openbis/dataset/{version}/{at.perm_id(name)}/{quote(str(tmp_path), safe='')}"
        told = at.lab.ask("GET", path)
        assert told.status_code == 200, told.text
        place = tmp_path / at.perm_id(name)
        assert {str(one.relative_to(place)) for one in place.rglob("*") if one.is_file()} == set(told.json()["files"])
    at.openbis.set_version("3.6")


def test_of_twenty_thousand_files_those_come_that_are_missing(at: Bench, tmp_path: Path) -> None:
    """PyBIS alone asks for all files at once, and stumbles over one name; then it lists all files anew for each of them."""
    dataset = at.crowd(tmp_path, 20_000, missing=1200)
    dataset.files.append(stored(at.openbis, "with, comma.txt", "comma\n"))
    at.openbis.seen.clear()
    told = at.lab.ask("GET", f"openbis/dataset/{HOST}/{dataset.perm_id}/{quote(str(tmp_path), safe='')}")
    assert told.status_code == 200, told.text
    assert len(told.json()["files"]) == 20_001
    place = tmp_path / dataset.perm_id / "original"
    assert sum(1 for one in place.rglob("*.txt")) == 20_001
    assert (place / "0199/019999.txt").read_text() == "19999\n"
    assert (place / "with, comma.txt").read_text() == "comma\n"
    calls = [one["call"] for one in at.openbis.seen]
    assert (calls.count("searchFiles"), calls.count("createFastDownloadSession"), calls.count("download")) == (1, 3, 1)


def test_who_waits_is_told_how_far_it_is(at: Bench) -> None:
    fault = at.openbis.faults.add(Fault(Kind.STALL, call="transfer.download", after=100_000, times=1))
    lines: list[dict[str, Any]] = []
    url = f"{at.lab.url}openbis/dataset/{HOST}/{at.perm_id('Measured')}/told"
    headers = {"Authorization": "token of-the-test", "Accept": "application/x-ndjson"}
    with requests.get(url, headers=headers, stream=True, timeout=60) as answer:
        for line in answer.iter_lines():
            lines.append(json.loads(line))
            if fault.met.is_set():
                # Meanwhile everything else is answered.
                assert at.lab.ask("GET", "api/status").status_code == 200
                at.openbis.faults.mend()
    assert lines[-1]["status"] == 200, lines[-1]
    assert all("bytes" in line for line in lines[:-1])
    assert (at.lab.home / "told" / at.perm_id("Measured")).is_dir()


def test_what_can_not_be_downloaded_is_said(at: Bench, tmp_path: Path) -> None:
    assert at.lab.ask("GET", f"openbis/dataset/{HOST}/20200101-1/x").status_code == 404
    assert download(at, "Hidden", tmp_path).status_code == 404
    (tmp_path / "file").write_text("")
    assert download(at, "Picture", tmp_path / "file").status_code == 400
    at.openbis.faults.add(Fault(Kind.ERROR, call="createFastDownloadSession", message="No way"))
    at.openbis.faults.add(Fault(Kind.STATUS, call="download"))
    refused = download(at, "Picture", tmp_path)
    assert refused.status_code >= 500, refused.text
    assert at.token_file.read_text() not in refused.text


def test_a_dataset_is_registered(at: Bench) -> None:
    sent = upload(at, parents=[at.perm_id("Measured")], props={"$NAME": "Sent", "$HISTORY_ID": "1-2"}).json()
    made = at.datasets["Sent"]
    assert sent["statusText"].endswith(f"with permId: {made.perm_id}")
    assert (made.type, made.parents) == ("ANALYSIS_NOTEBOOK", [at.perm_id("Measured")])
    assert made.properties["$HISTORY_ID"] == "1-2"


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"entityIdentifier": "/LAB/P1/NONE"}, {"entityIdentifier"}),
        ({"entityIdentifier": FOREIGN}, {"entityIdentifier"}),
        ({"entityIdentifier": ""}, {"entityIdentifier"}),
        ({"entityIdentifier": "/LAB/P1/NONE", "parents": ["20200101-1"]}, {"entityIdentifier", "parent"}),
        ({"files": ["none.txt"]}, {"file"}),
        ({"props": {"NO_SUCH": "x"}}, {"prop.NO_SUCH"}),
        ({"props": {"$NAME": 5}}, {"prop.$NAME"}),
    ],
)
def test_each_field_that_is_wrong_is_named(at: Bench, changes: dict[str, Any], keys: set[str]) -> None:
    before = len(at.datasets)
    refused = upload(at, **changes)
    assert refused.status_code == 500
    assert {key for one in refused.json()["errors"] for key in one} == keys
    assert len(at.datasets) == before


def test_an_upload_that_breaks_off_registers_nothing(at: Bench) -> None:
    before = len(at.datasets)
    at.openbis.faults.add(Fault(Kind.CUT_UPLOAD, call="upload", after=10))
    refused = upload(at, props={"$NAME": "Broken off"})
    assert refused.status_code >= 500
    assert len(at.datasets) == before
    at.openbis.faults.mend()
    assert upload(at, props={"$NAME": "Broken off"}).status_code == 200


def test_an_openbis_that_is_stopped_during_an_upload_has_nothing_of_it(at: Bench) -> None:
    before = len(at.datasets)
    fault = at.openbis.faults.add(Fault(Kind.SLOW, call="upload"))
    answers: list[requests.Response] = []
    sending = threading.Thread(target=lambda: answers.append(upload(at, props={"$NAME": "Stopped"})))
    sending.start()
    assert fault.met.wait(60)
    at.openbis.stop()
    sending.join(120)
    assert answers[0].status_code >= 500
    assert not answers[0].json().get("unsure")
    at.openbis.faults.mend()
    at.openbis.start()
    at.sign_in()
    assert len(at.datasets) == before
    assert upload(at, props={"$NAME": "Stopped"}).status_code == 200
    assert len(at.datasets) == before + 1


def test_a_registration_whose_answer_is_lost_is_not_called_a_failure(at: Bench) -> None:
    at.openbis.faults.add(Fault(Kind.MUTE, call="createUploadedDataSet", times=1))
    unsure = upload(at, props={"$NAME": "Lost"})
    assert (unsure.status_code, unsure.json()["unsure"]) == (500, True)
    # What is only looked up afterwards is no matter.
    at.openbis.faults.add(Fault(Kind.STATUS, call="getDataSets", times=1))
    made = upload(at, props={"$NAME": "Told"})
    assert (made.status_code, made.json()["statusText"].split()[-1]) == (200, at.perm_id("Told"))
    # A refusal is one.
    at.openbis.faults.add(Fault(Kind.ERROR, call="createUploadedDataSet", times=1))
    refused = upload(at, props={"$NAME": "Refused"})
    assert (refused.status_code, "unsure" in refused.json(), "Refused" in at.datasets) == (500, False, False)


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.HTML, Kind.MUTE])
def test_an_openbis_that_is_ill_gives_words(at: Bench, kind: Kind) -> None:
    at.openbis.faults.add(Fault(kind))
    told = at.state()
    assert (told["status"], bool(told["reason"])) == ("not connected", True)
    refused = datasets(at)
    assert refused.status_code in (502, 504)
    assert refused.json()["reason"]
    wrong = at.lab.ask("PUT", f"openbis/conn/{HOST}", json={"username": "alice", "password": "alice"})
    assert wrong.status_code in (502, 504)  # and not: a wrong password


def test_an_openbis_that_is_down_is_said_and_comes_back(at: Bench) -> None:
    at.openbis.stop()
    assert "can’t be reached" in datasets(at).json()["reason"]
    at.openbis.start()
    at.sign_in()
    assert datasets(at).status_code == 200


def test_an_openbis_that_never_answers_holds_nothing_up(at: Bench) -> None:
    fault = at.openbis.faults.add(Fault(Kind.SLOW))
    told: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: told.append(at.state()))
    asking.start()
    assert fault.met.wait(30)
    assert at.lab.ask("GET", "api/contents").status_code == 200
    assert asking.is_alive()
    asking.join(60)
    assert "doesn’t answer" in told[0]["reason"]


def test_no_token_and_no_password_gets_into_the_log(at: Bench) -> None:
    # By itself, PyBIS prints a request that is refused, with the token in it.
    at.openbis.faults.add(Fault(Kind.ERROR, call="searchDataSets", times=1))
    assert datasets(at).status_code == 502
    log = "".join(at.lab.log)
    assert "502 GET" in log
    assert re.findall(r"-\d{15}x[0-9a-fA-F]{32}", log) == []
    assert '"params"' not in log
