"""The stand-in for openBIS on the wire; that it is what openBIS' own clients take it for is shown in the tests beside."""

import hashlib
import json
import signal
import ssl
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from openbis import OpenBIS
from openbis_faults import Fault, Kind
from openbis_seed import crowd, fill, sequence
from openbis_transfer import HEAD
from openbis_visitor import Refused, Visitor, about, leaf

DAY = 86_400_000


@pytest.fixture
def openbis(tmp_path: Path) -> Iterator[OpenBIS]:
    """A server with the usual seed."""
    with OpenBIS(tmp_path / "openbis") as one:
        yield one


@pytest.fixture
def alice(openbis: OpenBIS) -> Visitor:
    """Of the laboratory LAB."""
    return Visitor.sign_in(openbis, "alice")


@pytest.fixture
def bob(openbis: OpenBIS) -> Visitor:
    """Of the laboratory SECRET, with a look at METHODS."""
    return Visitor.sign_in(openbis, "bob")


def refusal(ask: Callable[[], Any]) -> tuple[str, str]:
    """The class and the words with which something is refused."""
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.kind, str(refused.value)


# Sessions


def test_a_token_is_for_a_session(openbis: OpenBIS, alice: Visitor) -> None:
    user, _, tail = alice.token.rpartition("-")
    assert (user, len(tail)) == ("alice", 15 + 1 + 32)
    assert alice.call("isSessionActive") is True
    told = alice.call("getSessionInformation")
    assert (told["userName"], told["personalAccessTokenSession"]) == ("alice", False)
    assert Visitor.sign_in(openbis, "Carl-Otto.B").token.rpartition("-")[0] == "Carl-Otto.B"
    assert alice.call("logout") is None
    assert alice.call("isSessionActive") is False
    assert refusal(lambda: alice.call("getServerInformation")) == (
        "InvalidSessionException",
        f"Session token '{alice.token}' is invalid: user is not logged in.",
    )


def test_a_wrong_password_gives_no_token(openbis: OpenBIS) -> None:
    path = "/openbis/openbis/rmi-application-server-v3.json"
    for user, password in (("alice", "wrong"), ("alice", ""), ("nobody", "nobody")):
        assert Visitor(openbis.url).post(path, "login", user, password) is None


def test_a_session_lasts_from_the_last_call_on(openbis: OpenBIS, alice: Visitor) -> None:
    for hours in (11, 22):
        openbis.sessions.ahead = hours * 3600
        assert alice.call("isSessionActive")
    openbis.sessions.ahead = 35 * 3600
    assert not alice.call("isSessionActive")


def test_sessions_end_when_that_is_told(openbis: OpenBIS, alice: Visitor, bob: Visitor) -> None:
    openbis.sessions.expire("alice")
    assert (alice.call("isSessionActive"), bob.call("isSessionActive")) == (False, True)
    openbis.sessions.revoke(bob.token)
    assert refusal(lambda: bob.search("Spaces"))[0] == "InvalidSessionException"


def test_a_personal_access_token_is_as_good_as_a_session_until_it_ends(openbis: OpenBIS, alice: Visitor) -> None:
    now = openbis.sessions.now()
    told = {"sessionName": "mine", "validFromDate": now, "validToDate": now + 400 * DAY}
    [made] = alice.call("createPersonalAccessTokens", told)
    assert made["permId"].startswith("$pat-alice-")
    [one] = alice.call("searchPersonalAccessTokens", {"criteria": []}, {})["objects"]
    assert (one["hash"], one["validToDate"] - one["validFromDate"]) == (made["permId"], 30 * DAY)
    openbis.sessions.expire()
    holder = Visitor(openbis.url, made["permId"])
    assert "LAB" in holder.codes("Spaces")
    assert holder.call("getSessionInformation")["personalAccessTokenSessionName"] == "mine"
    assert refusal(lambda: holder.call("createPersonalAccessTokens", [told]))[0] == "UserFailureException"
    openbis.stop()
    openbis.start()
    assert holder.call("isSessionActive")
    openbis.sessions.ahead = 31 * 86_400
    assert not holder.call("isSessionActive")


