"""Carries an attack out where its wall isn't: outside of every sandbox, or against a stand-in without the wall."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, recv_fds, socket

from attack import Attack
from attack_bare import STRANGER, run_bare
from attack_judge import judge_descriptors, judge_log
from attack_outcome import Outcome
from attack_stage import Stage
from core_handler import core_handler


def carry_out_bare(stage: Stage, attack: Attack) -> Outcome:
    """What came of an attack by an ordinary user of the machine, without any wall."""
    programs = stage.built_programs()
    if "plain" in attack.walls:
        return carry_out_plain(stage, attack)
    if attack.program == "privileged":
        (programs / attack.program).chmod(0o4755)
    found = {
        "{processes}": [str(pid) for pid in stage.processes_of("alice")],
        "{first}": [str(stage.first_process_of("alice"))],
    }
    arguments = [one for word in attack.arguments for one in found.get(word, [word])]
    uid = stage.alice.uid if "users" in attack.walls else 0 if "root" in attack.walls else STRANGER
    ipc = stage.processes_of("alice")[0] if "ipc" in attack.walls else None
    if attack.program == "crash.py":
        with core_handler(stage.folder, attack.arguments[0]):
            return run_bare(programs, attack.program, *arguments)
    return run_bare(programs, attack.program, *arguments, uid=uid, ipc=ipc)


def carry_out_plain(stage: Stage, attack: Attack) -> Outcome:
    """The same against what stands where Carrel's own does, and doesn't hold the attack."""
    programs = stage.built_programs()
    match attack.program:
        case "own_descriptors.py":
            with (stage.state / "secrets/hub.key").open("rb") as key:
                return run_bare(programs, attack.program, descriptors=(key.fileno(),))
        case "send_descriptors.py":
            with keeping_descriptors(stage.folder / "keeper.sock") as kept:
                said = run_bare(programs, attack.program, str(stage.folder / "keeper.sock"))
                return judge_descriptors(len(kept), said)
        case "write_log.py":
            with (stage.folder / "plain.log").open("wb") as log:
                said = run_bare(programs, attack.program, *attack.arguments, descriptors=(log.fileno(),))
                return judge_log(os.fstat(log.fileno()).st_size, said)
    folder = stage.folder / "plain"
    folder.mkdir()
    folder.chmod(0o777)
    return run_bare(programs, attack.program, str(folder), *attack.arguments[1:])


@contextmanager
def keeping_descriptors(path: Path) -> Iterator[list[int]]:
    """A receiver that keeps every descriptor it is sent."""
    kept: list[int] = []
    with socket(AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o777)
        listener.listen()

        def receive() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    message, descriptors, _, _ = recv_fds(connection, 4096, 256)
                    if not message:
                        return
                    kept.extend(descriptors)
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=receive)
        thread.start()
        try:
            yield kept
        finally:
            # An empty message ends it.
            with socket(AF_UNIX) as last:
                last.connect(str(path))
            thread.join()
            for number in kept:
                os.close(number)
            path.unlink()
