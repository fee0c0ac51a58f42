"""What Jupyter speaks with."""

import queue
import signal
from types import FrameType
from typing import Any

from ipykernel.kernelbase import Kernel

from jython_kernel import __version__
from jython_kernel.frames import Frame
from jython_kernel.process import ENDED, Jython, NotInstalled

Content = dict[str, Any]
# Seconds for what is looked up while somebody types.
LOOK = 5.0
GONE = "What it had kept is gone; the next cell starts a new one."


class Gone(Exception):
    """Jython has ended; says how."""


class JythonKernel(Kernel):
    """Runs cells in a Jython of its own, which is started with the kernel and whenever it has ended."""

    implementation = "jython_kernel"
    implementation_version = __version__
    banner = "Python 2, by Jython"
    language_info = {  # noqa: RUF012 (as the base class has it)
        "name": "python",
        "version": "2.7.3",
        "mimetype": "text/x-python",
        "codemirror_mode": {"name": "python", "version": 2},
        "pygments_lexer": "python2",
        "nbconvert_exporter": "python",
        "file_extension": ".py",
    }

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._jython: Jython | None = None
        self._frames: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._parent_of_output: Content = {}
        self._exit: int | None = None

    def start(self) -> None:
        """Begins to listen; Jython starts meanwhile."""
        super().start()
        try:
            self._start_jython()
        except (NotInstalled, OSError):
            self._jython = None  # said by the first cell

    # What Jupyter asks for

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: Content | None = None,
        allow_stdin: bool = False,
        **others: Any,
    ) -> Content:
        """Runs a cell to its end."""
        self._parent_of_output = self.get_parent("shell")
        self._allow_stdin = allow_stdin  # asked for by the base class
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            self._ready().send("run", str(self.execution_count), code)
            return self._follow(silent, allow_stdin)
        except (Gone, NotInstalled, OSError) as error:
            return self._failed("JythonEnded" if isinstance(error, Gone) else "NotInstalled", str(error), [str(error)])
        finally:
            signal.signal(signal.SIGINT, before)

    async def do_complete(self, code: str, cursor_pos: int) -> Content:
        """Names that go on with what stands before the cursor."""
        length, *matches = self._look("complete", code[:cursor_pos]) or ["0"]
        return {
            "status": "ok",
            "matches": matches,
            "cursor_start": cursor_pos - int(length),
            "cursor_end": cursor_pos,
            "metadata": {},
        }

    async def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Content:
        """What is known about the name at the cursor."""
        found = self._look("inspect", code, str(cursor_pos))
        return {"status": "ok", "found": bool(found), "data": {"text/plain": "".join(found)}, "metadata": {}}

    async def do_is_complete(self, code: str) -> Content:
        """Whether code can be run as it is."""
        status = (self._look("is-complete", code) or ["unknown"])[0]
        return {"status": status, **({"indent": "    "} if status == "incomplete" else {})}

    async def do_shutdown(self, restart: bool) -> Content:
        """Ends Jython."""
        if self._jython is not None:
            self._jython.kill()
            self._jython = None
        return {"status": "ok", "restart": restart}

    # Jython

    def _start_jython(self) -> Jython:
        self._frames = frames = queue.SimpleQueue()
        self._exit = None
        self._jython = Jython(lambda frame: self._take(frame, frames))
        return self._jython

    def _ready(self) -> Jython:
        """A Jython that listens."""
        if self._jython is not None:
            frames = []
            while not self._frames.empty():
                frames.append(self._frames.get())
            if any(frame[0] == ENDED for frame in frames):
                self._jython = None
                self._publish("stderr", "Jython had ended meanwhile and was started again; what it had kept is gone.\n")
        return self._jython or self._start_jython()

    def _take(self, frame: Frame, frames: "queue.SimpleQueue[Frame]") -> None:
        """Called by another thread: output is shown at once, all else waits for the cell."""
        if frame[0] in {"stdout", "stderr"}:
            self._publish(*frame)
        else:
            frames.put(frame)

    def _publish(self, name: str, text: str) -> None:
        """Shows output, of the cell that runs or ran last."""
        content = {"name": name, "text": text}
        self.session.send(
            self.iopub_socket, "stream", content, parent=self._parent_of_output, ident=self._topic("stream")
        )

    def _interrupt(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Asks Jython to stop what it runs. In place of KeyboardInterrupt, with which a frame could get lost."""
        if self._jython is not None:
            self._jython.send("interrupt")

    def _follow(self, silent: bool, allow_stdin: bool) -> Content:
        """Waits for the end of a cell, and gives the reply about it."""
        while True:
            kind, *texts = self._frames.get()
            if kind == "result" and not silent:
                content = {"execution_count": self.execution_count, "data": {"text/plain": texts[0]}, "metadata": {}}
                self.send_response(self.iopub_socket, "execute_result", content)
            elif kind == "input":
                self._answer(texts[0], texts[1] == "hidden", allow_stdin)
            elif kind == "done":
                return self._reply()
            elif kind == "error":
                return self._failed(texts[0], texts[1], texts[2:])
            elif kind == "exit":
                self._exit = int(texts[0])
            elif kind == ENDED:
                self._jython = None
                return self._after_end(int(texts[0]))

    def _after_end(self, code: int) -> Content:
        """What is told once Jython has ended."""
        if self._exit is not None:
            word = f"Python 2 ended with exit code {code}, as the code asked for."
            if code == 0:
                self._publish("stderr", f"{word} {GONE}\n")
                return self._reply()
            return self._failed("SystemExit", str(code), [f"{word} {GONE}"])
        how = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
        why = " Perhaps memory ran out." if code == -signal.SIGKILL else ""
        raise Gone(f"Python 2 (Jython) was ended {how}.{why} {GONE}")

    def _answer(self, prompt: str, is_hidden: bool, allow_stdin: bool) -> None:
        """Asks the person for input, and passes it on."""
        assert self._jython is not None
        if not allow_stdin:
            self._jython.send("input", "unsupported")
            return
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            text = self.getpass(prompt) if is_hidden else self.raw_input(prompt)
            self._jython.send("input", "text", text)
        except KeyboardInterrupt:
            self._jython.send("input", "interrupted")
        except EOFError:
            self._jython.send("input", "end")
        finally:
            signal.signal(signal.SIGINT, before)

    def _look(self, *question: str) -> list[str]:
        """Asks Jython about names; nothing if it doesn't know, or not soon."""
        if self._jython is None:
            return []
        self._jython.send(*question)
        try:
            while True:
                kind, *texts = self._frames.get(timeout=LOOK)
                if kind == "answer":
                    return texts
                if kind == ENDED:
                    self._jython = None
                    return []
        except queue.Empty:
            # The answer mustn't be taken for that to a later question.
            self._interrupt()
            return []

    # Replies

    def _reply(self) -> Content:
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }

    def _failed(self, name: str, value: str, trace: list[str]) -> Content:
        """Shows an error, and gives the reply for it."""
        error = {"ename": name, "evalue": value, "traceback": trace}
        self.send_response(self.iopub_socket, "error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}
