"""The stand-in for Onedata is what Onedata's own clients take it for: `onedatafilerestclient` and `fs-onedatarestfs` 25.2."""

import base64
import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fs.errors
import pytest
import requests
import trustme
from fs.onedatarestfs import OnedataRESTFS
from onedata import Onedata
from onedata_faults import Fault, Kind
from onedatafilerestclient import OnedataFileRESTClient, OnedataRESTError
from onedatafilerestclient.errors import NoAvailableProviderForSpaceError, ReadonlyTokenError, SpaceNotFoundError

AUTHORITY = trustme.CA()
SHARED = "notebooks-shared"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the authority of the stand-in's certificate."""
    path = tmp_path_factory.mktemp("trust") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def onedata(tmp_path: Path) -> Iterator[Onedata]:
    """A stand-in with TLS, as the real clients ask for it."""
    with Onedata(folder=tmp_path / "contents", authority=AUTHORITY) as onedata:
        yield onedata


@pytest.fixture
def client(onedata: Onedata, trust: str) -> OnedataFileRESTClient:
    """The real client, as Anna; her files are in Cracow first, which has the newer version."""
    return OnedataFileRESTClient(onedata.zone, onedata.tokens["anna"]["full"], verify_ssl=trust)


@pytest.fixture
def drive(onedata: Onedata, trust: str) -> OnedataRESTFS:
    """The real driver, as Anna."""
    return OnedataRESTFS(onedata.zone, onedata.tokens["anna"]["full"], verify_ssl=trust)


def with_token(onedata: Onedata, trust: str, sort: str) -> OnedataFileRESTClient:
    """The real client with another of Anna's tokens."""
    return OnedataFileRESTClient(onedata.zone, onedata.tokens["anna"][sort], verify_ssl=trust)


# The real driver


def test_a_file_lives_its_life(drive: OnedataRESTFS) -> None:
    assert set(drive.listdir("/")) >= {SHARED, "climate", "bare"}
    drive.makedir(f"/{SHARED}/new")
    drive.makedir(f"/{SHARED}/new", recreate=True)
    drive.writetext(f"/{SHARED}/new/a.txt", "hello")
    assert drive.readtext(f"/{SHARED}/new/a.txt") == "hello"
    with drive.openbin(f"/{SHARED}/new/a.txt") as file:
        file.seek(1)
        assert file.read(3) == b"ell"
    with drive.openbin(f"/{SHARED}/new/a.txt", "a") as file:
        file.write(b" again")
    assert drive.readtext(f"/{SHARED}/new/a.txt") == "hello again"
    assert drive.getinfo(f"/{SHARED}/new/a.txt", ["details"]).size == len("hello again")
    drive.move(f"/{SHARED}/new/a.txt", f"/{SHARED}/new/b c.txt")
    assert [one.name for one in drive.scandir(f"/{SHARED}/new")] == ["b c.txt"]
    with pytest.raises(fs.errors.DirectoryNotEmpty):
        drive.removedir(f"/{SHARED}/new")
    drive.remove(f"/{SHARED}/new/b c.txt")
    drive.removedir(f"/{SHARED}/new")
    assert not drive.exists(f"/{SHARED}/new")


def test_a_move_replaces_a_file(drive: OnedataRESTFS) -> None:
    drive.writetext(f"/{SHARED}/old", "old")
    drive.writetext(f"/{SHARED}/new", "new")
    drive.move(f"/{SHARED}/new", f"/{SHARED}/old", overwrite=True)
    assert drive.readtext(f"/{SHARED}/old") == "new"
    assert not drive.exists(f"/{SHARED}/new")


def test_writing_anew_truncates_and_writing_at_an_offset_does_not(client: OnedataFileRESTClient) -> None:
    client.create_file(SHARED, "a")
    client.put_file_content(SHARED, b"0123456789", file_path="a")
    client.put_file_content(SHARED, b"xx", offset=4, file_path="a")
    assert client.get_file_content(SHARED, file_path="a") == b"0123xx6789"
    client.put_file_content(SHARED, b"short", file_path="a")
    assert client.get_file_content(SHARED, file_path="a") == b"short"


def test_what_is_not_there(drive: OnedataRESTFS, client: OnedataFileRESTClient) -> None:
    with pytest.raises(fs.errors.ResourceNotFound):
        drive.readtext(f"/{SHARED}/nothing")
    with pytest.raises(fs.errors.ResourceNotFound):
        drive.listdir("/no such space")
    with pytest.raises(SpaceNotFoundError):
        client.get_attributes("no such space")
    with pytest.raises(OnedataRESTError) as refused:
        client.get_file_id(SHARED, file_path="nothing")
    assert (refused.value.http_code, refused.value.category) == (400, "posix")
    assert refused.value.details == {"errno": "enoent"}


