"""Builds that misbehave: each ends in words, within its limits, and leaves no process."""

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from workshop import Workshop, ended, git


def running(word: str) -> list[int]:
    """Processes with this word among their arguments."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        arguments = process.info["cmdline"] or []
        if word in arguments and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def wait_for(process: "subprocess.Popen[bytes]", word: bytes) -> bytes:
    """Reads what it prints until the word comes."""
    assert process.stdout is not None
    read = b""
    for line in process.stdout:
        read += line
        if word in line:
            return read
    raise AssertionError(read.decode())


def test_a_script_that_hangs_is_ended_at_the_deadline(workshop: Workshop) -> None:
    seconds = str(7_000_000 + os.getpid())
    script = f"#!/bin/sh\nsetsid sleep {seconds} &\n(sleep {seconds} &)\nsleep {seconds}\n"
    outcome = workshop.build({"postBuild": script}, "--deadline", "25")
    assert (outcome.code, outcome.last["code"]) == (1, "build.deadline"), outcome.text[-2000:]
    assert running(seconds) == []
    assert workshop.is_empty


def test_what_a_script_leaves_running_is_ended_with_it(workshop: Workshop) -> None:
    seconds = str(8_000_000 + os.getpid())
    outcome = workshop.build({"postBuild": f"#!/bin/sh\nsetsid sleep {seconds} &\nyes &\n"})
    assert outcome.code == 0, outcome.text[-2000:]
    assert running(seconds) == []


@pytest.mark.parametrize(
    "script",
    ["head -c 300000000 /dev/zero >big\n", "for i in 1 2 3 4 5 6 7 8 9; do head -c 40000000 /dev/zero >$i; done\n"],
)
def test_a_script_that_fills_the_disk_is_ended(workshop: Workshop, script: str) -> None:
    outcome = workshop.build({"postBuild": script}, "--disk-bytes", "250000000")
    assert (outcome.code, outcome.last["code"]) == (1, "build.disk"), outcome.text[-2000:]
    assert workshop.is_empty


def test_a_script_that_prints_a_hundred_megabytes_is_cut_short(workshop: Workshop) -> None:
    script = 'head -c 50000000 /dev/zero | tr "\\0" "x"\nyes "a line" | head -c 50000000\n'
    outcome = workshop.build({"postBuild": script}, "--output-bytes", "100000")
    assert (outcome.code, outcome.last["phase"]) == (0, "built"), outcome.text[-2000:]
    assert len(outcome.raw) < 110_000
    assert outcome.lines[-2]["message"] == "More than 100 kB was printed; the rest isn't shown.\n"


def test_being_cancelled_ends_everything(workshop: Workshop) -> None:
    seconds = str(9_000_000 + os.getpid())
    script = f"#!/bin/sh\ntrap '' TERM\nsetsid sleep {seconds} &\necho here\nsleep {seconds}\n"
    process = workshop.start(*workshop.repository({"postBuild": script}))
    wait_for(process, b"here")
    process.send_signal(signal.SIGTERM)
    outcome = ended(process)
    assert (outcome.code, outcome.last["code"]) == (1, "build.cancelled")
    assert running(seconds) == []
    assert not (workshop.target / "environment.whole").exists()


def test_a_build_that_was_killed_is_begun_anew(workshop: Workshop) -> None:
    seconds = str(6_000_000 + os.getpid())
    script = f"#!/bin/sh\nmkdir -p shut/in && touch shut/in/file && chmod 0 shut\necho here\nsleep {seconds}\n"
    where = workshop.repository({"postBuild": script})
    process = workshop.start(*where)
    wait_for(process, b"here")
    busy = workshop.build_at(*where)
    assert (busy.code, busy.last["code"]) == (1, "target.busy")
    assert (workshop.target / "bin/python").exists()
    process.kill()
    process.communicate()
    for left in running(seconds):
        os.kill(left, signal.SIGKILL)
    folder = Path(where[0].removeprefix("file://"))
    (folder / "postBuild").write_text("echo fine\n")
    git(folder, "commit", "--quiet", "--all", "--message", "mended")
    outcome = workshop.build_at(where[0], git(folder, "rev-parse", "HEAD"))
    assert outcome.code == 0, outcome.text[-2000:]
    assert "begins anew" in outcome.text
    assert not (workshop.target / "content/shut").exists()


def test_a_folder_of_something_else_is_not_touched(workshop: Workshop) -> None:
    workshop.target.mkdir()
    (workshop.target / "thesis.tex").write_text("years")
    outcome = workshop.build({"README.md": ""})
    assert (outcome.code, outcome.last["code"]) == (2, "usage.target")
    assert (workshop.target / "thesis.tex").read_text() == "years"


def test_nobody_reading_ends_it(workshop: Workshop) -> None:
    process = workshop.start(*workshop.repository({"postBuild": "while sleep 0.1; do echo line; done\n"}))
    assert process.stdout is not None
    wait_for(process, b"line")
    process.stdout.close()
    assert process.wait() == 1
