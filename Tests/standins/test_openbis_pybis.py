"""The stand-in for openBIS is what openBIS' own client takes it for: PyBIS 1.20.5, 1.37.5 and 7.0.0rc6, each over three APIs."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from openbis import OpenBIS
from openbis_console import Console, Raised
from openbis_entities import DataSet
from openbis_faults import Fault, Kind
from openbis_seed import crowd, fill, sequence
from openbis_visitor import Visitor

AUTHORITY = trustme.CA()
OLD, STABLE, NEW = "pybis-1.20", "pybis-1.37", "pybis-7.0"
# More than one slice.
LARGE = 11_000_000


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """A server with TLS, as PyBIS wants it."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the authority of the server's certificate."""
    path = tmp_path_factory.mktemp("trust") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(scope="module", params=[STABLE, OLD, NEW])
def console(
    request: pytest.FixtureRequest, openbis: OpenBIS, trust: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    """Somebody's home with one of the clients."""
    variables = {"REQUESTS_CA_BUNDLE": trust, "OPENBIS_URL": openbis.url}
    with Console(request.param, tmp_path_factory.mktemp("home"), variables) as one:
        one.run("import os, shutil\nfrom pybis import Openbis")
        yield one


@pytest.fixture(params=["3.6", "3.5", "7.0"])
def alice(request: pytest.FixtureRequest, openbis: OpenBIS, console: Console) -> Iterator[Console]:
    """Alice in that home, with `o` for the server that speaks one of the APIs."""
    openbis.set_version(request.param)
    console.run("o = Openbis()\no.login('alice', 'alice')\nshutil.rmtree('data', ignore_errors=True)")
    yield console
    openbis.faults.mend()
    openbis.gives_references = False
    openbis.contents.room = None


def only(environment: str, version: str) -> pytest.MarkDecorator:
    """What is tried with one client and one API."""
    each = pytest.mark.parametrize("console", [environment], indirect=True)
    return lambda test: pytest.mark.parametrize("alice", [version], indirect=True)(each(test))


# All clients, all APIs


@pytest.mark.parametrize("gives_references", [False, True])
def test_browse(openbis: OpenBIS, alice: Console, gives_references: bool) -> None:
    openbis.gives_references = gives_references
    run = alice.run
    assert run("o.is_session_active()") is True
    assert "SECRET" not in run("o.get_spaces().df.code.tolist()")
    assert run("o.get_projects(space='LAB').df.identifier.tolist()") == ["/LAB/P1"]
    assert run("o.get_project('P1').identifier") == "/LAB/P1"
    assert run("o.get_experiments(project='/LAB/P1').df.identifier.tolist()") == ["/LAB/P1/C1"]
    assert run("o.get_experiment('/LAB/P1/C1').props.all()['$name']") == "First collection"
    assert run("o.get_samples(experiment='/LAB/P1/C1').df.identifier.tolist()") == ["/LAB/P1/EXP1", "/LAB/P1/EXP2"]
    assert run("s = o.get_sample('/LAB/P1/EXP2')\n[s.type.code, s.space.code, s.parents]") == [
        "EXPERIMENTAL_STEP",
        "LAB",
        ["/LAB/P1/EXP1"],
    ]
    frame = "d = o.get_datasets(sample='/LAB/P1/EXP1', props='*').df\nraw = d[d['$NAME'] == 'Measured'].permId.iloc[0]"
    assert "Odd names" in run(f"{frame}\nd['$NAME'].tolist()")
    assert run("ds = o.get_dataset(raw)\n[ds.type.code, ds.sample.identifier, ds.experiment.identifier]") == [
        "RAW_DATA",
        "/LAB/P1/EXP1",
        "/LAB/P1/C1",
    ]
    assert run("ds.props.all()")["notes"] == "As it came from the instrument"
    assert len(run("o.get_datasets(withParents=raw, type='PROCESSED_DATA').df.permId.tolist()")) == 1
    assert "original/run/deep/er/table.csv" in run("ds.file_list")
    assert len(run("ds.get_files('/').pathInDataSet.tolist()")) >= 9


def test_download(openbis: OpenBIS, trust: str, alice: Console) -> None:
    code = Visitor(openbis.url, openbis.sessions.begin("alice"), trust).named("Measured")
    alice.run("o.get_dataset(code).download(destination='data', wait_until_finished=True)", code=code)
    top = next((alice.folder / "data").iterdir()) / "original/run"
    found = {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}
    assert found.pop("large.bin") == sequence(2_500_000)
    assert found == {
        "readme.txt": b"hello world\n",
        "deep/er/table.csv": b"time,value\n0,1\n1,3\n2,2\n",
        "empty": b"",
        "with blank.txt": b"blank\n",
        "Größe.txt": b"Umlaut\n",
    }


def test_a_comma_in_a_name_is_too_much_for_the_first_fast_download(
    openbis: OpenBIS, trust: str, alice: Console
) -> None:
    code = Visitor(openbis.url, openbis.sessions.begin("alice"), trust).named("Odd names")
    download = "o.get_dataset(code).download(destination='data', wait_until_finished=True)"
    is_old = not alice.run("hasattr(o, 'get_or_create_personal_access_token')")
    if openbis.calls.api_version == "3.6" and not is_old:
        with pytest.raises(Raised):
            alice.run(download, code=code)
        return
    alice.run(download, code=code)
    assert next((alice.folder / "data").rglob("*comma.txt")).read_bytes() == b"comma\n"


def test_upload(openbis: OpenBIS, alice: Console) -> None:
    (alice.folder / "my notebook.ipynb").write_text("{}")
    (alice.folder / "large").write_bytes(sequence(LARGE))
    shelf = alice.folder / "shelf/inner"
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / "é.txt").write_text("in a folder")
    alice.run("""
def upload(files, **owner):
    ds = o.new_dataset(type='ANALYSIS_NOTEBOOK', files=files, props={'$name': 'Mine', '$history_id': '1'}, **owner)
    ds.save()
    return o.get_dataset(ds.permId)
""")
    parent = alice.run("o.get_datasets(type='PROCESSED_DATA').df.permId.iloc[0]")
    alice.run("one = upload(['my notebook.ipynb'], sample='/LAB/P1/EXP2', parents=[parent])", parent=parent)
    assert alice.run("one.file_list") == ["original/my notebook.ipynb"]
    assert alice.run("[one.sample.identifier, one.experiment.identifier, one.parents, one.props.all()]") == [
        "/LAB/P1/EXP2",
        "/LAB/P1/C1",
        [parent],
        {"$name": "Mine", "notes": None, "$xmlcomments": None, "$history_id": "1"},
    ]
    assert alice.run("one.permId in o.get_datasets(withParents=parent).df.permId.tolist()")
    alice.run("two = upload(['my notebook.ipynb', 'large'], experiment='/LAB/P1/C1')")
    files = registered(openbis, alice.run("two.permId"))
    assert {path.rpartition("/")[2] for path in files} == {"my notebook.ipynb", "large"}
    assert {path.split("/")[1].lower() for path in files} == {"default"}
    large = next(digest for path, digest in files.items() if path.endswith("large"))
    assert large == hashlib.sha256(sequence(LARGE)).hexdigest()
    alice.run("three = upload(['shelf'], experiment='/LAB/P1/C1')")
    assert [path for path in alice.run("three.file_list") if path.endswith("inner/é.txt")]