# Searches


def test_everybody_sees_their_own(alice: Visitor, bob: Visitor) -> None:
    assert "SECRET" not in alice.codes("Spaces")
    assert bob.codes("Spaces") == ["METHODS", "SECRET"]
    [hidden] = bob.codes("DataSets")
    assert hidden not in alice.codes("DataSets")
    assert alice.call("getDataSets", [{"permId": hidden}], {}) == {}
    assert alice.files(hidden) == {}
    assert "not accessible" in alice.download(hidden, "original/hidden.txt").text
    assert refusal(lambda: alice.call("createFastDownloadSession", [{"filePath": f"{hidden}/original"}], {}))
    assert bob.download(hidden, "original/hidden.txt").content == b"hidden\n"


def test_gets_answer_by_what_was_asked(alice: Visitor) -> None:
    ids = [{"identifier": "/LAB/P1/EXP1"}, {"identifier": "/lab/p1/exp2"}, {"identifier": "/LAB/P1/NONE"}]
    got = alice.call("getSamples", ids, {"experiment": {}, "parents": {}, "type": {}})
    assert list(got) == ["/LAB/P1/EXP1", "/lab/p1/exp2"]
    second = got["/lab/p1/exp2"]
    assert second["experiment"]["identifier"]["identifier"] == "/LAB/P1/C1"
    assert second["parents"][0]["permId"] == got["/LAB/P1/EXP1"]["permId"]
    assert (second["type"]["code"], second["project"], second["children"]) == ("EXPERIMENTAL_STEP", None, None)
    [by_perm_id] = alice.call("getSamples", [second["permId"]], {}).values()
    assert by_perm_id["code"] == "EXP2"


def test_results_come_by_pages_in_order(openbis: OpenBIS, alice: Visitor) -> None:
    fill(openbis, "/LAB/P1/EXP2", 25)
    inside = about("sample.Sample", leaf("Code", "exp2"))
    pages = [alice.search("DataSets", inside, **{"from": start, "count": 10}) for start in (0, "10", 20, 30)]
    assert [(len(page["objects"]), page["totalCount"]) for page in pages] == [(10, 25), (10, 25), (5, 25), (0, 25)]
    every = [one["code"] for page in pages for one in page["objects"]]
    assert every == alice.codes("DataSets", inside)
    sort = {"sortings": [{"field": "CODE", "order": {"asc": False}}]}
    assert alice.codes("DataSets", inside, sort=sort) == sorted(every, reverse=True)


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ([leaf("StringProperty", "MEASURED", fieldName="$name")], {"Measured"}),
        ([leaf("StringProperty", "odd", "StringStartsWithValue", fieldName="$NAME")], {"Odd names"}),
        ([leaf("StringProperty", "*d n*", fieldName="$NAME", useWildcards=True)], {"Odd names"}),
        ([leaf("StringProperty", "*d n*", fieldName="$NAME")], set()),
        ([leaf("AnyField", "instrument", "StringContainsValue")], {"Measured"}),
        ([about("experiment.Experiment", leaf("Identifier", "/LAB/P1/C1"))], {"Measured", "Odd names", "Picture"}),
        ([about("sample.Sample", leaf("Identifier", "/lab/p1/exp1"))], {"Measured", "Odd names"}),
        ([about("dataset.DataSetType", leaf("Code", "PROCESSED_DATA"))], {"Picture"}),
        ([about("dataset.DataSetChildren", leaf("StringProperty", "Picture", fieldName="$NAME"))], {"Measured"}),
        ([about("dataset.DataSetParents", leaf("StringProperty", "Measured", fieldName="$NAME"))], {"Picture"}),
        ([{**leaf("AnyProperty", "Measured"), "negated": True}], {"Odd names", "Picture"}),
        ([leaf("RegistrationDate", "2000-01-01", "DateEarlierThanOrEqualToValue")], set()),
        ([leaf("ModificationDate", "2000-01-01", "DateLaterThanOrEqualToValue")], {"Measured", "Odd names", "Picture"}),
        ([about("experiment.Experiment", leaf("Code", "X"), leaf("Code", "C1"), operator="OR")], None),
    ],
)
def test_criteria_find_what_fits(alice: Visitor, criteria: list[dict[str, Any]], names: set[str] | None) -> None:
    found = alice.search("DataSets", *criteria, properties={})["objects"]
    wanted = {"Measured", "Odd names", "Picture"} if names is None else names
    assert {one["properties"]["$NAME"] for one in found} == wanted


