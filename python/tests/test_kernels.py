"""Each kernel of the environment, by itself and as servers offer it."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hub_stand_in import HubStandIn
from hub_stand_in import running as running_hub
from real_kernel import running
from single_user import Server, started

KERNELS = {
    "bash": "Bash",
    "ir": "R",
    "octave": "Octave",
    "python2": "Python 2 (Jython)",
    "python3": "Python 3 (ipykernel)",
    "sos": "SoS",
}
EXAMPLES = ["Bash", "Octave", "Python 2", "Python 3", "R", "SoS"]


def specs(environment: Path, name: str) -> Path:
    return environment / "share/jupyter/kernels" / name


def check(environment: Path, name: str, path: str = "/usr/bin:/bin") -> dict:
    """What the helper of `carrel env check` says."""
    command = [environment / "bin/python", "-m", "carrel_server.kernel_check", name]
    ran = subprocess.run(command, check=True, env={"PATH": path}, capture_output=True, text=True, timeout=180)
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", KERNELS)
def test_each_kernel_calculates(environment: Path, name: str) -> None:
    said = check(environment, name)
    assert (said["title"], said["state"]) == (KERNELS[name], "works"), said
    assert said["said"].split()[-1] == "2"


def test_a_kernel_that_cannot_start_is_told_of(environment: Path, tmp_path: Path) -> None:
    assert check(environment, "nothing")["said"] == "there is no such kernel"
    said = check(environment, "octave", path=str(tmp_path))
    assert (said["state"], said["said"]) == ("missing", "octave isn't there; the Debian package octave brings it")


@pytest.mark.parametrize("name", KERNELS)
def test_each_has_its_logo(environment: Path, name: str) -> None:
    for size in (32, 64):
        png = (specs(environment, name) / f"logo-{size}x{size}.png").read_bytes()
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (size, size)
    assert "<svg" in (specs(environment, name) / "logo-svg.svg").read_text()


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_runs_without_an_error(environment: Path, example: str) -> None:
    notebook = json.loads((environment / f"share/carrel/examples/{example}.ipynb").read_text())
    name = notebook["metadata"]["kernelspec"]["name"]
    assert notebook["metadata"]["kernelspec"]["display_name"] == KERNELS[name]
    if name == "sos":
        return  # its cells go to other kernels: test_sos
    shown = pictures = 0
    with running(environment, name) as kernel:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                outcome = kernel.run("".join(cell["source"]))
                assert outcome.status == "ok", outcome
                shown += bool(outcome.result or outcome.stdout or outcome.pictures)
                pictures += outcome.pictures
    assert shown > 0
    assert (pictures > 0) == (name in {"python3", "ir", "octave"})


@pytest.fixture(scope="module")
def poor_server(environment: Path, short_folder: Path) -> Server:
    """A server whose machine has R, but neither Octave nor Java."""
    programs = short_folder / "programs"
    programs.mkdir()
    for name in ("bash", "R", "sh", "git", "uname"):
        (programs / name).symlink_to(shutil.which(name) or name)
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with (
        running_hub(hub, short_folder / "hub.sock") as serving,
        started(command, hub, serving.api_url, short_folder, PATH=f"{environment}/bin:{programs}") as server,
    ):
        yield server


def test_only_kernels_whose_program_is_there_are_offered(poor_server: Server) -> None:
    offered = poor_server.ask("GET", "api/kernelspecs").json()
    assert sorted(offered["kernelspecs"]) == ["bash", "ir", "python3", "sos"]
    assert offered["default"] == "python3"
    assert poor_server.ask("GET", "api/kernelspecs/octave").status == 404


def test_what_is_not_offered_is_told_with_the_reason(poor_server: Server) -> None:
    told = {one["name"]: one for one in poor_server.ask("GET", "carrel/kernels").json()["kernels"]}
    assert {name: one["title"] for name, one in told.items()} == KERNELS
    assert told["octave"]["lacking"] == "octave isn't there; the Debian package octave brings it"
    assert {name for name, one in told.items() if one["lacking"]} == {"octave", "python2"}
    assert poor_server.ask("GET", "carrel/kernels", token="").status == 403


def test_examples_are_offered_for_these_and_copied_once(poor_server: Server) -> None:
    assert poor_server.ask("GET", "carrel/examples").json() == {"examples": ["Bash", "Python 3", "R", "SoS"]}
    for _ in range(2):
        made = poor_server.ask("POST", "carrel/examples", {"name": "Bash"})
        assert (made.status, made.json()) == (200, {"path": "Examples/Bash.ipynb"})
        copy = poor_server.folder / "home/Examples/Bash.ipynb"
        copy.write_text(copy.read_text().replace("Good day", "Good night"))
    assert "Good night" in copy.read_text()
    assert poor_server.ask("POST", "carrel/examples", {"name": "../Bash"}).status == 404
    assert poor_server.ask("POST", "carrel/examples", {"name": "Octave"}).status == 404
    assert poor_server.ask("GET", "carrel/examples", token="").status == 403


def test_the_extensions_are_there(poor_server: Server) -> None:
    page = poor_server.ask("GET", "lab").text
    for extension in ("@jupyterlab/git", "@jupyter-server/resource-usage", "jupyterlab-sos", "carrel"):
        assert f'"name": "{extension}"' in page or f'"name":"{extension}"' in page, extension
    assert poor_server.ask("GET", "git-pull?repo=https://repository.invalid/none").status == 200