ODD_NAMES = ["b c", "ä", "a\u0308", "名", "🙂", "a+b", "a&b=c", "a@b", "a;b,c", "dot.", "'quoted\"", "a\\b", "x" * 255]


def test_odd_names_and_contents_come_back(drive: OnedataRESTFS, onedata: Onedata) -> None:
    folder = f"/{SHARED}/odd"
    drive.makedir(folder)
    for name in ODD_NAMES:
        drive.writebytes(f"{folder}/{name}", hashlib.sha256(name.encode()).digest())
    assert sorted(drive.listdir(folder)) == sorted(ODD_NAMES)
    for name in ODD_NAMES:
        assert drive.readbytes(f"{folder}/{name}") == hashlib.sha256(name.encode()).digest()
    node = onedata.federation.space_named(SHARED).tree.find("odd")
    assert set(node.children) == set(ODD_NAMES)


def test_a_big_folder_comes_whole(drive: OnedataRESTFS, onedata: Onedata) -> None:
    tree = onedata.federation.space_named(SHARED).tree
    folder = tree.add(tree.root, "big", "DIR", "nobody")
    for number in range(2500):
        tree.add(folder, str(number), "REG", "nobody")
    assert len({one.name for one in drive.scandir(f"/{SHARED}/big")}) == 2500
    assert onedata.seen("cracow").count("children") == 3


def test_a_file_of_ten_million_bytes(client: OnedataFileRESTClient) -> None:
    data = b"".join(number.to_bytes(4) for number in range(2_500_000))
    client.create_file(SHARED, "ten")
    client.put_file_content(SHARED, data, file_path="ten")
    assert client.get_attributes(SHARED, file_path="ten")["size"] == 10_000_000
    assert b"".join(client.iter_file_content(SHARED, file_path="ten")) == data
    assert client.get_file_content(SHARED, offset=4_000_000, size=8, file_path="ten") == data[4_000_000:4_000_008]


# The real client: spaces, providers, tokens, metadata


def test_two_spaces_of_one_name_are_told_apart(client: OnedataFileRESTClient) -> None:
    twins = [name for name in client.list_spaces() if name.startswith("twins")]
    assert len(twins) == 2 and all("@" in name for name in twins)
    found = {child["name"] for name in twins for child in client.list_children(name)["children"]}
    assert found == {"first", "second"}


def test_a_space_without_support_has_no_provider(client: OnedataFileRESTClient) -> None:
    with pytest.raises(NoAvailableProviderForSpaceError):
        client.get_attributes("bare")


