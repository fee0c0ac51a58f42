"""Building an environment: all of it or nothing. A wheel made here stands in for the packages, so no network is asked."""

import hashlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from carrel_environments.programs import reason
from carrel_environments.wheel import files_of

UV = Path(__file__).parents[2] / ".venv-test/bin/uv"
COMMAND = Path(__file__).parents[1] / "build-environment"
PACKAGE = Path(__file__).parents[1]


class Workshop:
    """A folder with a wheel, a lock file for it, and the target `env`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = PACKAGE
        self.target = folder / "with space" / "env"
        self.lock = folder / "requirements.lock"
        wheel = folder / "jupyterhub-6.1.1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("jupyterhub/__init__.py", "")
            archive.writestr("jupyterhub/singleuser.py", "def main():\n    print('6.1.1 of the tests')\n")
            archive.writestr(
                "jupyterhub-6.1.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: jupyterhub\nVersion: 6.1.1\n"
            )
            archive.writestr(
                "jupyterhub-6.1.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr("jupyterhub-6.1.1.dist-info/RECORD", "")
        self.digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        self.options: list[str | Path] = []
        self.write_lock(self.digest)

    def write_lock(self, digest: str, note: str = "") -> None:
        self.lock.write_text(f"# {note}\njupyterhub==6.1.1 --hash=sha256:{digest}\n")

    def begin(self, find_links: str | None = None) -> subprocess.Popen[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.folder) if find_links is None else find_links,
        }
        command = [COMMAND, self.target, self.lock, "--package", self.package, *self.options]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, umask=0o077)

    def build(self, find_links: str | None = None) -> subprocess.CompletedProcess[str]:
        building = self.begin(find_links)
        out, err = building.communicate()
        return subprocess.CompletedProcess(building.args, building.returncode, out, err)

    @property
    def environments(self) -> list[str]:
        return sorted(p.name for p in self.target.parent.glob("env-*"))


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="module", params=["pip", "uv"])
def built(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Workshop:
    """One with its environment built, by pip and by uv; nobody changes it."""
    workshop = Workshop(tmp_path_factory.mktemp("built"))
    workshop.options = ["--uv", UV] if request.param == "uv" else []
    done = workshop.build()
    assert done.returncode == 0, done.stdout + done.stderr
    return workshop


def test_a_built_environment_runs(built: Workshop) -> None:
    assert os.readlink(built.target) == built.environments[0]
    program = built.target.resolve() / "bin" / "carrel-server"
    ran = subprocess.run([program], check=True, capture_output=True, text=True)
    assert ran.stdout == "6.1.1 of the tests\n"


def test_a_whole_environment_is_left_alone_without_asking_the_network(built: Workshop) -> None:
    again = built.build(find_links="/nowhere")
    assert (again.returncode, again.stdout) == (0, "")


def test_other_users_can_read_and_run_it(built: Workshop) -> None:
    environment = built.target.resolve()
    for path in [environment, *environment.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            wanted = 0o555 if stat.S_ISDIR(mode) else 0o444
            assert mode & wanted == wanted, path
    assert (environment / "bin/carrel-server").stat().st_mode & 0o777 == 0o755


def test_modules_are_compiled_beforehand(built: Workshop) -> None:
    for module in (
        "jupyterhub/__pycache__/singleuser",
        "carrel_server/__pycache__/launch",
        "jython_kernel/__pycache__/kernel",
    ):
        assert list(built.target.resolve().glob(f"lib/python*/site-packages/{module}.*.pyc"))


def test_the_package_of_our_own_is_installed_with_all_it_declares(built: Workshop) -> None:
    code = """
