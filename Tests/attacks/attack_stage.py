"""A real hub with a victim, alice, and an attacker, mallory, both at work, with some walls left out."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from attack_bait import Bait
from attack_configuration import configuration
from attack_knowledge import SEGMENT, knowledge
from attack_outcome import wait_until
from attack_person import HELPERS, Person
from carrel_hub import CarrelHub
from leftovers import sandboxed, unmount

PROGRAMS = Path(__file__).parent / "programs"


class Stage(CarrelHub):
    """The hub; `leave_out` names the walls that are switched off.

    Three are left out by the tests themselves: `files` by showing the hub's folder to all servers, `modes` by letting
    everybody read what is in the state directory, `quota` by having none.
    """

    def __init__(self, *leave_out: str) -> None:
        super().__init__()
        self.leave_out = leave_out
        self.word = f"secret-{os.getpid()}-{self.port}"
        # The configuration refuses to show the state directory: so under another name.
        self.shown = Path(tempfile.mkdtemp(prefix="carrel-shown-")) if "files" in leave_out else None
        if self.shown:
            subprocess.run(["mount", "--bind", self.folder, self.shown], check=True)
        self.configuration.write_text(configuration(self.state, self.port, leave_out, self.shown))
        self.bait = Bait(self.folder, self.word, "modes" in leave_out)
        self.inherited = (self.bait.descriptor,)

    def open(self) -> None:
        """Starts the hub and both people's servers."""
        self.start()
        homes = self.state / "homes"
        if self.shown and os.path.ismount(homes):
            subprocess.run(["mount", "--bind", homes, self.shown / "var/homes"], check=True)
        self.alice, self.mallory = (Person(self, name) for name in ("alice", "mallory"))
        with ThreadPoolExecutor() as together:
            list(together.map(Person.start, (self.alice, self.mallory)))
        for person in (self.alice, self.mallory):
            person.give(self.built_programs())
            person.python(HELPERS)
        # Made by root with the bit that lets others run it as root.
        helper = self.mallory.home / "programs/privileged"
        os.chown(helper, 0, 0)
        helper.chmod(0o4755)
        (self.alice.home / "secret.txt").write_text(self.word)
        os.chown(self.alice.home / "secret.txt", self.alice.uid, self.alice.uid)
        self.alice.begin("victim.py", self.word, str(SEGMENT), self.word)
        if "modes" in self.leave_out:
            subprocess.run(["find", self.state, "-xdev", "-exec", "chmod", "a+rwX", "{}", "+"], check=True)
        wait_until((self.alice.home / "victim.json").exists)
        known = json.dumps(knowledge(self))
        for folder in (self.mallory.home / "programs", self.alice.home / "programs", self.built_programs()):
            (folder / "target.json").write_text(known)
            (folder / "target.json").chmod(0o644)

    def built_programs(self) -> Path:
        """The programs, with those in C compiled."""
        folder = self.folder / "programs"
        if not folder.exists():
            shutil.copytree(PROGRAMS, folder, ignore=shutil.ignore_patterns("__pycache__"))
            for source in folder.glob("*.c"):
                subprocess.run(["cc", "-O1", "-Wall", "-o", source.with_suffix(""), source], check=True)
        return folder

    def processes_of(self, name: str) -> list[int]:
        """The processes in somebody's sandbox, by their numbers on the host."""
        mark = f"JUPYTERHUB_USER={name}\0".encode()
        return [pid for pid in sandboxed(self.folder) if mark in environment_of(pid)]

    def first_process_of(self, name: str) -> int:
        """The first process of somebody's sandbox, by its number on the host."""
        lines = (self.state / "run/servers" / name / "status").read_text().splitlines()
        return next(number for line in lines if (number := json.loads(line).get("child-pid")))

    def as_shown(self, path: Path) -> str:
        """Where the attacker would look for a path of the hub."""
        if self.shown and path.is_relative_to(self.folder):
            return str(self.shown / path.relative_to(self.folder))
        return str(path)

    @contextmanager
    def holding(self, program: str, *arguments: str) -> Iterator[None]:
        """Mallory holds all she can get of something meanwhile."""
        not_yet, keep = (self.mallory.home / "programs" / name for name in ("not-yet", "keep"))
        not_yet.touch()
        keep.touch()
        self.mallory.begin(program, *arguments)
        try:
            wait_until(lambda: not not_yet.exists(), within=180)
            yield
        finally:
            keep.unlink()
            self.mallory.finish()

    def check_others(self) -> None:
        """Hub, proxy and the victim's server still answer."""
        assert self.process and self.process.poll() is None, self.end_of_log()
        assert self.ask("GET", "/hub/api", timeout=180).status_code == 200
        assert self.alice.answers()

    def stop(self, within: float = 600) -> int:
        """Ends the hub; the homes' image, which outlives it, is unmounted."""
        code = super().stop(within)
        self.unmount_homes()
        self.was_started = code != 0 or bool(self.processes())
        return code

    def close(self) -> None:
        if self.shown:
            subprocess.run(["umount", "--lazy", "--recursive", self.shown], check=True)
            self.shown.rmdir()
        self.bait.remove()
        super().close()

    def end(self) -> None:
        try:
            super().end()
        finally:
            self.unmount_homes()

    def unmount_homes(self) -> None:
        for top in (self.shown, self.folder):
            if top:
                unmount(top / "var/homes")

    def sign_off(self) -> None:
        """Closes what the tests hold open of both servers."""
        for person in (self.alice, self.mallory):
            person.close_kernel()


def environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
