"""What Jython runs: takes frames from one pipe, and answers on the other. `jython_kernel.frames` says what they look like."""

import sys

from carrel_names import Names
from carrel_running import Runner
from carrel_streams import Asking, Output
from java.io import (
    ByteArrayOutputStream,
    DataInputStream,
    DataOutputStream,
    FileInputStream,
    FileOutputStream,
    IOException,
)
from java.lang import Runtime, String, Thread
from java.util.concurrent import LinkedBlockingQueue
from java.util.concurrent.locks import ReentrantLock


class Pipes(object):
    """The two pipes to the kernel."""

    def __init__(self, to_read, to_write):
        self.source = DataInputStream(FileInputStream("/proc/self/fd/" + to_read))
        self.sink = FileOutputStream("/proc/self/fd/" + to_write)
        self.lock = ReentrantLock()

    def send(self, *texts):
        """Sends a frame, all at once."""
        memory = ByteArrayOutputStream()
        whole = DataOutputStream(memory)
        whole.writeInt(len(texts))
        for text in texts:
            data = String(text).getBytes("UTF-8")
            whole.writeInt(len(data))
            whole.write(data, 0, len(data))
        self.lock.lock()
        try:
            memory.writeTo(self.sink)
        finally:
            self.lock.unlock()

    def receive(self):
        """The next frame."""
        texts = []
        for _ in range(self.source.readInt()):
            data = self.source.readNBytes(self.source.readInt())
            texts.append(String(data, "UTF-8").toString())
        return texts


class Listener(Thread):
    """Takes frames as they come: an interrupt is carried out at once, all else in its order by the main thread."""

    def __init__(self, pipes, runner, asking):
        Thread.__init__(self, "carrel-listener")
        self.pipes, self.runner, self.asking = pipes, runner, asking
        self.tasks = LinkedBlockingQueue()
        self.setDaemon(True)

    def run(self):
        try:
            while True:
                frame = self.pipes.receive()
                if frame[0] == "interrupt":
                    self.runner.interrupt()
                elif frame[0] == "input":
                    self.asking.answers.put(frame)
                else:
                    self.tasks.put(frame)
        except IOException:
            pass  # the kernel is gone
        finally:
            Runtime.getRuntime().halt(0)


def main(to_read, to_write):
    """Answers until there is nobody to answer, or the code that is run ends Python; gives that exit code then."""
    pipes = Pipes(to_read, to_write)
    asking = Asking(pipes.send)
    output = Output(pipes.send, asking)
    output.install()
    runner = Runner(pipes.send, output)
    names = Names(runner.variables)
    listener = Listener(pipes, runner, asking)
    listener.start()
    pipes.send("ready", "%d.%d.%d" % sys.version_info[:3])
    answers = {"complete": names.complete, "inspect": names.inspect, "is-complete": names.completeness}
    while True:
        frame = listener.tasks.take()
        if frame[0] == "run":
            runner.run(int(frame[1]), frame[2])
        else:
            pipes.send("answer", *runner.guarded(answers[frame[0]], *frame[1:]))
        if runner.exit is not None:
            return runner.exit


if __name__ == "__main__":
    sys.path[0] = ""  # users' modules are looked for where they work, not here
    arguments, sys.argv = sys.argv[1:], [""]
    sys.exit(main(*arguments))