def test_a_single_criterion_may_come_without_a_list(alice: Visitor) -> None:
    single = {"@type": "as.dto.space.search.SpaceSearchCriteria", "criteria": leaf("Code", "lab")}
    assert alice.codes("Projects", single) == ["P1"]
    assert "MadeUpSearchCriteria" in refusal(lambda: alice.search("Spaces", leaf("MadeUp", "x")))[1]


def test_objects_that_come_again_may_be_numbers(openbis: OpenBIS, alice: Visitor) -> None:
    plain = alice.search("DataSets", experiment={"project": {"space": {}}}, dataStore={})
    openbis.gives_references = True
    told = alice.search("DataSets", experiment={"project": {"space": {}}}, dataStore={})
    first, second, *_ = told["objects"]
    assert second["experiment"] == first["experiment"]["@id"]
    assert second["dataStore"] == first["dataStore"]["@id"]
    assert restored(told) == plain
    # Also the other way round: a request that names an object by the number of one before.
    kind = {"@type": "as.dto.experiment.fetchoptions.ExperimentFetchOptions", "@id": 1}
    options = {"experiment": kind, "sample": {"@id": "2", "experiment": 1}}
    found = restored(alice.call("searchDataSets", {"criteria": [leaf("Code", first["code"])]}, options))
    assert found["objects"][0]["sample"]["experiment"]["code"] == "C1"


def restored(told: Any, known: dict[int, Any] | None = None) -> Any:
    """An answer with objects instead of their numbers, as a reader must see it."""
    known = {} if known is None else known
    if isinstance(told, list):
        return [restored(one, known) for one in told]
    if not isinstance(told, dict):
        return told
    read: dict[str, Any] = {}
    if "@id" in told:
        known[told["@id"]] = read
    for key, value in told.items():
        if key != "@id":
            is_reference = key in ("experiment", "dataStore", "project", "space", "sample") and isinstance(value, int)
            read[key] = known[value] if is_reference else restored(value, known)
    return read


# Files


def test_files_and_folders_are_listed(alice: Visitor) -> None:
    files = alice.files(alice.named("Measured"))
    assert list(files)[:4] == ["", "original", "original/run", "original/run/readme.txt"]
    assert (files[""]["directory"], files["original/run/deep/er"]["directory"]) == (True, True)
    readme = files["original/run/readme.txt"]
    assert (readme["fileLength"], readme["checksumCRC32"]) == (12, -1358415059)
    assert files["original/run/empty"]["fileLength"] == 0


def test_a_plain_download_says_all_with_status_200(openbis: OpenBIS, alice: Visitor) -> None:
    code = alice.named("Measured")
    assert alice.download(code, "original/run/Größe.txt").content == b"Umlaut\n"
    assert alice.download(code, "original/run/with blank.txt").content == b"blank\n"
    assert alice.download(code, "original/run/large.bin", Range="bytes=0-9").content == sequence(2_500_000)
    assert alice.download(code, "original").headers["Content-Type"].startswith("text/html")
    openbis.files.gives_ranges = True
    part = alice.download(code, "original/run/large.bin", Range="bytes=2000000-2000003")
    assert (part.status_code, part.content) == (206, struct.pack(">I", 500_000))
    openbis.sessions.expire()
    over = alice.download(code, "original/run/readme.txt")
    assert (over.status_code, "Download session expired." in over.text) == (200, True)


