"""The kernel for Python 2, with the real Jython."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from real_kernel import RealKernel, output_of_last, running


@pytest.fixture(scope="module")
def kernel(environment: Path) -> Iterator[RealKernel]:
    """One kernel for the tests that leave it running."""
    with running(environment, "python2") as one:
        yield one


def jython(kernel: RealKernel) -> psutil.Process:
    """The Java that a kernel has started."""
    assert kernel.manager.provisioner is not None
    (found,) = psutil.Process(kernel.manager.provisioner.pid).children()
    return found


def test_it_is_python_2(kernel: RealKernel) -> None:
    assert kernel.run("print 1/2").stdout == "0\n"
    assert kernel.run("7/2").result == "3"
    assert kernel.run("import sys\nsys.version_info[:2]").result == "(2, 7)"


def test_what_a_cell_makes_is_there_in_the_next(kernel: RealKernel) -> None:
    assert kernel.run("x = 20\ndef double(n):\n    return 2 * n").result is None
    assert kernel.run("double(x) + 2").result == "42"
    assert kernel.run("_ + 1").result == "43"
    assert kernel.run("import __main__\n__main__.x").result == "20"
    assert kernel.run("x;").result is None


def test_a_future_stays_imported(environment: Path) -> None:
    with running(environment, "python2") as own:
        own.run("from __future__ import division")
        assert own.run("1/2").result == "0.5"


def test_characters_go_both_ways(kernel: RealKernel) -> None:
    assert kernel.run("print u'ü🙂', 'ü', len(u'ü'), len('ü')").stdout == "ü🙂 ü 1 2\n"
    assert kernel.run("u'ü'").result == r"u'\xfc'"
    assert kernel.run("import sys\nsys.stdout.write('\\xc3'); sys.stdout.write('\\xbc\\n')").stdout == "ü\n"
    assert kernel.run("raise ValueError(u'größer')").traceback[-1] == "ValueError: größer"
    assert kernel.run("print '\\xff'").stdout == "\N{REPLACEMENT CHARACTER}\n"


def test_output_comes_while_the_cell_runs(kernel: RealKernel) -> None:
    came: list[str] = []
    go_on = Path(f"/tmp/carrel-test-{os.getpid()}")
    code = f"import os, time\nprint 'first'\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)\nprint 'second'"

    def look(message: dict) -> None:
        if message["msg_type"] == "stream":
            came.append(message["content"]["text"])
            go_on.touch()  # only now can the cell end

    try:
        assert kernel.run(code, look).stdout == "first\nsecond\n"
    finally:
        go_on.unlink(missing_ok=True)
    assert came[0] == "first\n"


def test_both_streams_and_those_of_java_and_of_programs_are_shown(kernel: RealKernel) -> None:
    code = """
import os, sys
from java.lang import System
print >> sys.stderr, 'error of Python'
System.out.println('output of Java')
os.system('echo output of a program; echo error of a program >&2')
"""
    outcome = kernel.run(code)
    assert outcome.stdout == "output of Java\noutput of a program\n"
    # They come by two ways: nothing says which is first.
    assert sorted(outcome.stderr.splitlines()) == ["error of Python", "error of a program"]


def test_much_output_comes_whole_and_in_order(kernel: RealKernel) -> None:
    outcome = kernel.run("for n in xrange(50000): print n")
    assert outcome.stdout == "".join(f"{n}\n" for n in range(50_000))


def test_output_of_a_thread_comes_after_its_cell(kernel: RealKernel) -> None:
    go_on = Path(f"/tmp/carrel-test-{os.getpid()}")
    code = f"""
import os, sys, threading, time
def speak():
    while not os.path.exists({str(go_on)!r}): time.sleep(0.01)
    sys.stdout.write('late\\n')
