"""`carrel env build` and `remove`, with wheels made here, and with servers that run."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import wheelhouse
from carrel_hub import ENVIRONMENT, PROGRAM, CarrelHub, command_line, variables
from person import Person

RECIPE = """\
environments:
  default:
    path: {environment}
  small:
    title: A small one
    packages: small.lock
    kernels: [kernels/odd]
    start: start
    debianPackages: [no-such-package]
"""


def link(source: str, target: str) -> None:
    """Gives a file a second name, or copies it to another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


class Operator:
    """A hub that isn't started, with a recipe beside its configuration."""

    def __init__(self) -> None:
        self.hub = CarrelHub()
        folder = self.hub.folder
        self.wheel = wheelhouse.write_plain(
            folder, "jupyterhub", "6.1.1", {"jupyterhub/__init__.py": "", "jupyterhub/singleuser.py": "main = print\n"}
        )
        (folder / "kernels/odd").mkdir(parents=True)
        (folder / "kernels/odd/kernel.json").write_text('{"argv": ["odd"], "display_name": "Odd"}')
        (folder / "start").write_text('#!/bin/sh\nexec "$@"\n')
        text = self.hub.configuration.read_text()
        self.hub.configuration.write_text(
            text[: text.index("environments:")] + RECIPE.format(environment=ENVIRONMENT.absolute())
        )
        self.write_lock()

    def write_lock(self, note: str = "", digest: str | None = None) -> None:
        digest = digest or hashlib.sha256(self.wheel.read_bytes()).hexdigest()
        (self.hub.folder / "small.lock").write_text(f"# {note}\njupyterhub==6.1.1 --hash=sha256:{digest}\n")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `carrel …`."""
        command = [PROGRAM, *words, "--config", self.hub.configuration]
        offline = os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.hub.folder)}
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.hub.folder, env=offline)

    @property
    def link(self) -> Path:
        return self.hub.state / "environments/small"


@pytest.fixture
def operator() -> Iterator[Operator]:
    """An operator with a recipe."""
    one = Operator()
    yield one
    one.hub.close()


def test_a_recipe_is_built_shown_changed_and_removed(operator: Operator) -> None:
    doctor = operator.run("doctor").stdout
    assert "The environment small isn't in" in doctor
    assert "Build it with `carrel env build small`." in doctor
    assert "apt-get install no-such-package" in doctor

    built = operator.run("env", "build", "small")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "these packages aren't on this machine: apt-get install no-such-package" in built.stdout
    version = operator.link.resolve()
    assert (version / "share/carrel/start").exists()
    assert re.search(r"small +built +6 ", operator.run("env", "list").stdout)
    assert "Odd" in operator.run("env", "show", "small").stdout
    assert "building" not in operator.run("env", "build", "small").stdout

    operator.write_lock(digest="0" * 64)
    failed = operator.run("env", "build", "small")
    assert failed.returncode == 1
    assert "A package isn't the one whose hash the lock file has" in failed.stdout
    assert operator.link.resolve() == version
    assert [path.name for path in operator.link.parent.glob("small-*")] == [version.name]

    operator.write_lock(note="changed")
    assert operator.run("env", "build", "small").returncode == 0
    assert operator.link.resolve() != version
    # A process that runs with the old version keeps it, however long ago that went out of use.
    mark = version / "environment.retired"
    os.utime(mark, (0, 0))
    server = [version / "bin/python", "-c", "input()"]
    with subprocess.Popen(server, stdin=subprocess.PIPE) as running:
        assert "removing" not in operator.run("env", "build", "small").stdout
        assert version.exists()
        refused = operator.run("env", "remove", "small")
        assert (refused.returncode, "Servers are running with" in refused.stderr) == (1, True)
        running.communicate(b"\n")
    assert f"removing {version.name}" in operator.run("env", "build", "small").stdout
    assert not version.exists()

    removed = operator.run("env", "remove", "small")
    assert (removed.returncode, removed.stdout) == (0, "Removed the environment small.\n")
    assert [path.name for path in operator.link.parent.iterdir()] == [".small.lock"]
    assert "isn't built" in operator.run("env", "remove", "small").stderr


def test_what_is_offered_or_usual_or_unknown_is_not_removed(operator: Operator) -> None:
    text = operator.hub.configuration.read_text()
    operator.hub.configuration.write_text(text + "instances:\n  course:\n    environments: [default, small]\n")
    refused = operator.run("env", "remove", "small")
    assert (refused.returncode, "offered by the instance course" in refused.stderr) == (1, True)
    usual = operator.run("env", "remove", "default")
    assert (usual.returncode, "Servers start with the environment default" in usual.stderr) == (1, True)
    assert ENVIRONMENT.exists()
    assert operator.run("env", "remove", "other").returncode == 1
    assert operator.run("env", "remove").returncode == 2


def test_a_build_that_is_killed_leaves_nothing_for_long(operator: Operator) -> None:
    command = [PROGRAM, "env", "build", "small", "--config", operator.hub.configuration]
    offline = os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(operator.hub.folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=offline) as building:
        assert building.stdout is not None
        assert any("installing" in line for line in building.stdout)
        # It has become the builder: nothing else of it is left behind.
        assert Path(psutil.Process(building.pid).exe()).name.startswith("python")
        building.kill()
    again = operator.run("env", "build", "small")
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(list(operator.link.parent.glob("small-*"))) == 1


def test_a_chosen_environment_is_started_and_its_version_kept_while_it_runs(
    operator: Operator, contexts: Callable[..., object]
) -> None:
    """The real environment under another name, with a start script that leaves a word."""
    hub = operator.hub
    version = hub.state / "environments/real-0123456789ab"
    version.parent.mkdir(parents=True)
    shutil.copytree(ENVIRONMENT.resolve(), version, symlinks=True, copy_function=link)
    script = version / "share/carrel/start"
    script.write_text('#!/bin/sh\nexport STARTED_BY=script\nexec "$@"\n')
    script.chmod(0o755)
    (version.parent / "real").symlink_to(version.name)
    text = hub.configuration.read_text()
    more = "  real:\n    title: The real one\n    description: With all kernels.\n"
    offered = "instances:\n  default:\n    environments: [default, small, real]\n"
    hub.configuration.write_text(text + more + offered)
    hub.start()
    page = contexts().new_page()  # type: ignore[attr-defined]
    nia = Person("nia", hub.add_user("nia"), page, hub.url)
    nia.sign_in()

    # What isn't built is refused in words.
    page.get_by_role("link", name=re.compile("^(Start|Try again)")).click()
    page.get_by_role("radio", name="A small one").check()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("The environment small isn't built on this hub.").wait_for()
    page.get_by_text("carrel env build small").wait_for()

    nia.go_home()
    page.get_by_role("link", name=re.compile("^(Start|Try again)")).click()
    page.get_by_role("radio", name="The real one With all kernels.").check()
    page.get_by_role("button", name="Start").click()
    nia.await_lab()
    running = [p for p in hub.processes() if str(version) in command_line(p)]
    assert running, "a server names the folder of its version"
    assert any(variables(p).get("STARTED_BY") == "script" for p in running)
    hub.configuration.write_text(text + more)
    refused = operator.run("env", "remove", "real")
    assert (refused.returncode, "Servers are running with" in refused.stderr) == (1, True), refused.stdout
    hub.configuration.write_text(text + more + offered)

    # The choice is remembered.
    nia.go_home()
    page.get_by_role("button", name=re.compile("^Stop")).click()
    page.get_by_role("link", name=re.compile("^(Start|Try again)")).click()
    assert page.get_by_role("radio", name="The real one With all kernels.").is_checked()