def test_a_fast_download_is_made_of_chunks(openbis: OpenBIS, alice: Visitor) -> None:
    code = alice.named("Measured")
    paths = [f"{code}/original/run/{name}" for name in ("readme.txt", "large.bin", "empty")]
    session = alice.call("createFastDownloadSession", [{"filePath": path} for path in paths], {})
    assert session["downloadUrl"] == f"{openbis.url}/datastore_server/file-transfer"
    assert [file["filePath"] for file in session["files"]] == paths
    told = {"userSessionId": session["fileTransferUserSessionId"], "wishedNumberOfStreams": "99"}
    started = alice.transfer(method="startDownloadSession", downloadItemIds=",".join(paths), **told).json()
    assert started["ranges"] == dict(zip(paths, ["0:0", "1:3", "4:4"], strict=True))
    assert len(started["streamIds"]) == 25
    again = alice.transfer(method="startDownloadSession", downloadItemIds=json.dumps(paths), version="2", **told)
    assert again.json()["ranges"] == started["ranges"]
    held = {"downloadSessionId": started["downloadSessionId"]}
    ask = {"method": "download", "numberOfChunks": "1", "downloadStreamId": started["streamIds"][0], **held}
    assert alice.transfer(**ask).content == b""
    assert alice.transfer(method="queue", ranges="0:0, 2:3, 4:4", **held).content == b""
    got = [unpacked(alice.transfer(**ask).content) for _ in range(4)]
    assert [(number, path, offset, len(content)) for number, path, offset, content in got] == [
        (0, "original/run/readme.txt", 0, 12),
        (2, "original/run/large.bin", 1 << 20, 1 << 20),
        (3, "original/run/large.bin", 2 << 20, 2_500_000 - (2 << 20)),
        (4, "original/run/empty", 0, 0),
    ]
    assert got[1][3] + got[2][3] == sequence(2_500_000)[1 << 20 :]
    openbis.sessions.expire()
    error = alice.transfer(**ask).json()
    assert (error["retriable"], "not logged in" in error["error"]) == (False, True)


def test_a_chunk_is_packed_as_the_reference_shows(openbis: OpenBIS, alice: Visitor) -> None:
    code = alice.named("Measured")
    session = alice.call("createFastDownloadSession", [{"filePath": f"{code}/original/run/readme.txt"}], {})
    told = {"userSessionId": session["fileTransferUserSessionId"], "downloadItemIds": session["files"][0]["filePath"]}
    started = alice.transfer(method="startDownloadSession", **told).json()
    held = {"downloadSessionId": started["downloadSessionId"]}
    alice.transfer(method="queue", ranges="0:0", **held)
    chunk = alice.transfer(method="download", downloadStreamId=started["streamIds"][0], **held).content
    item, path = session["files"][0]["filePath"].encode(), b"original/run/readme.txt"
    head = struct.pack(">IHBHQI", 0, len(item), 0, len(path), 0, 12) + item + path
    assert chunk == head + struct.pack(">Q", zlib.crc32(head)) + b"hello world\n" + bytes.fromhex("00000000af083b2d")


def unpacked(chunk: bytes) -> tuple[int, str, int, bytes]:
    """Number, path, offset and content of a chunk whose sums are right."""
    number, items, _, paths, offset, size = HEAD.unpack_from(chunk)
    head = HEAD.size + items + paths
    content = chunk[head + 8 : head + 8 + size]
    sums = struct.unpack(">Q", chunk[head : head + 8]) + struct.unpack(">Q", chunk[head + 8 + size :])
    assert sums == (zlib.crc32(chunk[:head]), zlib.crc32(content))
    return number, chunk[HEAD.size + items : head].decode(), offset, content


# Uploads


def test_what_was_uploaded_becomes_a_dataset(openbis: OpenBIS, alice: Visitor) -> None:
    parent = alice.named("Measured")
    answer = alice.upload("u1/nb.ipynb", b"{}")
    assert (answer.headers["Content-Type"], answer.json()["size"]) == ("text/json", 2)
    made = alice.register("u1", properties={"$name": "Mine", "notes": ""}, parentIds=[{"permId": parent}])
    options = {name: {} for name in ("sample", "experiment", "properties", "parents", "registrator", "physicalData")}
    [told] = alice.call("getDataSets", [{"permId": made}], options).values()
    assert (told["properties"], told["registrator"]["userId"]) == ({"$NAME": "Mine"}, "alice")
    assert (told["sample"]["code"], told["experiment"]["code"]) == ("EXP1", "C1")
    assert (told["parents"][0]["code"], told["physicalData"]["size"]) == (parent, 2)
    assert [path for path, file in alice.files(made).items() if not file["directory"]] == ["original/nb.ipynb"]
    assert "exactly one entry" in refusal(lambda: alice.register("u1"))[1]