threading.Thread(target=speak).start()
"""
    try:
        assert kernel.run(code).stdout == ""
        go_on.touch()
        assert output_of_last(kernel, "late") == "late\n"
    finally:
        go_on.unlink(missing_ok=True)


def test_a_traceback_shows_the_persons_own_code_only(kernel: RealKernel) -> None:
    outcome = kernel.run("def f(a):\n    return 1 / a\nf(0)")
    assert outcome.status == "error"
    assert outcome.error == "ZeroDivisionError: integer division or modulo by zero"
    first, *frames, last = outcome.traceback
    assert (first, last) == ("Traceback (most recent call last):", outcome.error)
    assert [frame.splitlines()[1].strip() for frame in frames] == ["f(0)", "return 1 / a"]
    assert all(", line" in frame and "<cell " in frame for frame in frames)
    assert kernel.run("x = = 2").traceback[1:3] == ["    x = = 2", "       ^"]
    java = kernel.run("from java.util import ArrayList\nArrayList().get(3)")
    assert java.traceback[-1] == "java.lang.IndexOutOfBoundsException: Index 3 out of bounds for length 0"


ENDLESS = {
    "a tight loop": "while True: pass",
    "sleep": "import time; time.sleep(1000)",
    "a wait for another thread": "import threading; threading.Event().wait()",
    "a program": "import subprocess; subprocess.call(['sleep', '1000'])",
    "a loop in a function": "def f(n):\n    while True: n += 1\nf(0)",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_interrupt_stops_the_code_and_keeps_the_state(kernel: RealKernel, code: str) -> None:
    kernel.run("kept = 'kept'")
    outcome = kernel.interrupted("print 'running'\n" + code)
    assert (outcome.status, outcome.traceback[-1]) == ("error", "KeyboardInterrupt")
    assert not any("carrel_" in line for line in outcome.traceback)
    assert kernel.run("kept").result == "'kept'"


def test_code_can_clean_up_when_it_is_interrupted(kernel: RealKernel) -> None:
    code = "import time\nprint 'running'\ntry:\n    while True: time.sleep(1)\nfinally:\n    print 'cleaned up'"
    assert kernel.interrupted(code).stdout == "running\ncleaned up\n"
    code = "print 'running'\ntry:\n    while True: pass\nexcept KeyboardInterrupt:\n    print 'caught'\n5"
    outcome = kernel.interrupted(code)
    assert (outcome.status, outcome.stdout, outcome.result) == ("ok", "running\ncaught\n", "5")


def test_an_interrupt_of_nothing_changes_nothing(kernel: RealKernel) -> None:
    kernel.manager.interrupt_kernel()
    assert kernel.run("1+1").result == "2"


def test_names_are_completed(kernel: RealKernel) -> None:
    kernel.run("import os\nnumber_one, number_two = 1, 2")
    reply = kernel.reply("complete", "print numb", 10)
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["number_one", "number_two"], 6, 10)
    assert kernel.reply("complete", "os.path.joi + 3", 11)["matches"] == ["join"]
    assert "raw_input" in kernel.reply("complete", "raw", 3)["matches"]
    assert kernel.reply("complete", "nothing.here", 12)["matches"] == []
    assert kernel.reply("complete", "", 0)["matches"] == []


def test_a_name_is_inspected(kernel: RealKernel) -> None:
    kernel.run("def area(width, height=1):\n    'How large it is.'")
    shown = kernel.reply("inspect", "area(3)", 2)["data"]["text/plain"]
    assert shown == "area(width, height=1)\nType: function\nHow large it is."
    assert kernel.reply("inspect", "unknown", 2)["found"] is False


def test_code_is_told_to_be_whole_or_not(kernel: RealKernel) -> None:
    said = {code: kernel.reply("is_complete", code)["status"] for code in ("1+1", "for n in x:", "x = = 1")}
    assert said == {"1+1": "complete", "for n in x:": "incomplete", "x = = 1": "invalid"}


def test_the_person_is_asked_for_input(kernel: RealKernel) -> None:
    outcome, asked = kernel.answering("name = raw_input('Name? ')\nprint name, len(name), input('Sum? ')", "Zoë", "1+1")
    assert outcome.stdout == "Zoë 4 2\n"
    assert [(one["prompt"], one["password"]) for one in asked] == [("Name? ", False), ("Sum? ", False)]
    outcome, asked = kernel.answering("import sys\nsys.stdin.readline()", "line")
    assert outcome.result == r"'line\n'"
    outcome, asked = kernel.answering("import getpass\nlen(getpass.getpass('Word: '))", "secret")
    assert (outcome.result, asked[0]["password"]) == ("6", True)


def test_where_nobody_can_be_asked_it_says_so(kernel: RealKernel) -> None:
    assert kernel.run("raw_input('Name? ')").error == "EOFError: this cell can't ask for input here"


def test_waiting_for_input_can_be_interrupted(kernel: RealKernel) -> None:
    def interrupt(message: dict) -> None:
        kernel.manager.interrupt_kernel()

    outcome = kernel.run("raw_input()", allow_stdin=True, stdin_hook=interrupt)
    assert outcome.traceback[-1] == "KeyboardInterrupt"
    assert kernel.run("1+1").result == "2"


def test_what_looks_like_a_frame_confuses_nobody(kernel: RealKernel) -> None:
    lookalike = r"'\x00\x00\x00\x01\x00\x00\x00\x04done'"
    code = f"import os\nprint {lookalike}\nos.system('printf ' + repr({lookalike}))\n'still here'"
    outcome = kernel.run(code)
    assert (outcome.status, outcome.result) == ("ok", "'still here'")
    assert "done" in outcome.stdout


def test_a_module_of_the_persons_own_is_found_and_ours_are_not_in_the_way(kernel: RealKernel) -> None:
    kernel.run("with open('mine.py', 'w') as file: file.write('answer = 42')")
    assert kernel.run("import mine, sys\nmine.answer, sys.argv, sys.path[0]").result == "(42, [''], '')"
    left = "[name for name in os.listdir('.') if not name.startswith('.')]"
    assert kernel.run("import os\n" + left).result == "['mine.py']"


def test_its_arguments_hold_no_secret_and_its_heap_half_of_the_memory(environment: Path) -> None:
    with running(environment, "python2", MEM_LIMIT="600000000", JUPYTERHUB_API_TOKEN="a-secret") as own:
        own.run("1")
        arguments = jython(own).cmdline()
        assert "-Xmx300000000" in arguments
        assert not any("a-secret" in argument for argument in arguments)
        kept = own.run("kept = []\nwhile True: kept.append('x' * 10000000)")
        assert "OutOfMemoryError" in kept.error or "MemoryError" in kept.error
        assert own.run("kept = None\n1+1").result == "2"


def test_leaving_python_ends_it_with_a_word_and_the_next_cell_starts_anew(environment: Path) -> None:
    with running(environment, "python2") as own:
        own.run("x = 1")
        left = own.run("import sys\nsys.exit()")
        assert left.status == "ok"
        assert "Python 2 ended with exit code 0, as the code asked for." in left.stderr
        assert own.run("x").error == "NameError: name 'x' is not defined"
        left = own.run("raise SystemExit('no more data')")
        assert left.stderr == "no more data\n"
        assert left.error == "SystemExit: 1"
        assert own.run("from java.lang import System\nSystem.exit(7)").traceback == [
            "Python 2 (Jython) was ended with exit code 7. What it had kept is gone; the next cell starts a new one."
        ]
        assert own.run("1+1").result == "2"


def test_one_that_is_killed_says_so_and_starts_anew(environment: Path) -> None:
    with running(environment, "python2") as own:
        own.run("x = 1")
        code = "import os\nprint 'running'\nwhile True: pass"

        def kill(message: dict) -> None:
            if message["msg_type"] == "stream" and "running" in message["content"]["text"]:
                os.kill(jython(own).pid, signal.SIGKILL)

        outcome = own.run(code, kill)
        assert outcome.status == "error"
        assert "was ended by SIGKILL. Perhaps memory ran out." in outcome.traceback[0]
        assert own.run("1+1").result == "2"
        meanwhile = jython(own)
        meanwhile.kill()
        psutil.wait_procs([meanwhile], timeout=30)
        outcome = own.run("2+2")
        assert (outcome.result, "started again" in outcome.stderr) == ("4", True)


def test_jython_goes_when_its_kernel_is_killed(environment: Path) -> None:
    with running(environment, "python2") as own:
        own.run("1")
        java = jython(own)
        assert own.manager.provisioner is not None
        begun = time.monotonic()
        os.kill(own.manager.provisioner.pid, signal.SIGKILL)
        gone, _ = psutil.wait_procs([java], timeout=60)
        assert gone, f"still there after {time.monotonic() - begun:.0f} s"
