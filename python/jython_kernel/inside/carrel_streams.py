"""What stands in place of `sys.stdout`, `sys.stderr`, `sys.stdin` and `raw_input`."""

import codecs
import os
import sys
import types

import __builtin__
from java.lang import Thread
from java.util.concurrent import LinkedBlockingQueue, TimeUnit
from java.util.concurrent.locks import ReentrantLock

# So much output is sent at once, and so long a piece waits for more of it.
LARGEST = 1 << 14
PAUSE = 50


class Stream(object):
    """A file that is open for writing, and ends in the front-end. Bytes are taken for UTF-8, as in a terminal."""

    encoding, errors, mode, closed, newlines, softspace = "UTF-8", "replace", "w", False, None, 0

    def __init__(self, output, kind):
        self._output, self._kind = output, kind
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.name = "<%s>" % kind

    def write(self, text):
        if isinstance(text, unicode):
            self._output.add(self._kind, text)
        elif isinstance(text, (str, bytearray, buffer)):
            self._output.add(self._kind, self._decoder.decode(bytes(text)))
        else:
            raise TypeError("expected a character buffer object")

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self._output.flush()

    def isatty(self):
        return False

    def close(self):
        self.flush()


class Output(Thread):
    """Collects what is written, and sends it: at once if it is much, else after a moment in which more may come."""

    def __init__(self, send, asking):
        Thread.__init__(self, "carrel-output")
        self._send, self._asking = send, asking
        self._lock = ReentrantLock()
        self._something = self._lock.newCondition()
        self._kind, self._pieces, self._length = "", [], 0
        self.setDaemon(True)

    def install(self):
        """Takes the place of the system's streams."""
        sys.stdout, sys.stderr, sys.stdin = Stream(self, "stdout"), Stream(self, "stderr"), self._asking
        sys.__stdout__, sys.__stderr__, sys.__stdin__ = sys.stdout, sys.stderr, sys.stdin
        self._asking.flush = self.flush
        sys.modules["getpass"] = self._asking.module()
        __builtin__.raw_input = self._asking.raw_input
        __builtin__.input = self._asking.input
        self.start()

    def add(self, kind, text):
        """Takes a piece of output."""
        self._lock.lock()
        try:
            if kind != self._kind:
                self.flush()
                self._kind = kind
            self._pieces.append(text)
            self._length += len(text)
            if self._length > LARGEST:
                self.flush()
            else:
                self._something.signal()
        finally:
            self._lock.unlock()

    def flush(self):
        """Sends what was written so far."""
        self._lock.lock()
        try:
            pieces, self._pieces, self._length = self._pieces, [], 0
            if pieces:
                self._send(self._kind, "".join(pieces))
        finally:
            self._lock.unlock()

    def run(self):
        while True:
            self._lock.lock()
            try:
                while not self._pieces:
                    getattr(self._something, "await")()  # a keyword of Python 3
            finally:
                self._lock.unlock()
            TimeUnit.MILLISECONDS.sleep(PAUSE)
            self.flush()


class Asking(object):
    """`sys.stdin`, and the functions that ask the person at the front-end."""

    encoding, mode, closed, name = "UTF-8", "r", False, "<stdin>"

    def __init__(self, send):
        self._send = send
        self.answers = LinkedBlockingQueue()
        self.flush = None

    def ask(self, prompt, kind="plain"):
        """What the person types; `kind` is `hidden` for what nobody should read over a shoulder."""
        text = prompt if isinstance(prompt, unicode) else str(prompt).decode("utf-8", "replace")
        self.flush()
        self._send("input", text, kind)
        answer = self.answers.take()
        if answer[1] == "interrupted":
            raise KeyboardInterrupt
        if answer[1] == "unsupported":
            raise EOFError("this cell can't ask for input here")
        if answer[1] == "end":
            raise EOFError
        return answer[2].encode("utf-8")

    def raw_input(self, prompt=""):
        """raw_input([prompt]) -> string"""
        return self.ask(prompt)

    def input(self, prompt=""):
        """input([prompt]) -> value: eval(raw_input(prompt))"""
        frame = sys._getframe(1)
        return eval(self.ask(prompt), frame.f_globals, frame.f_locals)

    def getpass(self, prompt="Password: ", stream=None):
        """Prompt for a password, with nothing shown of it."""
        return self.ask(prompt, "hidden")

    def module(self):
        """What `import getpass` gives: the library's own would wait for a terminal."""
        made = types.ModuleType("getpass", "Ask for a password, with nothing shown of it.")
        made.getpass = self.getpass
        made.getuser = lambda: os.environ.get("USER", "")
        made.GetPassWarning = UserWarning
        return made

    def readline(self, size=-1):
        return self.ask("") + "\n"

    def read(self, size=-1):
        return self.readline()

    def __iter__(self):
        return iter(self.readline, "")

    def isatty(self):
        return False
