"""`carrel-env`: environments of people's own. Wheels made here stand in for packages, so no network is asked."""

import errno
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from carrel_env import create as creation
from carrel_env.create import FULL, create, reason
from carrel_env.pip_hint import installs
from carrel_env.places import Environment, all_environments
from carrel_env.problem import EnvironmentProblem

PACKAGE = Path(__file__).parents[1]


class Home:
    """A home, and packages to install."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "home"
        self.folder.mkdir()
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self.add_wheel("ipykernel", "6.0", "ipykernel_launcher.py")
        self.add_wheel("fancy", "1.0", "fancy.py")

    def add_wheel(self, name: str, version: str, module: str) -> None:
        with zipfile.ZipFile(self.wheels / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            about = f"{name}-{version}.dist-info"
            wheel.writestr(module, f"print('{name}')\n")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")

    def begin(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Begins to run `carrel-env …`."""
        known = {
            "HOME": str(self.folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(PACKAGE),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **variables,
        }
        command = [sys.executable, "-m", "carrel_env", *words]
        return subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `carrel-env …`."""
        program = self.begin(*words, **variables)
        out, err = program.communicate()
        return subprocess.CompletedProcess(program.args, program.returncode, out, err)

    @property
    def left(self) -> list[str]:
        """What is in the folders of environments and kernels."""
        places = [self.folder / ".local/share/carrel/environments", self.folder / ".local/share/jupyter/kernels"]
        return [path.name for place in places if place.exists() for path in place.iterdir()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_environment_is_made_listed_and_removed(home: Home) -> None:
    made = home.run("create", "course-1", "fancy")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "course-1 is ready" in made.stdout
    folder = home.folder / ".local/share/carrel/environments/course-1"
    spec = json.loads((home.folder / ".local/share/jupyter/kernels/course-1/kernel.json").read_text())
    assert (spec["display_name"], spec["argv"][0]) == ("course-1", str(folder / "bin/python"))
    ran = subprocess.run([*spec["argv"][:3]], check=True, capture_output=True, text=True)
    assert ran.stdout == "ipykernel\n"
    ran = subprocess.run([spec["argv"][0], "-m", "fancy"], check=True, capture_output=True, text=True, cwd="/")
    assert ran.stdout == "fancy\n"
    # It is the system's Python, whatever becomes of the shared environment.
    assert not (folder / "bin/python").resolve().is_relative_to(sys.prefix)
    assert not (folder / ".cache").exists()
    assert home.run("list").stdout.split() == ["course-1", str(folder)]
    assert home.run("remove", "course-1").returncode == 0
    assert home.left == []
    assert "You have no environments" in home.run("list").stdout


@pytest.mark.parametrize("name", ["", "-x", "Course", "a b", "../up", ".hidden", "ü", "a" * 41, "a/b"])
def test_a_name_that_cannot_be_is_refused(home: Home, name: str) -> None:
    refused = home.run("create", "--", name)
    assert refused.returncode == 1
    assert "can't be called" in refused.stderr
    assert home.left == []


def test_a_name_that_is_taken_is_refused(home: Home) -> None:
    assert home.run("create", "mine").returncode == 0
    again = home.run("create", "mine")
    assert (again.returncode, "There is an environment mine already" in again.stderr) == (1, True)
    kernel = home.folder / ".local/share/jupyter/kernels/other"
    kernel.mkdir()
    (kernel / "kernel.json").write_text("{}")
    taken = home.run("create", "other")
    assert (taken.returncode, "There is a kernel other already" in taken.stderr) == (1, True)
    assert (kernel / "kernel.json").read_text() == "{}"
    shared = home.run("create", "python3")
    assert "There is a kernel python3 already" in shared.stderr


def test_a_package_that_is_not_there_leaves_nothing(home: Home) -> None:
    failed = home.run("create", "mine", "no-such-package")
    assert failed.returncode == 1
    assert "no such package" in failed.stderr
    assert home.left == []
    assert home.run("remove", "mine").stderr.startswith("carrel-env: There is no environment mine.")


def test_without_a_network_it_says_so(home: Home) -> None:
    failed = home.run("create", "mine", PIP_NO_INDEX="", UV_DEFAULT_INDEX="http://127.0.0.1:9/", PIP_FIND_LINKS="")
    assert failed.returncode == 1
    assert "can't be reached" in failed.stderr
    assert home.left == []


def test_of_two_at_once_of_the_same_name_one_is_made(home: Home) -> None:
    first, second = home.begin("create", "mine"), home.begin("create", "mine")
    told = [first.communicate(), second.communicate()]
    assert sorted([first.returncode, second.returncode]) == [0, 1], told
    assert "There is an environment mine already" in "".join(err for _, err in told)
    assert home.run("list").stdout.startswith("mine ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_that_is_interrupted_leaves_nothing(home: Home, number: signal.Signals) -> None:
    making = home.begin("create", "mine")
    assert making.stdout is not None
    assert any("Making" in line for line in making.stdout)
    making.send_signal(number)
    assert "interrupted" in making.communicate()[1]
    assert making.returncode == 1
    assert home.left == []


def test_what_was_never_finished_is_made_anew(home: Home) -> None:
    half = home.folder / ".local/share/carrel/environments/mine"
    (half / "bin").mkdir(parents=True)
    assert "was never finished" in home.run("list").stdout
    assert home.run("create", "mine").returncode == 0
    assert "was never finished" not in home.run("list").stdout


def test_a_full_home_is_told_and_nothing_is_left(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home.folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(home.wheels))

    def full(*_: object) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(creation, "install", full)
    with pytest.raises(EnvironmentProblem, match="There is no room left in your home"):
        create(Environment("mine"), [], say=lambda line: None)
    assert all_environments() == []
    assert reason("error: No space left on device (os error 28)") == FULL
    assert reason("Disk quota exceeded") == FULL


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("python -m pip install x", True),
        ("/e/bin/python /e/bin/pip install x", True),
        ("/e/bin/python3.11 /e/bin/pip3.11 --quiet install -r x", True),
        ("python -m pip install --target=/x y", False),
        ("python -m pip install --user y", False),
        ("python -m pip list", False),
        ("python /tmp/x/pip/__pip-runner__.py install x", False),
        ("python install.py install", False),
        ("python", False),
    ],
)
def test_only_what_installs_into_the_shared_environment_is_told_of(line: str, is_told: bool) -> None:
    assert installs(line.split()) is is_told


def test_the_hint_comes_once_in_a_session(home: Home, tmp_path: Path) -> None:
    """In an environment that has the hint as the shared one has it."""
    shared = tmp_path / "shared"
    subprocess.run([sys.executable, "-m", "venv", shared], check=True)
    (place,) = shared.glob("lib/python*/site-packages")
    (place / "carrel_pip_hint.pth").write_bytes((PACKAGE / "carrel_pip_hint.pth").read_bytes())
    (place / "carrel_env").symlink_to(PACKAGE / "carrel_env")
    session = tmp_path / "tmp"
    session.mkdir()

    def pip(*words: str | Path, **more: str) -> str:
        variables = {"HOME": str(home.folder), "PATH": "/usr/bin", "TMPDIR": str(session)} | more
        ran = subprocess.run(words, check=True, env=variables, capture_output=True, text=True)
        return ran.stderr

    offline = ["--no-index", "--find-links", home.wheels]
    inside = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}
    assert "carrel-env create" not in pip(shared / "bin/pip", "install", *offline, "fancy")
    assert "carrel-env create" not in pip(shared / "bin/pip", "list", **inside)
    assert "carrel-env create" in pip(shared / "bin/python", "-m", "pip", "install", *offline, "fancy", **inside)
    assert "carrel-env create" not in pip(shared / "bin/pip", "install", *offline, "fancy", **inside)
