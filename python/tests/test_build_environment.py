"""Building an environment: all of it or nothing. A wheel made here stands in for the packages, so no network is asked."""

import hashlib
import json
import os
import runpy
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

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
        self.write_lock(self.digest)

    def write_lock(self, digest: str, note: str = "") -> None:
        self.lock.write_text(f"# {note}\njupyterhub==6.1.1 --hash=sha256:{digest}\n")

    def build(self, find_links: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.folder) if find_links is None else find_links,
        }
        command = [COMMAND, self.target, self.lock, "--package", self.package]
        return subprocess.run(command, check=False, env=environment, capture_output=True, text=True, umask=0o077)

    @property
    def environments(self) -> list[str]:
        return sorted(p.name for p in self.target.parent.glob("env-*"))


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """One with its environment built; nobody changes it."""
    workshop = Workshop(tmp_path_factory.mktemp("built"))
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
    for module in ("jupyterhub/__pycache__/singleuser", "carrel_server/__pycache__/launch"):
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
    shutil.copytree(PACKAGE / "carrel_server", workshop.package / "carrel_server")
    shutil.copytree(PACKAGE / "labextension", workshop.package / "labextension")
    shutil.copy(PACKAGE / "pyproject.toml", workshop.package)
    workshop.build()
    before = workshop.target.resolve()
    with (workshop.package / "carrel_server/sizes.py").open("a") as module:
        module.write("# changed\n")
    workshop.build()
    assert workshop.target.resolve() != before


def test_all_that_is_installed_counts_as_the_package() -> None:
    counted = runpy.run_path(str(COMMAND))["files_of"](PACKAGE)
    wanted = [file for file in (PACKAGE / "labextension").rglob("*") if file.is_file()]
    assert {*wanted, PACKAGE / "pyproject.toml", PACKAGE / "carrel_server/notices.py"} <= set(counted)


def test_a_package_without_its_files_is_not_built(workshop: Workshop, tmp_path: Path) -> None:
    workshop.package = tmp_path / "package"
    shutil.copytree(PACKAGE / "carrel_server", workshop.package / "carrel_server")
    shutil.copy(PACKAGE / "pyproject.toml", workshop.package)
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


def test_a_changed_lock_makes_a_new_environment_and_keeps_the_one_in_use(workshop: Workshop) -> None:
    workshop.build()
    old = workshop.target.resolve()
    workshop.write_lock(workshop.digest, note="changed")
    workshop.build()
    assert workshop.target.resolve() != old
    assert (old / "bin/carrel-server").exists()
