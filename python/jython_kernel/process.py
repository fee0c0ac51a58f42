"""One Jython: starting it, talking with it, ending it."""

import codecs
import os
import selectors
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from jython_kernel.frames import Decoder, Frame, encode, joined

# What is put in the queue last, with the exit code: minus the signal if there was one.
ENDED = "ended"
INSIDE = Path(__file__).parent / "inside"
JAR = Path("/usr/share/java/jython.jar")
PIECE = 1 << 16


class NotInstalled(Exception):
    """There is no Jython on this machine."""


def command(environment: dict[str, str]) -> list[str]:
    """How Jython is started: what it needs of Java, and no more memory than half of what the server may use.

    The simple compiler starts sooner, and takes much less memory than both.
    """
    java = shutil.which("java", path=environment.get("PATH"))
    if java is None or not JAR.exists():
        raise NotInstalled("Jython isn't installed here. The Debian package `jython` brings it.")
    limit = environment.get("MEM_LIMIT", "")
    heap = [f"-Xmx{int(limit) // 2}"] if limit.isdigit() and int(limit) > 0 else []
    opened = [
        f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.io", "sun.nio.ch", "java.nio", "java.lang")
    ]
    return [
        java,
        *heap,
        "-Xss4m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-XX:CompressedClassSpaceSize=128m",
        *opened,
        "-Dfile.encoding=UTF-8",
        "-Dpython.home=/usr/share/jython",
        "-Dpython.executable=/usr/bin/jython",
        # Otherwise a list of all Java packages is written into the home at the first start.
        "-Dpython.cachedir.skip=true",
        "-cp",
        str(JAR),
        "org.python.util.jython",
        "-B",
        str(INSIDE / "driver.py"),
    ]


class Jython:
    """A running Jython.

    `on_frame` is called with each frame and each piece of output, in their order, by a thread of this object's own; its
    last call is with `ENDED`.
    """

    def __init__(self, on_frame: Callable[[Frame], None]) -> None:
        self._on_frame = on_frame
        self._writing = threading.Lock()
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command(dict(os.environ)), str(to_read), str(to_write)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(to_read, to_write),
                start_new_session=True,  # an interrupt is for the kernel, which passes it on
            )
        except BaseException:
            os.close(self._to)
            os.close(self._from)
            raise
        finally:
            os.close(to_read)
            os.close(to_write)
        self._reader = threading.Thread(target=self._read, name="from Jython", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def send(self, *texts: str) -> None:
        """Sends a frame; to one that has ended, nothing is sent, and the queue says that it has."""
        data = encode(list(texts))
        with self._writing:
            try:
                while data:
                    data = data[os.write(self._to, data) :]
            except OSError:
                return

    def kill(self) -> None:
        """Ends it at once, with all that it has started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._reader.join(10)

    def _read(self) -> None:
        """Passes on what comes, until it ends. What was printed before a frame was sent goes before that frame."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        raw = {"stdout": self._process.stdout.fileno(), "stderr": self._process.stderr.fileno()}
        texts = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in raw}
        for file in raw.values():
            os.set_blocking(file, False)
        decoder = Decoder()
        with selectors.DefaultSelector() as selector:
            for file in (self._from, *raw.values()):
                selector.register(file, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                data = os.read(self._from, PIECE) if self._from in ready else None
                for name, file in raw.items():
                    self._pass_on(selector, name, file, texts[name])
                if data == b"":
                    break
                for frame in joined(decoder.feed(data or b"")):
                    self._on_frame(frame)
        code = self._process.wait()
        self._close()
        self._on_frame([ENDED, str(code)])

    def _pass_on(self, selector: selectors.BaseSelector, name: str, file: int, text: codecs.IncrementalDecoder) -> None:
        """Passes on all that waits in a pipe of the process."""
        while file in selector.get_map():
            try:
                piece = os.read(file, PIECE)
            except BlockingIOError:
                return
            if not piece:
                selector.unregister(file)
            elif decoded := text.decode(piece):
                self._on_frame([name, decoded])

    def _close(self) -> None:
        with self._writing:
            for file in (self._to, self._from):
                os.close(file)
            self._to = -1
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