import importlib.metadata as metadata, importlib.resources as resources
print(metadata.version("carrel_server"))
print([point.value for point in metadata.entry_points(group="jupyter_client.kernel_provisioners")])
print(resources.files("carrel_server").joinpath("defaults/jupyter_server_config.d/carrel_server.json").is_file())
"""
    ran = subprocess.run([built.target / "bin/python", "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines() == ["1.0", "['carrel_server.provisioner:CarrelProvisioner']", "True"]


def test_the_extension_of_jupyterlab_is_where_it_is_looked_for(built: Workshop) -> None:
    place = built.target / "share/jupyter/labextensions/carrel"
    about = json.loads((place / "package.json").read_text())
    assert (place / about["jupyterlab"]["_build"]["load"]).is_file()
    source = PACKAGE / "labextension"
    installed = {file.relative_to(place): file.read_bytes() for file in place.rglob("*") if file.is_file()}
    assert installed == {file.relative_to(source): file.read_bytes() for file in source.rglob("*") if file.is_file()}


def test_a_changed_package_makes_a_new_environment(workshop: Workshop, tmp_path: Path) -> None:
    workshop.package = tmp_path / "package"
    shutil.copytree(PACKAGE, workshop.package, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    workshop.build()
    before = workshop.target.resolve()
    with (workshop.package / "carrel_server/sizes.py").open("a") as module:
        module.write("# changed\n")
    workshop.build()
    assert workshop.target.resolve() != before


def test_all_that_is_installed_counts_as_the_package() -> None:
    counted = files_of(PACKAGE)
    folders = [PACKAGE / name for name in ("labextension", "kernels", "examples")]
    wanted = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    wanted.append(PACKAGE / "jython_kernel/inside/driver.py")
    assert {*wanted, PACKAGE / "pyproject.toml", PACKAGE / "carrel_server/notices.py"} <= set(counted)


def test_a_package_without_its_files_is_not_built(workshop: Workshop, tmp_path: Path) -> None:
    workshop.package = tmp_path / "package"
    shutil.copytree(PACKAGE, workshop.package, ignore=shutil.ignore_patterns("tests", "__pycache__", "labextension"))
    failed = workshop.build()
    assert failed.returncode != 0
    assert "there are no files labextension/*.json" in failed.stderr
    assert workshop.environments == []


def test_a_build_that_fails_leaves_the_old_environment_in_use(workshop: Workshop) -> None:
    workshop.build()
    before = workshop.environments
    workshop.write_lock("0" * 64)
    failed = workshop.build()
    assert failed.returncode == 1
    assert "stays as it was" in failed.stdout
    assert workshop.environments == before
    assert os.readlink(workshop.target) == before[0]


def test_what_an_interrupted_build_left_is_removed(workshop: Workshop) -> None:
    half = workshop.target.parent / "env-0123456789ab"
    half.mkdir(parents=True)
    (half / "pyvenv.cfg").touch()
    workshop.build()
    assert not half.exists()
    assert len(workshop.environments) == 1


@pytest.mark.parametrize("how", [[], ["--uv", UV]], ids=["pip", "uv"])
def test_a_wrong_hash_is_told_and_nothing_is_left(workshop: Workshop, how: list[str | Path]) -> None:
    workshop.options = how
    workshop.write_lock("0" * 64)
    failed = workshop.build()
    assert failed.returncode == 1
    assert "A package isn't the one whose hash the lock file has" in failed.stdout
    assert workshop.environments == []
    assert not os.path.lexists(workshop.target)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("  Caused by: dns error: failed to lookup address information", "can't be reached"),
        ("ERROR: No matching distribution found for numpy==1", "lacks a package"),
        ("error: Hash mismatch for `numpy==1`", "isn't the one"),
    ],
)
def test_why_a_program_failed_is_understood(said: str, words: str) -> None:
    assert words in (reason(["Downloading numpy\n", said]) or "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_interrupted_build_leaves_nothing(workshop: Workshop, number: signal.Signals) -> None:
    building = workshop.begin()
    assert building.stdout is not None
    building.stdout.readline()
    building.send_signal(number)
    out, _ = building.communicate()
    assert building.returncode == 1
    assert "it was interrupted" in out
    assert workshop.environments == []


def test_a_killed_build_leaves_what_the_next_removes_once_its_programs_have_ended(workshop: Workshop) -> None:
    building = workshop.begin()
    assert building.stdout is not None
    assert any("installing" in line for line in building.stdout)
    building.kill()
    building.communicate()
    (half,) = workshop.environments
    done = workshop.build()
    assert done.returncode == 0, done.stdout
    assert f"removed {half}, which was never finished" in done.stdout
    assert workshop.environments == [half]


def test_of_two_builds_at_once_one_waits(workshop: Workshop) -> None:
    first, second = workshop.begin(), workshop.begin()
    outs = [first.communicate()[0], second.communicate()[0]]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted("waiting" in out for out in outs) == [False, True]
    assert sorted("built in" in out for out in outs) == [False, True]
    assert len(workshop.environments) == 1


def test_the_version_before_is_marked_until_it_is_used_again(workshop: Workshop) -> None:
    workshop.build()
    old = workshop.target.resolve()
    assert not (old / "environment.retired").exists()
    workshop.write_lock(workshop.digest, note="changed")
    workshop.build()
    assert (old / "environment.retired").exists()
    workshop.write_lock(workshop.digest)
    assert "building" not in workshop.build().stdout
    assert workshop.target.resolve() == old
    assert not (old / "environment.retired").exists()


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """The folder of a kernel."""
    folder = tmp_path / "given" / "julia-1.11"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": ["julia"], "display_name": "Julia"}')
    (folder / "secret").symlink_to("/etc/passwd")
    return folder


def test_kernels_and_a_start_script_are_added(workshop: Workshop, kernel: Path, tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.write_text('#!/bin/sh\nexec "$@"\n')
    workshop.options = ["--kernel", kernel, "--start", start]
    done = workshop.build()
    assert done.returncode == 0, done.stdout
    environment = workshop.target.resolve()
    place = environment / "share/jupyter/kernels/julia-1.11"
    assert [file.name for file in place.iterdir()] == ["kernel.json"]
    assert (environment / "share/carrel/start").stat().st_mode & 0o777 == 0o755
    start.write_text('#!/bin/sh\nA=1 exec "$@"\n')
    workshop.build()
    assert workshop.target.resolve() != environment


def test_a_kernel_that_is_none_is_refused_before_anything_is_made(workshop: Workshop, kernel: Path) -> None:
    (kernel / "kernel.json").write_text("[]")
    workshop.options = ["--kernel", kernel]
    failed = workshop.build()
    assert failed.returncode == 1
    assert "lacks argv or display_name" in failed.stdout
    assert workshop.environments == []


def test_what_a_package_adds_to_jupyterlab_is_turned_off(workshop: Workshop) -> None:
    wheel = workshop.folder / "some_git-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        about = "Metadata-Version: 2.1\nName: some-git\nVersion: 1.0\n"
        archive.writestr("some_git-1.0.dist-info/METADATA", about)
        archive.writestr(
            "some_git-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("some_git-1.0.dist-info/RECORD", "")
        data = "some_git-1.0.data/data"
        archive.writestr(f"{data}/share/jupyter/labextensions/@some/git/package.json", '{"name": "@some/git"}')
        on = json.dumps({"ServerApp": {"jpserver_extensions": {"some_git": True}}})
        archive.writestr(f"{data}/etc/jupyter/jupyter_server_config.d/some_git.json", on)
    with workshop.lock.open("a") as lock:
        lock.write(f"some-git==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    workshop.options = ["--turn-off", "Some.Git"]
    done = workshop.build()
    assert done.returncode == 0, done.stdout
    share = workshop.target / "share/jupyter"
    assert not (share / "labextensions/@some/git").exists(), "JupyterLab would load it"
    assert (share / "labextensions-off/@some/git/package.json").exists()
    server = json.loads((workshop.target / "etc/jupyter/jupyter_server_config.d/some_git.json").read_text())
    assert server == {"ServerApp": {"jpserver_extensions": {"some_git": False}}}


def test_a_package_that_is_not_there_cannot_be_turned_off(workshop: Workshop) -> None:
    workshop.options = ["--turn-off", "nothing"]
    failed = workshop.build()
    assert failed.returncode == 1
    assert "the lock file has no such package" in failed.stdout
    assert workshop.environments == []


# A source that makes its own wheel, so that nothing else is needed.
BACKEND = """
import zipfile