def test_another_provider_takes_over(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    assert client.get_file_content(SHARED, file_path="readme.txt") == b"Shared by all.\n"
    onedata.stop("cracow")
    assert client.get_file_content(SHARED, file_path="readme.txt") == b"Shared by all.\n"
    assert onedata.seen("bari") == ["lookup", "content"]


def test_a_provider_that_is_offline_is_not_asked(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    onedata.federation.provider_named("cracow").is_online = False
    assert client.get_attributes(SHARED)["name"] == SHARED
    assert onedata.seen("cracow") == []


def test_an_older_provider_is_asked_in_the_old_way(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    for provider in onedata.federation.providers.values():
        provider.version = "21.02.4"
    assert client.get_attributes(SHARED, attributes=["fileId"], file_path="readme.txt")["fileId"]
    names = [
        child["name"] for child in client.list_children(SHARED, attributes=["name", "posixPermissions"])["children"]
    ]
    assert names == ["data", "readme.txt"]


def test_a_token_for_reading_reads_only(onedata: Onedata, trust: str) -> None:
    client = with_token(onedata, trust, "readonly")
    assert client.get_file_content(SHARED, file_path="readme.txt")
    with pytest.raises(ReadonlyTokenError):
        client.create_file(SHARED, "a")
    scope = client.get_token_scope()["dataAccessScope"]
    assert scope["readonly"]
    # The server refuses it as well.
    answer = put_new_file(onedata, trust, onedata.tokens["anna"]["readonly"])
    assert answer.json()["error"]["details"] == {"errno": "eacces"}


def put_new_file(onedata: Onedata, trust: str, token: str) -> requests.Response:
    """Tries to make a file."""
    space = onedata.federation.space_named(SHARED).id
    url = f"https://{onedata.address('cracow')}/api/v3/oneprovider/data/{space}/path/new?type=REG"
    return requests.put(url, headers={"X-Auth-Token": token}, verify=trust, timeout=60)


@pytest.mark.parametrize(
    ("sort", "reason"),
    [("expired", "tokenCaveatUnverified"), ("revoked", "tokenRevoked")],
)
def test_tokens_that_do_not_hold(onedata: Onedata, trust: str, sort: str, reason: str) -> None:
    with pytest.raises(OnedataRESTError) as refused:
        with_token(onedata, trust, sort).list_spaces()
    assert (refused.value.http_code, refused.value.category) == (400, reason)
    answer = put_new_file(onedata, trust, onedata.tokens["anna"][sort])
    assert answer.status_code == 401
    assert answer.json()["error"]["details"]["authError"]["id"] == reason


def test_limits_of_service_and_interface_show_at_the_provider_only(onedata: Onedata, trust: str) -> None:
    for sort in ("oneclient", "onezone"):
        client = with_token(onedata, trust, sort)
        assert SHARED in client.list_spaces()
        with pytest.raises(OnedataRESTError) as refused:
            client.get_attributes(SHARED)
        assert refused.value.http_code == 401


def test_a_token_for_one_path_shows_nothing_else(onedata: Onedata, trust: str) -> None:
    space = onedata.federation.space_named(SHARED)
    anna = onedata.federation.user_named("anna").id
    allowed = base64.b64encode(f"/{space.id}/data".encode()).decode()
    token = onedata.federation.tokens.make(anna, [{"type": "data.path", "whitelist": [allowed]}])
    client = OnedataFileRESTClient(onedata.zone, token.text, verify_ssl=trust)
    assert client.list_spaces() == [SHARED]
    assert [child["name"] for child in client.list_children(SHARED)["children"]] == ["data"]
    assert client.get_file_content(SHARED, file_path="data/table.csv")
    with pytest.raises(OnedataRESTError):
        client.get_file_content(SHARED, file_path="readme.txt")


def test_strangers_see_nothing(onedata: Onedata, trust: str) -> None:
    ben = OnedataFileRESTClient(onedata.zone, onedata.tokens["ben"]["full"], verify_ssl=trust)
    assert ben.list_spaces() == [SHARED]
    climate = onedata.federation.space_named("climate")
    url = f"https://{onedata.address('bari')}/api/v3/oneprovider/data/{climate.id}"
    answer = requests.get(url, headers={"X-Auth-Token": onedata.tokens["ben"]["full"]}, verify=trust, timeout=60)
    assert answer.status_code == 403
    assert requests.get(url, verify=trust, timeout=60).status_code == 401


def test_metadata_are_kept(client: OnedataFileRESTClient) -> None:
    client.set_extended_attribute(SHARED, {"license": "CC-0"}, file_path="readme.txt")
    assert client.get_extended_attribute(SHARED, file_path="readme.txt") == {"license": "CC-0"}
    told = client.get_attributes(SHARED, attributes=["xattr.license", "xattr.no"], file_path="readme.txt")
    assert told == {"xattr.license": "CC-0", "xattr.no": None}
    client.set_json_metadata(SHARED, {"a": [1]}, file_path="readme.txt")
    assert client.get_json_metadata(SHARED, file_path="readme.txt") == {"a": [1]}
    client.set_rdf_metadata(SHARED, "<rdf/>", file_path="readme.txt")
    assert client.get_rdf_metadata(SHARED, file_path="readme.txt") == "<rdf/>"
    client.set_attributes(SHARED, {"mode": "0640"}, file_path="readme.txt")
    assert client.get_attributes(SHARED, file_path="readme.txt")["posixPermissions"] == "640"


def test_a_full_space_takes_nothing_more(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    client.create_file("climate", "full")
    onedata.federation.space_named("climate").tree.quota = 100
    with pytest.raises(OnedataRESTError) as refused:
        client.put_file_content("climate", b"x" * 200, file_path="full")
    assert refused.value.category == "quotaExceeded"


# What a client of sign-in tokens does


def zone(onedata: Onedata, trust: str, method: str, path: str, token: str, body: Any = None) -> requests.Response:
    """A call to Onezone."""
    url = f"https://{onedata.zone}/api/v3/onezone{path}"
    return requests.request(method, url, json=body, headers={"X-Auth-Token": token}, verify=trust, timeout=60)


def test_a_named_token_is_made_from_a_sign_in_once(onedata: Onedata, trust: str) -> None:
    by_name = "/user/tokens/named/name/notebooks.example"
    assert zone(onedata, trust, "GET", by_name, "egi:at-anna").status_code == 404
    body = {"name": "notebooks.example", "type": {"accessToken": {}}, "caveats": []}
    made = zone(onedata, trust, "POST", "/user/tokens/named", "egi:at-anna", body)
    assert made.status_code == 201
    assert made.json()["token"].startswith("MDA")
    found = zone(onedata, trust, "GET", by_name, "egi:at-anna").json()
    assert found["token"] == made.json()["token"]
    assert found["subject"]["id"] == zone(onedata, trust, "GET", "/user", "egi:at-anna").json()["userId"]
    again = zone(onedata, trust, "POST", "/user/tokens/named", "egi:at-anna", body)
    assert (again.status_code, again.json()["error"]["id"]) == (400, "badValueIdentifierOccupied")
    refused = zone(onedata, trust, "GET", "/user", "egi:unknown")
    assert refused.status_code == 401
    assert refused.json()["error"]["details"]["authError"]["id"] == "badIdpAccessToken"


def test_a_temporary_token_needs_an_end(onedata: Onedata, trust: str) -> None:
    path = "/user/tokens/temporary"
    assert zone(onedata, trust, "POST", path, "egi:at-anna", {"caveats": []}).status_code == 400
    caveats = [{"type": "time", "validUntil": 4_000_000_000}]
    made = zone(onedata, trust, "POST", path, "egi:at-anna", {"caveats": caveats})
    assert made.status_code == 201


def test_spaces_and_providers_are_described(onedata: Onedata, trust: str) -> None:
    token = onedata.tokens["anna"]["full"]
    space = onedata.federation.space_named(SHARED)
    told = zone(onedata, trust, "GET", f"/user/effective_spaces/{space.id}", token).json()
    assert (told["name"], told["providers"]) == (SHARED, space.supports)
    bari = onedata.federation.provider_named("bari")
    assert zone(onedata, trust, "GET", f"/user/effective_providers/{bari.id}", token).json()["domain"] == bari.domain
    local = zone(onedata, trust, "GET", f"/user/effective_providers/{bari.id}/spaces", token).json()
    assert set(local["spaces"]) == {space.id, onedata.federation.space_named("climate").id}


def test_a_folder_is_an_archive_elsewhere(onedata: Onedata, trust: str) -> None:
    space = onedata.federation.space_named(SHARED)
    headers = {"X-Auth-Token": onedata.tokens["anna"]["full"]}
    url = f"https://{onedata.address('bari')}/api/v3/oneprovider/data/{space.id}/content"
    answer = requests.get(url, headers=headers, verify=trust, timeout=60, allow_redirects=False)
    assert answer.status_code == 302
    archive = requests.get(answer.headers["Location"], headers=headers, verify=trust, timeout=60).content
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        assert f"{SHARED}/data/table.csv" in opened.getnames()


# Faults


def test_faults_come_and_go(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    onedata.federation.provider_named("bari").is_online = False
    onedata.faults.add(Fault(Kind.STATUS, "cracow", "lookup", status=503, times=1))
    with pytest.raises(OnedataRESTError) as refused:
        client.get_file_id(SHARED, file_path="readme.txt")
    assert refused.value.http_code == 503
    onedata.faults.add(Fault(Kind.CUT, "cracow", "content", after=3))
    with pytest.raises(requests.exceptions.RequestException):
        client.get_file_content(SHARED, file_path="readme.txt")
    onedata.faults.mend()
    assert client.get_file_content(SHARED, file_path="readme.txt") == b"Shared by all.\n"


def test_a_cut_upload_leaves_what_had_come(client: OnedataFileRESTClient, onedata: Onedata) -> None:
    onedata.federation.provider_named("bari").is_online = False
    client.create_file(SHARED, "a")
    client.put_file_content(SHARED, b"old content", file_path="a")
    onedata.faults.add(Fault(Kind.CUT_UPLOAD, "cracow", "write", after=1000))
    with pytest.raises((requests.exceptions.RequestException, NoAvailableProviderForSpaceError)):
        client.put_file_content(SHARED, b"x" * 5_000_000, file_path="a")
    onedata.faults.mend()
    assert client.get_file_content(SHARED, file_path="a") == b"x" * 1000
