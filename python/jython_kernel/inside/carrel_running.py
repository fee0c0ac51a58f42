"""Runs cells in one namespace, and stops them when asked to."""

import _ast
import linecache
import sys
import traceback
import types

import __builtin__
from java.lang import InterruptedException, Thread, ThreadDeath, Throwable, UnsupportedOperationException
from java.util.concurrent.locks import ReentrantLock
from org.python.core import Py

ONLY_TREE = 0x400
# Those of `from __future__ import ...`, which stay in force.
FUTURE = 0x3E000
# Code of ours, which is never stopped in its midst, and not shown in a traceback.
OUR_FOLDER = __file__.rpartition("/")[0] + "/"


def is_ours(frame):
    """Whether a frame runs code of this folder."""
    return frame.f_code.co_filename.startswith(OUR_FOLDER)


class Runner(object):
    """Runs cells. `exit` is Python's exit code, once a cell has ended it."""

    def __init__(self, send, output):
        self._send, self._output = send, output
        self.exit = None
        self._future = 0
        self._lock = ReentrantLock()
        self._thread, self._state = Thread.currentThread(), Py.getThreadState()
        self._is_running = self._is_stopping = False
        sys.settrace(self._stop)
        self._trace = self._state.tracefunc
        sys.settrace(None)
        main = types.ModuleType("__main__")
        main.__dict__["__builtins__"] = __builtin__
        sys.modules["__main__"] = main
        self.variables = main.__dict__

    # Running

    def run(self, number, code):
        """Runs a cell and tells how it ended."""
        name = "<cell %d>" % number
        lines = [line + "\n" for line in code.encode("utf-8").split("\n")]
        linecache.cache[name] = (len(code), None, lines, name)
        try:
            self._begin()
            try:
                value = self._value(name, code)
                if value is not None:
                    self.variables["_"] = value
                    shown = unicode_of(repr(value))
            finally:
                self._end()
        except SystemExit as error:
            self._leave(error)
        except:  # noqa: E722 (what Java throws is no Exception)
            told = self._told(*sys.exc_info())
            self._output.flush()
            self._send("error", *told)
        else:
            self._output.flush()
            if value is not None:
                self._send("result", shown)
            self._send("done")

    def guarded(self, function, *arguments):
        """What a function answers that looks at values of the user's; nothing if it fails or is stopped."""
        try:
            self._begin()
            try:
                return function(*arguments)
            finally:
                self._end()
        except:  # noqa: E722
            return []

    def _value(self, name, code):
        """Runs the code; the value of an expression that comes last and is to be shown."""
        flags = self._future
        tree = compile(code, name, "exec", flags | ONLY_TREE, 1)
        statements = list(tree.body)
        last = statements[-1] if statements else None
        is_shown = isinstance(last, _ast.Expr) and not code.rstrip().endswith(";")
        if is_shown:
            statements.pop()
        if statements:
            compiled = compile(_ast.Module(statements), name, "exec", flags, 1)
            self._future |= compiled.co_flags & FUTURE
            flags |= self._future
            eval(compiled, self.variables)
        if is_shown:
            return eval(compile(_ast.Expression(last.value), name, "eval", flags, 1), self.variables)
        return None

    def _leave(self, error):
        """Ends Python, as `sys.exit` asks for."""
        code = error.code
        self.exit = 0 if code is None else code if isinstance(code, int) else 1
        if code is not None and not isinstance(code, int):
            sys.stderr.write("%s\n" % (code,))
        self._output.flush()
        self._send("exit", unicode(self.exit))

    def _told(self, kind, value, trace):
        """An error's name, what it says, and the lines of its traceback: only those about code of the user's."""
        if isinstance(value, (InterruptedException, ThreadDeath)):
            kind, value = KeyboardInterrupt, KeyboardInterrupt()
        named, said = unicode_of(getattr(kind, "__name__", kind)), said_by(value)
        lines = []
        entries = [entry for entry in traceback.extract_tb(trace) if not entry[0].startswith(OUR_FOLDER)]
        if entries:
            lines = ["Traceback (most recent call last):\n"] + traceback.format_list(entries)
        if isinstance(value, SyntaxError):
            lines += traceback.format_exception_only(kind, value)
        elif isinstance(value, Throwable):
            lines.append(said)  # which begins with the whole name
        else:
            lines.append(named + (": " + said if said else ""))
        return [named, said] + [unicode_of(line).rstrip("\n") for line in lines]

    # Stopping

    def interrupt(self):
        """Stops what runs at its next line, or where it waits; asked again, in the midst of a line where Java still can."""
        self._lock.lock()
        try:
            if not self._is_running:
                return
            again, self._is_stopping = self._is_stopping, True
            frame = self._state.frame
            while frame is not None and not is_ours(frame):
                frame.f_trace = self._stop
                frame = frame.f_back
            self._state.tracefunc = self._trace
            self._thread.interrupt()
            if again:
                self._thread.stop()
        except UnsupportedOperationException:
            pass
        finally:
            self._lock.unlock()

    def _stop(self, frame, event, argument):
        """Called by Jython before each line once an interrupt was asked for."""
        if self._is_stopping and not is_ours(frame):
            self._is_stopping = False
            Thread.interrupted()
            raise KeyboardInterrupt
        return None

    def _begin(self):
        self._lock.lock()
        self._is_running, self._is_stopping = True, False
        self._lock.unlock()

    def _end(self):
        self._lock.lock()
        self._is_running = self._is_stopping = False
        self._state.tracefunc = None
        Thread.interrupted()
        self._lock.unlock()


def unicode_of(text):
    """Text that was made by code of the user's."""
    return text if isinstance(text, unicode) else str(text).decode("utf-8", "replace")


def said_by(error):
    """What an error says of itself; nothing if it can't."""
    for convert in (str, unicode):
        try:
            return unicode_of(convert(error))
        except Exception:
            continue
    return ""