def build_wheel(folder, *_):
    about = "Metadata-Version: 2.1\\nName: only-source\\nVersion: 1.0\\n"
    with zipfile.ZipFile(f"{folder}/only_source-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("only_source.py", "")
        archive.writestr("only_source-1.0.dist-info/METADATA", about)
        archive.writestr(
            "only_source-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        )
        archive.writestr("only_source-1.0.dist-info/RECORD", "")
    return "only_source-1.0-py3-none-any.whl"
"""


@pytest.mark.parametrize("how", [[], ["--uv", UV]], ids=["pip", "uv"])
def test_a_source_is_built_only_if_it_is_named(workshop: Workshop, how: list[str | Path]) -> None:
    source = workshop.folder / "only_source-1.0.tar.gz"
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "only-source"\nversion = "1.0"\n',
        "backend.py": BACKEND,
        "PKG-INFO": "Metadata-Version: 2.1\nName: only-source\nVersion: 1.0\n",
    }
    with tarfile.open(source, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"only_source-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    with workshop.lock.open("a") as lock:
        lock.write(f"only-source==1.0 --hash=sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}\n")
    workshop.options = how
    assert workshop.build().returncode == 1
    workshop.options = [*how, "--source", "only-source"]
    done = workshop.build()
    assert done.returncode == 0, done.stdout
    subprocess.run([workshop.target / "bin/python", "-c", "import only_source"], check=True)


def test_a_changed_lock_makes_a_new_environment_and_keeps_the_one_in_use(workshop: Workshop) -> None:
    workshop.build()
    old = workshop.target.resolve()
    workshop.write_lock(workshop.digest, note="changed")
    workshop.build()
    assert workshop.target.resolve() != old
    assert (old / "bin/carrel-server").exists()
