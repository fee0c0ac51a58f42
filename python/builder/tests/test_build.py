"""Building: each kind of file, from real repositories, with the real uv."""

import json
import subprocess

import pytest
from repositories import PACKAGE, conda
from workshop import ROOT, Workshop

SIX = "import six; print(six.__version__)"
SIX_HASH = "sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274"
SETUP = 'from setuptools import setup\nsetup(name="mine", version="1", py_modules=["mine"])\n'


def lock_of_six(digest: str) -> str:
    six = {"version": "==1.17.0", "hashes": [digest]}
    return json.dumps({"_meta": {"requires": {"python_version": "3.11"}}, "default": {"six": six}})


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "six\n"},
        {"binder/requirements.txt": "-r ../more.txt\n", "more.txt": "six\n"},
        {"Pipfile": '[dev-packages]\nsix = "*"\n'},
        {"Pipfile.lock": lock_of_six(SIX_HASH)},
        {"environment.yml": conda("python=3.11", "pip", "pip: [six]")},
        {"binder/environment.yml": conda("pip: [-r more.txt]"), "binder/more.txt": "six\n"},
        {"pyproject.toml": PACKAGE + 'dependencies = ["six"]\n[tool.setuptools]\npackages = []\n'},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_a_file_asks_for_is_installed(workshop: Workshop, files: dict[str, str]) -> None:
    outcome = workshop.build(files)
    assert (outcome.code, outcome.last["phase"]) == (0, "built"), outcome.text[-2000:]
    assert workshop.python(SIX).startswith("1.")
    assert workshop.about["kernels"] == ["python3"]
    assert not workshop.about["own_kernel"]
    assert not list((workshop.target / "content").rglob(".carrel-*"))


def test_the_repository_itself_is_installed(workshop: Workshop) -> None:
    assert workshop.build({"setup.py": SETUP, "mine.py": "x = 5\n"}).code == 0
    assert workshop.python("import mine; print(mine.x)") == "5"


def test_phases_follow_each_other_and_scripts_are_run_and_kept(workshop: Workshop) -> None:
    post_build = (
        '#!/bin/sh\necho "in $PWD, home $HOME"\nprintf "10%%\\r20%%\\r\\033[31mred\\n"\ntouch made\nmkfifo pipe\n'
    )
    files = {".binder/postBuild": post_build, ".binder/start": '#!/bin/sh\nexec "$@"\n', ".binder/apt.txt": "dpkg\n"}
    outcome = workshop.build(files)
    assert outcome.code == 0, outcome.text[-2000:]
    phases = [line["phase"] for line in outcome.lines]
    assert list(dict.fromkeys(phases)) == ["fetching", "building", "built"]
    content = workshop.target / "content"
    messages = [line["message"] for line in outcome.lines]
    assert f"in {content}, home {content}\n" in messages
    assert [text for text in messages if text in ("10%\r", "20%\r") or "red" in text] == ["10%\r", "20%\r", "red\n"]
    assert (content / "made").exists()
    assert not (content / "pipe").exists()
    assert workshop.about["start"] == "content/.binder/start"
    assert outcome.last["environment"]["start"] == "content/.binder/start"
    assert (content / ".binder/start").stat().st_mode & 0o111 == 0o111
    assert not (workshop.target / ".work").exists()


def test_a_built_environment_is_found_again(workshop: Workshop) -> None:
    where = workshop.repository({"README.md": ""})
    assert workshop.build_at(*where).code == 0
    again = workshop.build_at(*where)
    assert (again.code, len(again.lines), again.last["message"]) == (0, 1, "Found built environment.\n")
    other = workshop.build_at(*workshop.repository({"README.md": "other"}, "other"))
    assert (other.code, other.last["code"]) == (2, "usage.target")


def test_what_does_not_fit_with_the_server_gets_a_kernel_of_its_own(workshop: Workshop) -> None:
    outcome = workshop.build({"requirements.txt": "traitlets==5.9.0\n"})
    assert outcome.code == 0, outcome.text[-2000:]
    assert "a kernel of their own" in outcome.text
    assert workshop.about["own_kernel"]
    ask = "import traitlets; print(traitlets.__version__)"
    assert workshop.python(ask) != "5.9.0"
    kernel = json.loads((workshop.target / "share/jupyter/kernels/python3/kernel.json").read_text())
    answer = subprocess.run([kernel["argv"][0], "-c", ask], check=True, capture_output=True, text=True).stdout
    assert answer.strip() == "5.9.0"


@pytest.mark.parametrize(
    ("files", "code", "exit_code"),
    [
        ({"Pipfile.lock": lock_of_six(f"sha256:{'0' * 64}")}, "packages.hash", 1),
        ({"requirements.txt": "no-such-package-of-carrel==1\n"}, "packages.failed", 1),
        ({"requirements.txt": "six ===== 1\n"}, "packages.failed", 1),
        ({"Dockerfile": "FROM scratch\n"}, "docker.container", 3),
        ({"apt.txt": "no-such-package\n"}, "apt.missing", 3),
        ({"postBuild": "#!/bin/sh\r\necho\r\n"}, "script.line_ends", 3),
        ({"postBuild": "echo first\nexit 7\n"}, "script.failed", 1),
        ({"postBuild": 'rm -r "$NB_PYTHON_PREFIX"/lib/python*/site-packages/ipykernel\n'}, "kernel.broken", 1),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_failure_has_its_code_and_leaves_nothing(
    workshop: Workshop, files: dict[str, str], code: str, exit_code: int
) -> None:
    outcome = workshop.build(files)
    assert (outcome.code, outcome.last["phase"], outcome.last.get("code")) == (exit_code, "failed", code), outcome.text[
        -2000:
    ]
    assert outcome.last["file"] in {*files, "postBuild", None}
    assert workshop.is_empty


def test_the_real_server_starts_and_its_kernel_answers(workshop: Workshop) -> None:
    workshop.lock = ROOT / "python/environments/repository/requirements.lock"
    overrides = ROOT / "python/environments/default/overrides.json"
    files = {"requirements.txt": "six\n", "notes.ipynb": "{}"}
    outcome = workshop.build(files, "--package", str(ROOT / "python"), "--overrides", str(overrides))
    assert outcome.code == 0, outcome.text[-3000:]
    server = workshop.target / "bin/carrel-server"
    version = subprocess.run([server, "--version"], check=True, capture_output=True, text=True).stdout
    assert version.strip() == "6.1.1"
    ask = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
said = []
client.execute_interactive("1 + 1", timeout=60, output_hook=lambda message: said.append(message["content"]))
manager.shutdown_kernel(now=True)
print([content["data"]["text/plain"] for content in said if "data" in content])
"""
    assert workshop.python(ask) == "['2']"
    assert (workshop.target / "share/jupyter/lab/settings/overrides.json").read_bytes() == overrides.read_bytes()
    assert (workshop.target / "content/notes.ipynb").exists()
