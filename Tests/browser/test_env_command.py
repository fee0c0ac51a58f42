"""`carrel env …` at the terminal, with the real environment and with kernels that can't start."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from carrel_hub import ENVIRONMENT, PROGRAM, CarrelHub

BASH = {"argv": ["python", "-m", "bash_kernel", "-f", "{connection_file}"], "display_name": "Bash", "language": "bash"}
LACKING = {"needs": ["no-such-program"], "package": "a-package"}


@pytest.fixture
def idle_hub() -> Iterator[CarrelHub]:
    """A hub that isn't started."""
    hub = CarrelHub()
    yield hub
    hub.close()


@pytest.fixture
def with_kernels(idle_hub: CarrelHub) -> Callable[[dict[str, Any]], CarrelHub]:
    """Gives the hub an environment that is the real one, but for its kernels."""

    def make(kernels: dict[str, Any]) -> CarrelHub:
        folder = idle_hub.folder / "environment"
        for name, spec in kernels.items():
            place = folder / "share/jupyter/kernels" / name
            place.mkdir(parents=True)
            (place / "kernel.json").write_text(json.dumps(spec))
        python = folder / "bin/python"
        python.parent.mkdir()
        share = folder / "share/jupyter"
        python.write_text(f'#!/bin/sh\nJUPYTER_PATH={share} exec {ENVIRONMENT.absolute()}/bin/python "$@"\n')
        python.chmod(0o755)
        idle_hub.configuration.write_text(f"environments:\n  small:\n    path: {folder}\n")
        return idle_hub

    return make


def env(hub: CarrelHub, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs `carrel env …`, whatever comes of it."""
    command = [PROGRAM, "env", *words, "--config", hub.configuration]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300, cwd=hub.folder)


def test_the_six_kernels_are_listed(idle_hub: CarrelHub) -> None:
    listed = env(idle_hub, "list").stdout.splitlines()[1].split()
    assert listed == ["default", "built", "6", str(ENVIRONMENT.absolute())]
    shown = env(idle_hub, "show").stdout
    assert all(f"\n{name} " in shown for name in ("bash", "ir", "octave", "python2", "python3", "sos"))
    assert "left out" not in shown


def test_a_kernel_that_works_is_told_with_its_answer(with_kernels: Callable[..., CarrelHub]) -> None:
    ran = env(with_kernels({"bash": BASH}), "check", "small")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    word, title, *_, answer = ran.stdout.split()
    assert (word, title, answer) == ("works", "Bash", "2")


def test_kernels_that_cannot_start_are_told_and_nothing_is_left_of_them(with_kernels: Callable[..., CarrelHub]) -> None:
    hub = with_kernels(
        {
            "ending": {"argv": ["false"], "display_name": "Ending", "language": "x"},
            "lacking": BASH | {"display_name": "Lacking", "metadata": {"carrel": LACKING}},
            "silent": {"argv": ["sleep", "987654"], "display_name": "Silent", "language": "x"},
        }
    )
    ran = env(hub, "check", "--deadline", "20")
    assert ran.returncode == 1
    ending, lacking, silent = ran.stdout.splitlines()
    assert ending.startswith("fails    Ending")
    assert "died" in ending
    assert lacking.split(maxsplit=2)[2] == "no-such-program isn't there; the Debian package a-package brings it"
    assert silent.endswith("no answer within 20 s")
    left = [one for one in psutil.process_iter(["cmdline"]) if "987654" in (one.info["cmdline"] or [])]
    assert not left
    shown = env(hub, "show").stdout
    assert "left out: no-such-program is missing  apt-get install a-package" in shown
    assert "Lacking isn't offered, because no-such-program isn't there." in doctor(hub)


def doctor(hub: CarrelHub) -> str:
    command = [PROGRAM, "doctor", "--config", hub.configuration]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd=hub.folder).stdout


def test_an_environment_that_is_not_there_is_said_to_be(idle_hub: CarrelHub) -> None:
    ran = env(idle_hub, "check", "other")
    assert (ran.returncode, ran.stderr) == (
        1,
        "carrel: There is no environment other.\nThese are configured: default.\n",
    )
    idle_hub.configuration.write_text(f"environments:\n  empty:\n    path: {Path('/nowhere')}\n")
    ran = env(idle_hub, "check")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "has no kernels in /nowhere" in ran.stderr