def test_slices_come_in_any_order_and_folders_keep_their_paths(alice: Visitor) -> None:
    content = sequence(300_000)
    for number in (2, 0, 1):
        part = content[number * 100_000 : (number + 1) * 100_000]
        assert alice.upload("u1/top/a/large", part, id=number + 1, startByte=number * 100_000).json()["status"] == "ok"
    alice.upload("u1/top/none/", b"", emptyFolder="True")
    made = alice.register("u1")
    files = alice.files(made)
    assert files["original/top/none"]["directory"]
    assert alice.download(made, "original/top/a/large").content == content


def test_an_upload_of_the_first_api(alice: Visitor) -> None:
    for name in ("a", "b"):
        alice.upload(f"day/{name}", name.encode())
    told = {"method": "insertDataSet", "sampleIdentifier": "/LAB/P1/EXP1", "dataSetType": "RAW_DATA"}
    told |= {"fileNames": ["day/a", "day/b"], "properties": {"$name": "First API"}, "parentIdentifiers": []}
    status, _, made = alice.report(told)
    assert status == "OK"
    assert {"original/DEFAULT/a", "original/DEFAULT/b"} < alice.files(made).keys()
    status, why, _ = alice.report(told)
    assert (status, why) == ("Error", "There is no file day/a in the session workspace.")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"sampleId": None}, "must belong to"),
        ({"sampleId": {"identifier": "/LAB/P1/NONE"}}, "has not been found"),
        ({"sampleId": None, "experimentId": {"identifier": "/SECRET/P1/C1"}}, "Access denied"),
        ({"sampleId": None, "experimentId": {"identifier": "/ELN_SETTINGS/P1/C1"}}, "has not been found"),
        ({"typeId": {"permId": "MADE_UP"}}, "has not been found"),
        ({"properties": {"colour": "red"}}, "'COLOUR' is not assigned"),
        ({"parentIds": [{"permId": "20200101000000000-1"}]}, "has not been found"),
        ({"uploadId": "../u1"}, "no file name"),
        ({"uploadId": "u2"}, "exactly one entry"),
    ],
)
def test_nothing_is_registered_if_anything_is_wrong(
    openbis: OpenBIS, alice: Visitor, more: dict[str, Any], why: str
) -> None:
    alice.upload("u1/a", b"a" * 1000)
    before = alice.codes("DataSets")
    assert why in refusal(lambda: alice.register("u1", **more))[1]
    assert alice.codes("DataSets") == before
    # And the upload is still there for another try.
    assert alice.register("u1") in alice.codes("DataSets")


def test_who_may_only_look_registers_nothing(openbis: OpenBIS, bob: Visitor) -> None:
    bob.upload("u1/a", b"a")
    why = refusal(lambda: bob.register("u1", sample="/METHODS/PROTOCOLS/GEN1"))
    assert why[0] == "UnauthorizedObjectAccessException"


def test_mandatory_properties_are_asked_for(alice: Visitor) -> None:
    kind = {"code": "STRICT", "entity": "DATA_SET", "properties": ["$NAME", ["WHY", "VARCHAR"]], "mandatory": ["why"]}
    alice.order("sow", types=[kind])
    alice.upload("u1/a", b"a")
    assert "'WHY'" in refusal(lambda: alice.register("u1", typeId={"permId": "STRICT"}))[1]
    assert alice.register("u1", typeId={"permId": "STRICT"}, properties={"why": "because"})


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "", "a\\b"])
def test_an_upload_stays_in_its_workspace(openbis: OpenBIS, alice: Visitor, name: str) -> None:
    assert alice.upload(name, b"a").status_code == 500
    assert not [one for one in openbis.uploads.folder.rglob("*") if one.is_file()]


# Lasting, and large


