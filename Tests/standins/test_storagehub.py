"""The stand-in for StorageHub, shown by a small client that follows the project's notes: no real one can be had."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from storagehub import StorageHub
from storagehub_faults import Fault, FaultKind
from storagehub_nodes import Access, escape
from storagehub_tokens import KEYS, TOKEN
from storagehub_visitor import Refused, Visitor, ticket

FARM = "/d4science.research-infrastructures.eu/FARM/Fishes"
QUOTED = "%2Fd4science.research-infrastructures.eu%2FFARM%2FFishes"


@pytest.fixture
def hub() -> Iterator[StorageHub]:
    """A service with two members of a context and somebody who is none."""
    with StorageHub() as one:
        for name in ("anna", "ben", "cleo"):
            one.add_person(name)
        one.add_vre(FARM, {"anna": Access.WRITE_OWNER, "ben": Access.READ_ONLY})
        yield one


@pytest.fixture
def anna(hub: StorageHub) -> Visitor:
    """A member."""
    return Visitor.sign_in(hub.url, "anna", FARM)


@pytest.fixture
def ben(hub: StorageHub) -> Visitor:
    """Another."""
    return Visitor.sign_in(hub.url, "ben", FARM)


def refusal(ask: Callable[[], Any]) -> tuple[int, str]:
    """The status and the exception with which something is refused."""
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.status, refused.value.exception


# Tokens


def test_a_token_is_bound_to_a_context(hub: StorageHub, anna: Visitor) -> None:
    keys = KeySet.import_key_set(requests.get(hub.url + KEYS, timeout=30).json())
    claims = jwt.decode(anna.token, keys, algorithms=["RS256"]).claims
    assert (claims["aud"], claims["preferred_username"]) == (QUOTED, "anna")
    assert claims["resource_access"][QUOTED]["roles"] == ["Member"]
    shown = {"Authorization": f"Bearer {anna.token}"}
    profile = requests.get(f"{hub.url}/rest/2/people/profile", headers=shown, timeout=30).json()
    assert (profile["result"]["username"], profile["result"]["context"]) == ("anna", FARM)


def test_no_token_for_whoever_is_no_member_or_not_signed_in(hub: StorageHub, anna: Visitor) -> None:
    assert refusal(lambda: Visitor.sign_in(hub.url, "cleo", FARM))[0] == 403
    assert refusal(lambda: ticket(hub.url, "made-up", FARM))[0] == 401
    # One for a context is none for another.
    assert refusal(lambda: ticket(hub.url, anna.token, FARM))[0] == 401


def test_a_token_ends(hub: StorageHub, anna: Visitor) -> None:
    assert anna.root
    hub.realm.ahead = 301
    assert refusal(lambda: anna.root) == (401, "")
    other = Visitor.sign_in(hub.url, "anna", FARM)
    hub.realm.limit_calls(1)
    assert other.root
    assert refusal(lambda: other.root) == (401, "")


def test_an_old_token_is_shown_in_the_address_or_a_field(hub: StorageHub) -> None:
    hub.realm.old_tokens["0ld"] = ("anna", FARM)
    for more in ({"params": {"gcube-token": "0ld"}}, {"headers": {"gcube-token": "0ld"}}):
        assert requests.get(f"{hub.url}/workspace", timeout=30, **more).status_code == 200
    assert requests.get(f"{hub.url}/workspace", timeout=30).status_code == 401


# Items


def test_the_root_is_an_item(anna: Visitor) -> None:
    root = anna.item("/")
    assert root["@class"] == "org.gcube.common.storagehub.model.items.FolderItem"
    assert (root["path"], root["primaryType"]) == ("/Home/anna/Workspace", "nthl:workspaceItem")
    assert "accounting" in root
    assert "accounting" not in anna.item("/", exclude="hl:accounting")
    assert anna.item(f"/items/{root['id']}")["id"] == root["id"]


def test_a_file_is_written_read_and_described(anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"hello")
    item = anna.item(f"/items/{one}")
    assert (item["title"], item["content"]["size"], item["content"]["mimeType"]) == ("a.txt", 5, "text/plain")
    assert item["@class"].endswith(".GenericFileItem")
    answer = anna.call("GET", f"/items/{one}/download", headers={"Range": "bytes=1-2"})
    assert answer.content == b"hello"
    assert answer.headers["content-disposition"] == "attachment; filename = a.txt"


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_bytes_come_back_as_they_were(anna: Visitor, size: int) -> None:
    content = os.urandom(size)
    one = anna.upload(anna.root, "bytes", content)
    assert hashlib.sha256(anna.content(one)).digest() == hashlib.sha256(content).digest()


def test_a_second_upload_is_a_version(anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"first")
    assert anna.upload(anna.root, "a.txt", b"second") == one
    assert anna.content(one) == b"second"
    versions = anna.items(f"/items/{one}/versions")
    assert [(told["name"], told["current"]) for told in versions] == [("1.0", False), ("1.1", True)]
    assert anna.call("GET", f"/items/{one}/versions/1.0/download").content == b"first"


def test_an_upload_needs_a_name_and_a_description(anna: Visitor) -> None:
    assert refusal(lambda: anna.upload(anna.root, " ", b"")) == (400, "InvalidCallParameters")
    files = {"name": (None, b"a"), "file": ("a", b"")}
    ask = f"/items/{anna.root}/create/FILE"
    assert refusal(lambda: anna.call("POST", ask, files=files)) == (400, "InvalidCallParameters")


def test_children_come_by_pages(hub: StorageHub, anna: Visitor) -> None:
    top = hub.workspaces.people["anna"].root
    for number in range(25):
        hub.workspaces.place(top, f"file {number}", f"file {number}", b"", "anna")
    hub.workspaces.place(top, "secret", "secret", b"", "anna").hidden = True
    ask = f"/items/{anna.root}/children"
    pages = [anna.items(f"{ask}/paged", start=start, limit=10) for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [item["title"] for page in pages for item in page] == anna.titles(anna.root)
    assert anna.call("GET", f"{ask}/count").json() == 25
    assert anna.call("GET", f"{ask}/count", params={"showHidden": "true"}).json() == 26
    assert len(anna.items(ask, onlyType="FolderItem")) == 0


def test_children_are_found_by_name_or_title(anna: Visitor) -> None:
    one = anna.upload(anna.root, "50% ö#é.txt", b"")
    assert [item["id"] for item in anna.named(anna.root, "50% ö#é.txt")] == [one]
    assert [item["id"] for item in anna.named(anna.root, "50%25 ö#é.txt")] == [one]
    assert [item["id"] for item in anna.named(anna.root, "50*")] == [one]
    assert anna.named(anna.root, "50") == []


def test_a_folder_is_made_under_a_free_name(anna: Visitor) -> None:
    first = anna.make_folder(anna.root, "data")
    second = anna.make_folder(anna.root, "data")
    assert first != second
    assert anna.titles(anna.root) == ["data", "data(1)"]
    assert [item["id"] for item in anna.items(f"/items/{first}/anchestors")] == [anna.root]


def test_a_rename_and_a_move_take_a_free_name(anna: Visitor) -> None:
    folder = anna.make_folder(anna.root, "data")
    one, other = anna.upload(anna.root, "a.txt", b"1"), anna.upload(anna.root, "b.txt", b"2")
    anna.rename(other, "a.txt")
    assert anna.titles(anna.root) == ["data", "a.txt", "a(1).txt"]
    twin = anna.upload(folder, "a.txt", b"3")
    anna.move(one, folder)
    # The title stays, so there are two of it.
    assert anna.titles(folder) == ["a.txt", "a.txt"]
    assert anna.item(f"/items/{one}")["name"] == "a(1).txt"
    assert anna.upload(folder, "a.txt", b"4") == twin
    assert (anna.content(one), anna.content(twin)) == (b"1", b"4")


def test_a_copy_is_a_file_of_its_own(anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"1")
    form = {"destinationId": anna.root, "fileName": "a.txt"}
    twin = anna.call("PUT", f"/items/{one}/copy", data=form).text
    anna.upload(anna.root, "a.txt", b"2")
    assert (anna.content(twin), anna.item(f"/items/{twin}")["title"]) == (b"1", "a(1).txt")
    folder = anna.make_folder(anna.root, "data")
    ask = f"/items/{folder}/copy"
    assert refusal(lambda: anna.call("PUT", ask, data=form)) == (500, "InvalidItemException")


def test_what_is_deleted_is_in_the_trash(anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"1")
    anna.delete(one)
    assert anna.titles(anna.root) == []
    assert anna.item(f"/items/{one}")["trashed"]
    [thrown] = anna.items(f"/items/{anna.item('/trash')['id']}/children")
    assert (thrown["@class"].rpartition(".")[2], thrown["originalParentId"]) == ("TrashItem", anna.root)
    assert (thrown["lenght"], thrown["folder"], thrown["name"]) == (1, False, one)
    assert anna.call("PUT", "/trash/restore", data=thrown["id"].encode()).text == one
    assert (anna.titles(anna.root), anna.content(one)) == (["a.txt"], b"1")
    anna.delete(one)
    anna.delete(one)
    assert refusal(lambda: anna.item(f"/items/{one}")) == (404, "IdNotFoundException")
    other = anna.upload(anna.root, "b.txt", b"1")
    anna.delete(other, force=True)
    assert refusal(lambda: anna.content(other)) == (404, "IdNotFoundException")


def test_a_folder_comes_as_a_zip_and_goes_as_one(anna: Visitor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/a.txt", b"1")
    top = anna.upload(anna.root, "box", packed.getvalue(), "ARCHIVE")
    answer = anna.call("GET", f"/items/{top}/download")
    assert answer.headers["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).read("in/a.txt") == b"1"


# Others


def test_a_context_has_a_folder(anna: Visitor, ben: Visitor) -> None:
    [folder] = anna.items("/vrefolders")
    assert (folder["displayName"], folder["@class"].rpartition(".")[2]) == ("Fishes", "VreFolder")
    assert anna.items("/vrefolders/paged", start=0, limit=10) == [folder]
    assert anna.item("/vrefolder")["id"] == folder["id"]
    assert folder["path"].startswith("/Share/")
    one = anna.upload(folder["id"], "ours.txt", b"1")
    assert ben.content(one) == b"1"
    assert [item["title"] for item in ben.items("/vrefolder/recents")] == ["ours.txt"]
    assert refusal(lambda: ben.upload(folder["id"], "ours.txt", b"2")) == (403, "UserNotAuthorizedException")
    assert refusal(lambda: anna.delete(folder["id"])) == (500, "InvalidItemException")


def test_a_folder_is_shared(anna: Visitor, ben: Visitor) -> None:
    folder = anna.make_folder(anna.root, "for ben")
    one = anna.upload(folder, "a.txt", b"1")
    assert refusal(lambda: ben.content(one)) == (403, "UserNotAuthorizedException")
    told = {"defaultAccessType": (None, b"WRITE_OWNER"), "users": (None, b"ben")}
    anna.call("PUT", f"/items/{folder}/share", files=told)
    assert ben.titles(ben.root) == ["for ben"]
    assert ben.content(one) == b"1"
    assert ben.item(f"/items/{one}/rootSharedFolder")["id"] == folder
    assert ben.upload(folder, "b.txt", b"2")
    assert refusal(lambda: ben.upload(folder, "a.txt", b"2")) == (403, "UserNotAuthorizedException")
    assert refusal(lambda: anna.move(folder, anna.make_folder(anna.root, "in"))) == (500, "InvalidItemException")


@pytest.mark.parametrize("name", ["10:30", "a[1]", "what*", "a|b", " a", "a ", "a\tb"])
def test_some_names_are_refused(anna: Visitor, name: str) -> None:
    assert refusal(lambda: anna.upload(anna.root, name, b"")) == (500, "BackendGenericError")
    assert refusal(lambda: anna.make_folder(anna.root, name)) == (500, "BackendGenericError")


@pytest.mark.parametrize(
    ("name", "escaped"), [("100%", "100%25"), ("a/b", "a%2Fb"), ("a.", "a%2E"), ("a.b", "a.b"), ("é", "é")]
)
def test_names_of_nodes_are_escaped_and_so_are_titles_of_folders(anna: Visitor, name: str, escaped: str) -> None:
    assert escape(name) == escaped
    folder = anna.item(f"/items/{anna.make_folder(anna.root, name)}")
    assert (folder["name"], folder["title"]) == (escaped, escaped)
    inside = anna.make_folder(anna.root, "in")
    file = anna.item(f"/items/{anna.upload(inside, name, b'')}")
    assert (file["name"], file["title"]) == (escaped, name)


# Errors and faults


def test_errors_have_their_statuses(hub: StorageHub, anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"1")
    assert refusal(lambda: anna.item("/items/none")) == (404, "IdNotFoundException")
    assert refusal(lambda: anna.make_folder(one, "in")) == (500, "InvalidItemException")
    assert refusal(lambda: anna.items(f"/items/{anna.root}/children/paged", start=0)) == (400, "InvalidCallParameters")
    hub.workspaces.nodes[one].locked = True
    assert refusal(lambda: anna.rename(one, "b.txt")) == (409, "ItemLockedException")
    hub.workspaces.people["anna"].quota = 3
    assert refusal(lambda: anna.upload(anna.root, "b.txt", b"123"))[0] == 507


def test_faults_come_and_go(hub: StorageHub, anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"0123456789")
    hub.faults.add(Fault(FaultKind.STATUS, "GET", "/download", times=1, status=503, retry_after="7"))
    assert refusal(lambda: anna.content(one))[0] == 503
    assert anna.content(one) == b"0123456789"
    hub.faults.add(Fault(FaultKind.CUT, "GET", "/download", after=5))
    with pytest.raises(requests.RequestException):
        anna.content(one)
    hub.faults.mend()
    hub.faults.add(Fault(FaultKind.CUT_UPLOAD, "POST", after=20))
    with pytest.raises(requests.RequestException):
        anna.upload(anna.root, "a.txt", b"x" * 1_000_000)
    hub.faults.mend()
    assert anna.content(one) == b"0123456789"
    held = hub.faults.add(Fault(FaultKind.SLOW_BODY, "GET", "/download"))
    got: list[bytes] = []
    waiting = threading.Thread(target=lambda: got.append(anna.content(one)))
    waiting.start()
    assert held.met.wait(30)
    hub.faults.mend()
    waiting.join(30)
    assert got == [b"0123456789"]


def test_ranges_are_given_on_demand_only(hub: StorageHub, anna: Visitor) -> None:
    one = anna.upload(anna.root, "a.txt", b"0123456789")
    hub.calls.gives_ranges = True
    answer = requests.get(
        f"{hub.url}/workspace/items/{one}/download",
        headers={"Authorization": f"Bearer {anna.token}", "Range": "bytes=3-5"},
        timeout=30,
    )
    assert (answer.status_code, answer.content) == (206, b"345")
    assert answer.headers["Content-Range"] == "bytes 3-5/10"


def test_it_runs_by_itself() -> None:
    program = Path(__file__).with_name("storagehub.py")
    arguments = ["--person", "anna", "--vre", f"{FARM}=anna:WRITE_ALL"]
    with subprocess.Popen([sys.executable, program, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            anna = Visitor.sign_in(url, "anna", FARM)
            made = requests.post(
                f"{url}/standin/place",
                json={"user": "anna", "title": "f #N", "content": "aGk=", "count": 3},
                timeout=30,
            )
            assert len(made.json()["done"]) == 3
            assert anna.titles(anna.root) == ["f 0", "f 1", "f 2"]
            told = {"kind": "status", "status": 502, "times": 1}
            requests.post(f"{url}/standin/fault", data=json.dumps(told), timeout=30)
            assert refusal(lambda: anna.root)[0] == 502
            [first, *_] = requests.post(f"{url}/standin/tree", json={"user": "anna"}, timeout=30).json()["done"]
            assert first["versions"][0]["sha256"] == hashlib.sha256(b"hi").hexdigest()
            assert requests.post(url + TOKEN, data={"grant_type": "code"}, timeout=30).status_code == 400
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
