"""What a plan says, and what it refuses in words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from carrel_builder.julia import allows
from carrel_builder.plan import Plan
from carrel_builder.planning import make_plan
from carrel_builder.tree import LIMIT, Tree
from machines import WrittenMachine
from repositories import PACKAGE, conda, ranged, write

BUILDER = Path(__file__).parents[1]


def plan_of(folder: Path, files: dict[str, str], machine: WrittenMachine | None = None) -> Plan:
    tree = Tree(write(folder, files))
    try:
        return make_plan(tree, machine or WrittenMachine())
    finally:
        tree.close()


def refusal_of(plan: Plan) -> tuple[str, str | None]:
    assert plan.refusal is not None
    assert plan.refusal.message.endswith(".")
    return plan.refusal.code, plan.refusal.file


@pytest.mark.parametrize(
    ("files", "code", "file"),
    [
        ({"Dockerfile": "FROM scratch"}, "docker.container", "Dockerfile"),
        ({"binder/default.nix": ""}, "nix.container", "binder/default.nix"),
        ({"REQUIRE": ""}, "julia.require", "REQUIRE"),
        ({"Project.toml": ""}, "julia.missing", "Project.toml"),
        ({"DESCRIPTION": ""}, "r.missing", "DESCRIPTION"),
        ({"runtime.txt": "r-2024-01-02"}, "r.snapshot", "runtime.txt"),
        ({"environment.yml": conda("numpy", "python=3.11")}, "conda.packages", "environment.yml"),
        ({"environment.yml": conda("python>=3.9")}, "conda.python", "environment.yml"),
        ({"environment.yml": conda("3")}, "file.type", "environment.yml"),
        ({"environment.yml": "dependencies:\n- npm: [a]\n"}, "file.type", "environment.yml"),
        ({"environment.yml": "dependencies:\n- pip: numpy\n"}, "file.type", "environment.yml"),
        ({"environment.yml": "dependencies: numpy\n"}, "file.type", "environment.yml"),
        ({"environment.yml": "dependencies: [2024-13-45]\n"}, "file.syntax", "environment.yml"),
        ({"environment.yml": "[" * 5000}, "file.syntax", "environment.yml"),
        ({"environment.yml": "? [a]\n: b\n"}, "file.syntax", "environment.yml"),
        ({"environment.yml": "!!python/object/apply:os.system [reboot]\n"}, "file.syntax", "environment.yml"),
        ({"Pipfile.lock": '{"default": []}'}, "file.type", "Pipfile.lock"),
        ({"Pipfile.lock": '{"default": {"six": 3}}'}, "file.type", "Pipfile.lock"),
        ({"Pipfile.lock": '{"default": {"-r/etc/passwd": "*"}}'}, "file.type", "Pipfile.lock"),
        ({"Pipfile.lock": '{"default": {"six": {"version": "==1\\n--index-url x"}}}'}, "file.type", "Pipfile.lock"),
        ({"Pipfile.lock": '{"default": {"six": {"version": "==1", "hashes": ["x y"]}}}'}, "file.type", "Pipfile.lock"),
        ({"Pipfile.lock": "[" * 100_000}, "file.syntax", "Pipfile.lock"),
        ({"Pipfile": "[packages]\na = {hg = 'x'}\n"}, "pipfile.source", "Pipfile"),
        ({"pyproject.toml": "project = 3\n[build-system]\n"}, "file.type", "pyproject.toml"),
        ({"pyproject.toml": "[project]\nrequires-python = 3\n"}, "file.type", "pyproject.toml"),
        ({"runtime.txt": "python-2.7"}, "python.old", "runtime.txt"),
        ({"runtime.txt": "python-3.11.4"}, "python.version", "runtime.txt"),
        ({"apt.txt": "git\nlibfoo\nlibbar\n"}, "apt.missing", "apt.txt"),
        ({"apt.txt": "-o=x\n"}, "apt.invalid", "apt.txt"),
        ({"apt.txt": "git=1.0\n"}, "apt.invalid", "apt.txt"),
    ],
)
def test_a_repository_is_refused_in_words(tmp_path: Path, files: dict[str, str], code: str, file: str) -> None:
    plan = plan_of(tmp_path, files, WrittenMachine(debian={"git"}))
    assert refusal_of(plan) == (code, file)
    json.dumps(plan.as_json())


def test_missing_debian_packages_are_named(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"apt.txt": "git # is here\n\nlibfoo libbar\n"}, WrittenMachine(debian={"git"}))
    assert plan.refusal is not None
    assert "libfoo and libbar are not installed here" in plan.refusal.message


@pytest.mark.parametrize("machine", [WrittenMachine(debian={"git"}), WrittenMachine(apt=True)])
def test_debian_packages_that_are_there_or_can_be_had_are_no_obstacle(tmp_path: Path, machine: WrittenMachine) -> None:
    plan = plan_of(tmp_path, {"apt.txt": "git\n"}, machine)
    assert (plan.refusal, plan.apt) == (None, ["git"])


def test_a_python_that_is_not_here_is_named(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"runtime.txt": "python-3.13"}, WrittenMachine(pythons={"3.11"}))
    assert refusal_of(plan) == ("python.missing", "runtime.txt")
    assert plan.python is not None
    assert (plan.python.version, plan.python.source) == ("3.13", "runtime.txt")


@pytest.mark.parametrize(
    ("files", "interpreter", "own"),
    [
        ({"requirements.txt": ""}, "/usr/bin/python3.11", False),
        ({"runtime.txt": "python-3.11"}, "/usr/bin/python3.11", False),
        ({"runtime.txt": "python-3.9"}, "/usr/bin/python3.9", True),
        ({"pyproject.toml": ranged(">=3.11")}, "/usr/bin/python3.11", False),
        ({"pyproject.toml": ranged("==3.10.*")}, "/usr/bin/python3.10", True),
        ({"pyproject.toml": ranged(">=3.12")}, "/usr/bin/python3.14", True),
    ],
)
def test_only_a_python_that_is_asked_for_makes_a_kernel_of_its_own(
    tmp_path: Path, files: dict[str, str], interpreter: str, own: bool
) -> None:
    plan = plan_of(tmp_path, files)
    assert (plan.refusal, plan.interpreter, plan.own_kernel) == (None, interpreter, own)


def test_all_files_that_count_are_listed(tmp_path: Path) -> None:
    files = dict.fromkeys(["apt.txt", "postBuild", "requirements3.txt", "requirements.txt", "start", "install.R"], "")
    plan = plan_of(tmp_path, {f"binder/{name}": text for name, text in files.items()} | {"pyproject.toml": PACKAGE})
    assert plan.files == [
        f"binder/{name}" for name in ("requirements.txt", "requirements3.txt", "apt.txt", "postBuild", "start")
    ]
    assert not plan.package


def test_conda_packages_are_taken_where_there_is_conda(tmp_path: Path) -> None:
    machine = WrittenMachine(conda_program="/usr/bin/micromamba")
    plan = plan_of(tmp_path, {"environment.yml": conda("numpy")}, machine)
    assert (plan.refusal, plan.conda.packages, plan.own_kernel) == (None, ["numpy"], True)


def test_r_and_julia_are_taken_where_they_are(tmp_path: Path) -> None:
    r = WrittenMachine(r_packages={"IRkernel", "remotes"})
    assert plan_of(tmp_path / "r", {"DESCRIPTION": "", "install.R": ""}, r).refusal is None
    assert refusal_of(plan_of(tmp_path / "r", {}, WrittenMachine(r_packages=set())))[0] == "r.package"
    julia = WrittenMachine(julia_version="1.10.4")
    assert plan_of(tmp_path / "j", {"Project.toml": '[compat]\njulia = "1.6"\n'}, julia).refusal is None
    newer = plan_of(tmp_path / "n", {"Project.toml": '[compat]\njulia = "1.11"\n'}, julia)
    assert refusal_of(newer)[0] == "julia.version"


@pytest.mark.parametrize(
    ("compat", "version", "answer"),
    [
        ("1", "1.10.4", True),
        ("1.6", "1.10.4", True),
        ("1.11", "1.10.4", False),
        ("0.6", "0.7.0", False),
        ("~1.6", "1.7.0", False),
        ("~1", "1.7.0", True),
        ("=1.10.4", "1.10.4", True),
        ("0.7, 1", "1.10.4", True),
        ("< 1.5", "1.10.4", False),
        (">= 1.5", "1.10.4", True),
        ("nonsense", "1.10.4", False),
    ],
)
def test_julia_versions_are_compared_as_its_package_manager_does(compat: str, version: str, answer: bool) -> None:
    assert allows(compat, version) is answer


def test_links_are_followed_inside_and_refused_outside(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("python-3.12")
    repository = write(tmp_path / "repository", {"files/wanted.txt": "six\n", "notes.md": ""})
    (repository / "requirements.txt").symlink_to("files/../files/wanted.txt")
    assert plan_of(repository, {}).pack == "python"
    for place in (str(outside), "../secret.txt", "files/../../secret.txt"):
        (repository / "runtime.txt").unlink(missing_ok=True)
        (repository / "runtime.txt").symlink_to(place)
        assert refusal_of(plan_of(repository, {})) == ("file.outside", "runtime.txt")


def test_a_folder_that_is_a_link_outside_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "other", {"requirements.txt": ""})
    repository = write(tmp_path / "repository", {"a": ""})
    (repository / "binder").symlink_to("../other")
    assert refusal_of(plan_of(repository, {})) == ("file.outside", "binder")


def test_links_in_a_ring_end(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").symlink_to("requirements.txt")
    assert refusal_of(plan_of(tmp_path, {})) == ("file.outside", "requirements.txt")


def test_a_link_to_nothing_counts_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").symlink_to("gone.txt")
    assert plan_of(tmp_path, {}).pack == "plain"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    kinds = {
        "latin": lambda path: path.write_bytes("größer".encode("latin-1")),
        "utf16": lambda path: path.write_text("six\n", encoding="utf-16"),
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "huge": lambda path: os.truncate(path, 100_000_000) if path.touch() is None else None,
    }
    wanted = {
        "latin": "file.encoding",
        "utf16": "file.encoding",
        "pipe": "file.kind",
        "folder": "file.kind",
        "huge": "file.large",
    }
    assert LIMIT < 100_000_000
    for kind, make in kinds.items():
        (tmp_path / kind).mkdir()
        make(tmp_path / kind / "requirements.txt")
        assert refusal_of(plan_of(tmp_path / kind, {})) == (wanted[kind], "requirements.txt")


def test_the_program_prints_json_and_tells_by_its_code(tmp_path: Path) -> None:
    def ran(*arguments: str) -> tuple[int, dict[str, object]]:
        command = [sys.executable, "-m", "carrel_builder", "plan", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=BUILDER)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout or "null")

    code, plan = ran(str(write(tmp_path / "good", {"requirements.txt": "six\n"})))
    assert (code, plan["pack"], plan["refusal"]) == (0, "python", None)
    code, plan = ran(str(write(tmp_path / "bad", {"Dockerfile": "FROM scratch"})))
    assert (code, plan["pack"], plan["refusal"]["code"]) == (3, "docker", "docker.container")
    code, plan = ran(str(tmp_path / "nowhere"))
    assert (code, plan["refusal"]["code"]) == (2, "usage.folder")