def test_everything_but_sessions_outlives_a_restart(openbis: OpenBIS, alice: Visitor, tmp_path: Path) -> None:
    alice.upload("u1/a.bin", sequence(5000))
    made = alice.register("u1", properties={"$name": "Kept"})
    alice.order("person", user="dora", roles={"lab": "OBSERVER"})
    alice.upload("u2/half", b"never registered")
    openbis.stop()
    with pytest.raises(requests.ConnectionError):
        alice.call("isSessionActive")
    openbis.start()
    assert not alice.call("isSessionActive")
    dora = Visitor.sign_in(openbis, "dora")
    assert dora.named("Kept") == made
    assert dora.download(made, "original/a.bin").content == sequence(5000)
    assert not list(openbis.uploads.folder.iterdir())
    with OpenBIS(tmp_path / "openbis") as other:
        assert Visitor.sign_in(other, "alice").named("Kept") == made


def test_a_line_that_was_cut_off_is_no_dataset(openbis: OpenBIS, alice: Visitor) -> None:
    alice.upload("u1/a", b"a")
    made = alice.register("u1")
    openbis.stop()
    journal = openbis.folder / "journal"
    journal.write_bytes(journal.read_bytes()[:-10])
    with OpenBIS(openbis.folder) as other:
        again = Visitor.sign_in(other, "alice")
        assert made not in again.codes("DataSets")
        again.upload("u1/a", b"a")
        assert again.register("u1") in again.codes("DataSets")


def test_many_datasets_and_many_files(openbis: OpenBIS, alice: Visitor) -> None:
    fill(openbis, "/LAB/P1/EXP2", 10_000)
    code = crowd(openbis, "/LAB/P1/EXP2", 20_000)
    page = alice.search(
        "DataSets", about("sample.Sample", leaf("Code", "EXP2")), type={}, **{"from": 9_990, "count": 5}
    )
    assert (len(page["objects"]), page["totalCount"]) == (5, 10_001)
    assert len(alice.files(code)) == 20_000 + 200 + 2
    assert alice.download(code, "original/0199/019999.txt").content == b"19999\n"


# Faults


def test_faults_come_and_go(openbis: OpenBIS, alice: Visitor) -> None:
    code = alice.named("Measured")
    faults = openbis.faults
    faults.add(Fault(Kind.ERROR, "getDataSets", message="Database is down", skip=1, times=1))
    ask = [[{"permId": code}], {}]
    assert alice.call("getDataSets", *ask)
    assert refusal(lambda: alice.call("getDataSets", *ask)) == ("UserFailureException", "Database is down")
    assert alice.call("getDataSets", *ask)
    faults.add(Fault(Kind.STATUS, "searchSpaces", status=503, retry_after="7", times=1))
    with pytest.raises(requests.HTTPError) as told:
        alice.search("Spaces")
    assert (told.value.response.status_code, told.value.response.headers["Retry-After"]) == (503, "7")
    faults.add(Fault(Kind.HTML, "searchSpaces", times=1))
    with pytest.raises(requests.JSONDecodeError):
        alice.search("Spaces")
    faults.add(Fault(Kind.CUT, "download", after=1000, times=1))
    with pytest.raises(requests.RequestException):
        alice.download(code, "original/run/large.bin")
    faults.add(Fault(Kind.DAMAGE, "download", after=-1, times=1))
    assert alice.download(code, "original/run/readme.txt").content == b"hello world\x0b"
    faults.add(Fault(Kind.STALL, "download", after=5, times=1))
    with alice.download(code, "original/run/readme.txt", stream=True) as answer:
        assert answer.raw.read(5) == b"hello"
        faults.mend()
        with pytest.raises(requests.RequestException):
            answer.content  # noqa: B018 — reading it fails
    faults.add(Fault(Kind.SLOW, "searchSpaces", seconds=0.01, times=1))
    assert alice.codes("Spaces")
    held = faults.add(Fault(Kind.SLOW, "searchSpaces"))
    got: list[list[str]] = []
    waiting = threading.Thread(target=lambda: got.append(alice.codes("Spaces")))
    waiting.start()
    assert held.met.wait(30)
    assert alice.codes("Projects")
    faults.mend()
    waiting.join(30)
    assert "LAB" in got[0]