def registered(openbis: OpenBIS, code: str) -> dict[str, str]:
    """The SHA-256 of each file of a dataset."""
    return {file.path: openbis.contents.digest(file) for file in openbis.registry.get(DataSet, code).files}


# What one client shows for all


@only(STABLE, "3.6")
def test_the_token_of_the_last_time_is_found(openbis: OpenBIS, alice: Console) -> None:
    alice.run("o.login('alice', 'alice', save_token=True)")
    path = alice.folder / ".pybis/localhost.token"
    assert openbis.sessions.find(path.read_text()) is openbis.sessions.people["alice"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert alice.run("Openbis().is_session_active()")
    openbis.sessions.expire()
    assert not alice.run("Openbis().is_session_active()")
    with pytest.raises(Raised, match="user is not logged in"):
        alice.run("o.get_spaces()")
    with pytest.raises(Raised, match="Session is no longer valid. Please log in again"):
        alice.run("o.set_token('alice-240101120000000x00000000000000000000000000000000')")
    alice.run("o.set_token(fresh)", fresh=openbis.sessions.begin("alice"))
    assert "LAB" in alice.run("o.get_spaces().df.code.tolist()")
    with pytest.raises(Raised, match="login to openBIS failed"):
        alice.run("o.login('alice', 'wrong')")
    path.unlink()


@only(STABLE, "3.6")
def test_an_authority_that_is_not_trusted_is_refused(alice: Console, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    mine = alice.run("os.environ['REQUESTS_CA_BUNDLE']")
    alice.run("os.environ['REQUESTS_CA_BUNDLE'] = other", other=str(other))
    with pytest.raises(Raised) as raised:
        alice.run("Openbis().login('alice', 'alice')")
    assert raised.value.kind == "SSLError"
    assert alice.run("Openbis(verify_certificates=False).login('alice', 'alice')")
    alice.run("os.environ['REQUESTS_CA_BUNDLE'] = mine", mine=mine)


@only(STABLE, "3.6")
def test_personal_access_tokens(openbis: OpenBIS, alice: Console) -> None:
    token = alice.run("o.get_or_create_personal_access_token('work').permId")
    assert token.startswith("$pat-alice-")
    assert alice.run("o.get_or_create_personal_access_token('work').permId") == token
    assert token in alice.run("o.get_personal_access_tokens().df.permId.tolist()")
    openbis.sessions.expire()
    alice.run("p = Openbis()\np.set_token(token)", token=token)
    assert "LAB" in alice.run("p.get_spaces().df.code.tolist()")
    # Within the time of warning, a new one is made.
    openbis.sessions.ahead = 28 * 86_400
    alice.run("o.login('alice', 'alice')")
    openbis.sessions.revoke(token)
    with pytest.raises(Raised, match="Session is no longer valid"):
        alice.run("Openbis().set_token(token)", token=token)
    alice.run("made = o.get_or_create_personal_access_token('work')")
    other = alice.run("made.permId")
    assert other != token
    alice.run("made.delete('no longer needed')")
    assert openbis.sessions.find(other) is None
    openbis.sessions.ahead = 0


@only(STABLE, "3.6")
def test_two_people_see_different_things(openbis: OpenBIS, alice: Console) -> None:
    alice.run("b = Openbis()\nb.login('bob', 'bob')")
    assert alice.run("b.get_spaces().df.code.tolist()") == ["METHODS", "SECRET"]
    hidden = alice.run("b.get_datasets().df.permId.tolist()")
    assert not set(hidden) & set(alice.run("o.get_datasets().df.permId.tolist()"))
    with pytest.raises(Raised):
        alice.run("o.get_dataset(hidden)", hidden=hidden[0])
    (alice.folder / "a.txt").write_text("a")
    with pytest.raises(Raised, match="Access denied"):
        alice.run("b.new_dataset(type='RAW_DATA', files=['a.txt'], sample='/METHODS/PROTOCOLS/GEN1').save()")


@only(STABLE, "3.6")
def test_the_client_refuses_what_it_knows_is_wrong(alice: Console) -> None:
    (alice.folder / "a.txt").write_text("a")
    with pytest.raises(Raised, match="either connected to a Sample or an Experiment"):
        alice.run("o.new_dataset(type='RAW_DATA', files=['a.txt']).save()")
    with pytest.raises(Raised, match="No such property"):
        alice.run("o.new_dataset(type='RAW_DATA', files=['a.txt'], props={'colour': 'red'}, sample='/LAB/P1/EXP1')")
    with pytest.raises(Raised, match="no such dataset found"):
        alice.run(
            "o.new_dataset(type='RAW_DATA', files=['a.txt'], sample='/LAB/P1/EXP1',"
            " parents=['20200101000000000-1']).save()"
        )


@only(STABLE, "3.6")
@pytest.mark.parametrize(
    "fault",
    [
        Fault(Kind.STATUS, "upload", status=500, times=1),
        Fault(Kind.CUT_UPLOAD, "upload", after=10, times=1),
        Fault(Kind.ERROR, "createUploadedDataSet", times=1),
        Fault(Kind.STATUS, "createUploadedDataSet", status=500, times=1),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.call}",
)
def test_an_upload_that_fails_registers_nothing(openbis: OpenBIS, alice: Console, fault: Fault) -> None:
    (alice.folder / "a.txt").write_text("a" * 1000)
    save = "o.new_dataset(type='RAW_DATA', files=['a.txt'], sample='/LAB/P1/EXP1').save()"
    before = alice.run("o.get_datasets().df.permId.tolist()")
    openbis.faults.add(fault)
    with pytest.raises(Raised):
        alice.run(save)
    assert alice.run("o.get_datasets().df.permId.tolist()") == before
    alice.run(save)
    assert len(alice.run("o.get_datasets().df.permId.tolist()")) == len(before) + 1


@only(STABLE, "3.6")
@pytest.mark.parametrize("call", ["upload", "createUploadedDataSet"])
def test_a_server_that_stops_in_an_upload_has_registered_nothing(openbis: OpenBIS, alice: Console, call: str) -> None:
    (alice.folder / "a.txt").write_text("a" * 1000)
    save = "o.new_dataset(type='RAW_DATA', files=['a.txt'], sample='/LAB/P1/EXP1').save()"
    before = alice.run("o.get_datasets().df.permId.tolist()")
    held = openbis.faults.add(Fault(Kind.SLOW, call, times=1))
    with ThreadPoolExecutor() as pool:
        saving = pool.submit(alice.run, save)
        assert held.met.wait(60)
        openbis.stop()
        with pytest.raises(Raised):
            saving.result(60)
    openbis.start()
    openbis.faults.mend()
    alice.run("o.login('alice', 'alice')")
    assert alice.run("o.get_datasets().df.permId.tolist()") == before
    alice.run(save)
    assert len(alice.run("o.get_datasets().df.permId.tolist()")) == len(before) + 1


@only(STABLE, "3.6")
def test_a_damaged_chunk_is_asked_for_again(openbis: OpenBIS, trust: str, alice: Console) -> None:
    openbis.faults.add(Fault(Kind.DAMAGE, "transfer.download", after=-20, times=1))
    test_download(openbis, trust, alice)
    assert openbis.faults.take("transfer.download") is None


@only(STABLE, "3.6")
def test_a_large_dataset_is_listed_and_a_page_of_many_read(alice: Console, tmp_path: Path) -> None:
    with OpenBIS(tmp_path, authority=AUTHORITY) as other:
        code = crowd(other, "/LAB/P1/EXP1", 20_000)
        fill(other, "/LAB/P1/EXP2", 10_000)
        alice.run("f = Openbis(url)\nf.login('alice', 'alice')", url=other.url)
        assert alice.run("len(f.get_dataset(code).file_list)", code=code) == 20_000
        page = "p = f.get_datasets(sample='/LAB/P1/EXP2', start_with=5000, count=100)\n[len(p.df), p.totalCount]"
        assert alice.run(page) == [100, 10_000]
