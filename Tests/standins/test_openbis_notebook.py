"""The notebooks that Carrel makes run from top to bottom with PyBIS 1.20.5, 1.37.5 and 7.0.0rc6, and save what they should.

They are the files in `Tests/OpenBISNotebookTests/Golden`, to which the tests in Swift hold what the program makes.
"""

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from openbis import OpenBIS
from openbis_console import ENVIRONMENTS
from openbis_control import CONTROL
from openbis_entities import DataSet, Experiment, Sample, Sort
from openbis_golden import GOLDEN, code, golden
from openbis_seed import sequence

AUTHORITY = trustme.CA()
ROOT = Path(__file__).resolve().parents[2]
JUPYTER = ROOT / "var/environments/default/bin/python"
RUNNER = Path(__file__).with_name("openbis_notebook_run.py")
UNNAMED = '"Name of my result: change me!"'
NAME = "Müller’s “result”, 1"


@pytest.fixture(scope="module")
def openbis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBIS]:
    """A server with TLS, as PyBIS wants it."""
    with OpenBIS(tmp_path_factory.mktemp("openbis"), authority=AUTHORITY) as one:
        yield one


@dataclass
class Desk:
    """A home in which one of the clients runs notebooks, with a token of Alice's."""

    openbis: OpenBIS
    folder: Path
    client: str
    token: str

    def place(self, name: str) -> dict[str, Any]:
        """The notebook as it was made, for what is in the server."""
        return golden(name, self.openbis)

    def code(self, name: str) -> str:
        """The permanent id of a dataset."""
        return code(self.openbis, name)

    @property
    def trust(self) -> str:
        """The file with the authority of the server's certificate."""
        return str(self.folder / "authority.pem")

    def run(self, notebook: dict[str, Any]) -> dict[str, str]:
        """Runs it; what each cell said, by its id."""
        [assignment] = [
            source
            for source in map("".join, (cell["source"] for cell in notebook["cells"]))
            if source.startswith('fileName = "')
        ]
        path = self.folder / ast.literal_eval(assignment.partition(" = ")[2])
        path.write_text(json.dumps(notebook), encoding="utf-8")
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        variables = {
            "HOME": str(self.folder),
            "PATH": f"{JUPYTER.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder / "packages"),
            "REQUESTS_CA_BUNDLE": self.trust,
            "OPENBIS_URL": self.openbis.url,
            "STANDIN": f"{self.openbis.url}{CONTROL}",
            **kept,
        }
        command = [JUPYTER, RUNNER, path]
        done = subprocess.run(command, env=variables, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        text = path.read_text(encoding="utf-8")
        assert self.token not in text
        return {cell["id"]: said(cell) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"}


def sources(notebook: dict[str, Any], *ids: str) -> list[str]:
    """The code of some cells."""
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["id"] in ids]


def said(cell: dict[str, Any]) -> str:
    """All output of a cell, as text and as a page."""
    parts = []
    for output in cell["outputs"]:
        parts += output.get("text", []), output.get("traceback", [])
        parts += output.get("data", {}).values()
    return "\n".join("".join(part) for part in parts if part)


@pytest.fixture
def desk(request: pytest.FixtureRequest, openbis: OpenBIS, tmp_path: Path) -> Iterator[Desk]:
    """A home for a client and an API."""
    client, version = getattr(request, "param", ("pybis-1.37", "3.6"))
    openbis.set_version(version)
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    (tmp_path / ".pybis").mkdir()
    token = openbis.sessions.begin("alice")
    (tmp_path / ".pybis/localhost.token").write_text(token)
    # The client of that environment, for the kernel of ours.
    (tmp_path / "packages").mkdir()
    [installed] = (ENVIRONMENTS / client).glob("lib/python3.*/site-packages")
    for name in ("pybis", "tabulate", "texttable.py"):
        if (installed / name).exists():
            (tmp_path / "packages" / name).symlink_to((installed / name).resolve())
    yield Desk(openbis, tmp_path, client, token)
    openbis.faults.mend()
    openbis.sessions.ahead = 0


def named(notebook: dict[str, Any]) -> dict[str, Any]:
    """With a name and notes, as a person writes them."""
    for cell in notebook["cells"]:
        if cell["id"] == "name":
            cell["source"] = [cell["source"][0].replace(UNNAMED, repr(NAME))]
        if cell["id"] == "notes":
            cell["source"] = ['resultDatasetNotes = "two\\nlines"']
    return notebook


def arranged(notebook: dict[str, Any], *steps: str) -> dict[str, Any]:
    """Of some cells by their ids, and others by their code; one with `!` before it is to fail."""
    cells = []
    for number, step in enumerate(steps):
        found = [cell for cell in notebook["cells"] if cell["id"] == step.lstrip("!")]
        cell = (
            dict(found[0]) if found else {"cell_type": "code", "outputs": [], "execution_count": None, "metadata": {}}
        )
        if not found:
            cell["source"] = [step]
        if step.startswith("!"):
            cell["metadata"] = {"tags": ["raises-exception"]}
        cells.append(cell | {"id": f"step-{number}"})
    return notebook | {"cells": cells}


def order(word: str, **told: Any) -> str:
    """Code that steers the stand-in from a cell."""
    asked = f"os.environ['STANDIN'] + {word!r}, json={told!r}, timeout=60, verify=o.verify_certificates"
    return f"import os, requests\ndone = requests.post({asked}).json()['done']"


VARIABLES = ("file-name", "parents", "history", "name", "notes")
CONNECTION = ("tools", "connect", "session")


def saved(openbis: OpenBIS) -> list[DataSet]:
    """The datasets that notebooks saved, oldest first."""
    every = openbis.registry.all[Sort.DATA_SET].values()
    return [one for one in every if isinstance(one, DataSet) and one.properties.get("$NAME") == NAME]


@pytest.mark.parametrize(
    "desk", [("pybis-1.37", "3.6"), ("pybis-1.20", "3.5"), ("pybis-7.0", "7.0")], indirect=True, ids=lambda one: one[0]
)
def test_from_datasets_to_a_result(openbis: OpenBIS, desk: Desk) -> None:
    before = saved(openbis)
    told = desk.run(named(desk.place("object.ipynb")))
    measured, odd = (desk.code(name) for name in ("Measured", "Odd names"))
    top = desk.folder / measured / "original/run"
    assert {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()} == {
        "readme.txt",
        "deep/er/table.csv",
        "empty",
        "large.bin",
        "with blank.txt",
        "Größe.txt",
    }
    assert (top / "large.bin").read_bytes() == sequence(2_500_000)
    assert (desk.folder / odd / "original/with, comma.txt").read_bytes() == b"comma\n"
    assert f"{measured}: 6 files (2.5 MB) downloaded into the folder {measured}" in told["download-1"]
    assert not list(desk.folder.glob(".download-*"))
    [result] = [one for one in saved(openbis) if one not in before]
    assert (result.type, result.parents) == ("ANALYSIS_NOTEBOOK", [measured, odd])
    assert result.properties == {
        "$NAME": NAME,
        "NOTES": "two\nlines",
        "$HISTORY_ID": "00000000-0000-4000-8000-000000000001",
    }
    assert result.sample == openbis.registry.get(Sample, "/LAB/P1/EXP1").perm_id
    files = {file.path.rpartition("/")[2]: file.size for file in result.files if not file.is_folder}
    assert set(files) == {"Größe, first.ipynb", "Größe, first.ipynb.html"}
    assert min(files.values()) > 10_000
    link = f"showViewDataSetPageFromPermId&amp;viewData={result.perm_id}"
    assert f'{link}" target="_blank" rel="noopener">open it in openBIS</a>' in told["save"]
    page = (desk.folder / "Größe, first.ipynb.html").read_text()
    assert "Measured" in page
    assert desk.token not in page


def test_all_cells_run_before_anything_was_changed(openbis: OpenBIS, desk: Desk) -> None:
    before = len(openbis.registry.all[Sort.DATA_SET])
    told = desk.run(desk.place("collection.ipynb"))
    assert (desk.folder / desk.code("Picture") / "original/picture.png").exists()
    assert "the result has no name. Write one into the cell with resultDatasetName" in told["save"]
    assert len(openbis.registry.all[Sort.DATA_SET]) == before


def test_whatever_goes_wrong_is_said_plainly_and_mended_by_running_again(openbis: OpenBIS, desk: Desk) -> None:
    before, count = saved(openbis), len(openbis.registry.all[Sort.DATA_SET])
    notebook = named(desk.place("collection.ipynb"))
    [session] = sources(notebook, "session")
    steps = [
        *VARIABLES,
        *CONNECTION,
        "saving-tools",
        "page",
        "owner",
        order("fault", kind="cut-upload", call="upload", after=10, times=1),
        "!save",
        order("fault", kind="error", call="createUploadedDataSet", message="No room", times=1),
        "!save",
        order("fault", kind="status", call="createUploadedDataSet", times=1),
        # The one before saving is answered.
        order("fault", kind="status", call="isSessionActive", skip=1, times=1),
        "!save",
        "fileName = 'other.ipynb'",
        "!save",
        "Path('other.ipynb').write_text(o.token)\nPath('other.ipynb.html').touch()",
        "!save",
        "fileName = 'second.ipynb'",
        order("expire", user="alice"),
        "!session",
        "!owner",
        "!save",
        order("session", user="alice") + "\ngetpass = lambda _: done",
        session.replace("askForToken = False", "askForToken = True"),
        "owner",
        "save",
        "import shutil\nshutil.rmtree('.pybis')\nPath('.pybis').mkdir()\nPath('.pybis/localhost.token').write_text(done)",
        "connect",
        "session",
    ]
    told = list(desk.run(arranged(notebook, *steps)).values())
    failed = [words for step, words in zip(steps, told, strict=True) if step.startswith("!")]
    assert all("Traceback" not in words for words in failed)
    cut, refused, down, elsewhere, leaking, *over = failed
    for words in (cut, refused, down):
        assert "nothing half-finished is there. Run this cell again" in words
    assert "No room" in refused
    assert down.startswith("openBIS doesn't answer (ValueError). Try again later.")
    assert "There is no file other.ipynb in this folder" in elsewhere
    assert "Your openBIS session token is in other.ipynb" in leaking
    assert [words.startswith("Your openBIS session is over. Sign in to openBIS again") for words in over] == [True] * 3
    assert told[-1].strip() == f"Connected to {openbis.url}"
    [result] = [one for one in saved(openbis) if one not in before]
    assert len(openbis.registry.all[Sort.DATA_SET]) == count + 1
    assert (result.sample, result.experiment) == (None, openbis.registry.get(Experiment, "/LAB/P1/C1").perm_id)
    assert result.properties["$HISTORY_ID"] == "00000000-0000-4000-8000-000000000002"


def test_files_that_are_there_stay_and_others_come_when_all_is_well(openbis: OpenBIS, desk: Desk) -> None:
    notebook = desk.place("object.ipynb")
    measured, odd = (desk.code(name) for name in ("Measured", "Odd names"))
    mine, lost = (f"Path({measured!r}, 'original/run', {name!r})" for name in ("readme.txt", "with blank.txt"))
    steps = [
        *("file-name", *CONNECTION),
        *("dataset-1", "files-1", "dataset-2", "files-2", "download-tools"),
        "BYTES_OF_PART = FILES_OF_PART = 2",
        "download-1",
        f"{mine}.write_text('mine')\n{lost}.unlink()",
        "usage, shutil.disk_usage = shutil.disk_usage, lambda _: shutil._ntuple_diskusage(9, 9, 0)",
        "!download-1",
        "shutil.disk_usage = usage",
        order("fault", kind="error", call="createFastDownloadSession", times=1),
        "!download-1",
        "download-1",
        f"{mine}.read_text() + {lost}.read_text()",
        order("fault", kind="cut", call="download", after=3, times=1),
        "!download-2",
        order("fault", kind="html", call="download", times=1),
        "!download-2",
        "download-2",
        order("expire", user="alice"),
        "shutil.rmtree('" + odd + "')",
        "!download-2",
    ]
    told = list(desk.run(arranged(notebook, *steps)).values())
    full, broken, cut, page, over = [words for step, words in zip(steps, told, strict=True) if step.startswith("!")]
    assert f"{measured} needs 0.0 MB, and there are only 0.0 MB free here. Make room" in full
    for words in (broken, cut, page):
        assert "What is whole stays; run this cell again for the rest." in words
    assert "with, comma.txt arrived damaged" in page
    assert "Your openBIS session is over." in over
    again = told[steps.index("shutil.disk_usage = usage") + 3]
    assert "1 files (0.0 MB) downloaded" in again
    assert "5 were there already; not as in openBIS, and left as they are: original/run/readme.txt" in again
    assert "mineblank" in told[steps.index("shutil.disk_usage = usage") + 4]
    assert not list(desk.folder.glob(".download-*"))


def test_a_result_of_another_type_leaves_out_what_that_lacks(openbis: OpenBIS, desk: Desk) -> None:
    before = saved(openbis)
    notebook = named(desk.place("nothing.ipynb"))
    [save] = sources(notebook, "save")
    more = save.replace("Properties = {", 'Properties = {"$HISTORY_ID": resultDatasetHistoryId, ')
    assert more != save
    told = desk.run(arranged(notebook, *[cell["id"] for cell in notebook["cells"]], more))
    first, second = [one for one in saved(openbis) if one not in before]
    assert {first.type, second.type} == {"RAW_DATA"}
    assert first.properties == second.properties == {"$NAME": NAME, "NOTES": "two\nlines"}
    assert first.parents == second.parents == []
    assert "RAW_DATA has no $HISTORY_ID, so that wasn't saved." in list(told.values())[-1]
    assert f"Saved as dataset {first.perm_id}" in list(told.values())[-2]


def test_nothing_hostile_breaks_out_of_its_place(tmp_path: Path) -> None:
    notebook = json.loads((GOLDEN / "hostile.ipynb").read_text(encoding="utf-8"))
    values: list[str] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            nodes = list(ast.walk(ast.parse("".join(cell["source"]))))
            assert "boom" not in {node.id for node in nodes if isinstance(node, ast.Name)}
            values += [node.value for node in nodes if isinstance(node, ast.Constant) and "boom" in str(node.value)]
    assert len(set(values)) == 3
    assert all('\u0301a"""\'\'\'\\"\n`boom()`\r\n<script>' in value for value in values)
    page = tmp_path / "page.html"
    command = [JUPYTER, "-m", "nbconvert", "--to", "html", "--output", page, GOLDEN / "hostile.ipynb"]
    subprocess.run(command, check=True, capture_output=True, env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]})
    assert "<script>boom" not in page.read_text(encoding="utf-8")
    assert "&lt;script&gt;boom" in page.read_text(encoding="utf-8")