def test_an_upload_that_is_cut_off_leaves_nothing(openbis: OpenBIS, alice: Visitor) -> None:
    before = alice.codes("DataSets")
    openbis.faults.add(Fault(Kind.CUT_UPLOAD, "upload", after=1000, times=1))
    with pytest.raises(requests.RequestException):
        alice.upload("u1/a", b"x" * 1_000_000)
    assert refusal(lambda: alice.register("u1"))
    alice.upload("u1/a", b"x" * 1_000_000)
    openbis.faults.add(Fault(Kind.ERROR, "createUploadedDataSet", times=1))
    assert refusal(lambda: alice.register("u1"))
    assert alice.codes("DataSets") == before
    # Done, and not told: only a look shows that it is there.
    openbis.faults.add(Fault(Kind.MUTE, "createUploadedDataSet", times=1))
    with pytest.raises(requests.RequestException):
        alice.register("u1")
    assert len(alice.codes("DataSets")) == len(before) + 1


def test_a_full_disk_takes_nothing_until_there_is_room(openbis: OpenBIS, alice: Visitor) -> None:
    before, size = alice.codes("DataSets"), openbis.contents.used
    openbis.contents.room = size + 1000
    assert alice.upload("u1/a", b"x" * 600).status_code == 200
    full = alice.upload("u1/b", b"x" * 600)
    assert (full.status_code, "No space left on device" in full.text) == (500, True)
    assert alice.codes("DataSets") == before
    alice.call("logout")
    assert openbis.contents.used == size


# By itself


def test_what_was_asked_is_kept_without_secrets(openbis: OpenBIS, alice: Visitor) -> None:
    alice.download(alice.named("Measured"), "original/run/readme.txt")
    alice.upload("u1/a", b"a")
    now = openbis.sessions.now()
    told = {"sessionName": "mine", "validFromDate": now, "validToDate": now + DAY}
    access = openbis.sessions.create_access(alice.token, told).token
    assert list(alice.call("getPersonalAccessTokens", [{"permId": access}], {})) == [access]
    seen = alice.order("seen")
    calls = ["login", "searchDataSets", "download", "upload", "getPersonalAccessTokens"]
    assert [one["call"] for one in seen] == calls
    assert [one["user"] for one in seen] == [None, *["alice"] * 4]
    assert seen[0]["params"] == ["alice", "…"]
    assert not [token for token in (alice.token, access) if token in json.dumps(seen)]


def test_it_runs_by_itself(tmp_path: Path) -> None:
    program = Path(__file__).with_name("openbis.py")
    arguments = ["--tls", "--folder", str(tmp_path / "kept"), "--version", "7.0"]
    urls = []
    for _ in range(2):
        with subprocess.Popen([sys.executable, program, *arguments], stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                told = json.loads(process.stdout.readline())
                alice = Visitor(told["url"], verify=told["authority"])
                alice.token = alice.order("session", user="alice")
                assert alice.call("getServerInformation")["api-version"] == "7.0"
                alice.order("fault", kind="status", call="searchSpaces", status=502, times=1)
                with pytest.raises(requests.HTTPError):
                    alice.search("Spaces")
                alice.order("settings", version="3.5", session=60)
                assert alice.call("getServerInformation")["api-version"] == "3.5"
                alice.order("sow", spaces=[f"RUN{len(urls)}"])
                names = [one["properties"].get("$NAME") for one in alice.order("datasets")]
                urls.append(told["url"])
                assert names == ["Measured", "Odd names", "Picture", "Hidden"]
                [first, *_] = alice.order("datasets")
                digest = first["files"]["original/run/large.bin"]["sha256"]
                assert digest == hashlib.sha256(sequence(2_500_000)).hexdigest()
                with pytest.raises(requests.exceptions.SSLError):
                    Visitor(told["url"], verify=ssl.get_default_verify_paths().cafile or True).order("seen")
            finally:
                process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
    # The second found what the first had kept; a space of that name could be made once only.
    assert len(urls) == 2
