"""What servers could leave on a machine, to be compared before and after."""

import os
import re
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path

import psutil


@dataclass
class Traces:
    """What was seen, kind by kind."""

    processes: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    mounts: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    sockets: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)

    def __sub__(self, other: "Traces") -> "Traces":
        return Traces(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    def shown(self) -> str:
        """All of it, for a message."""
        return "\n".join(f"{one.name}: {sorted(found)}" for one in fields(self) if (found := getattr(self, one.name)))


def traces(folder: Path) -> Traces:
    """What is there now of the hub in a folder; links and rules are those of this network namespace."""
    group = f"carrel-{mark(f'{folder}/var/run/servers')}"
    return Traces(
        processes(folder),
        {one for one, _, _ in os.walk("/sys/fs/cgroup") if f"/{group}" in one},
        {line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(folder) in line},
        {line.split()[0] for line in output("ip", "-brief", "link")},
        set(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else set(),
        {re.sub(r"packets \d+ bytes \d+", "", line).strip() for line in output("nft", "list", "ruleset")},
        {line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines() if str(folder) in line},
        {str(one) for one in (folder / "var/run/servers").glob("*")},
        # The kernel keeps one for as long as any mount namespace has it.
        {line for line in output("losetup", "--list", "--noheadings", "--output", "BACK-FILE") if str(folder) in line},
    )


def left(folder: Path, before: Traces, within: float = 60) -> Traces:
    """What stays and wasn't there before; the kernel takes some of it away by itself, in its own time."""
    deadline = time.monotonic() + within
    while (found := traces(folder) - before).shown() and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def mark(run_directory: str) -> str:
    """By what a hub's groups and links are told from another's (FNV-1a)."""
    value = 2166136261
    for byte in run_directory.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return f"{value & 0xFFFF:04x}"


def sandboxed(folder: Path) -> list[int]:
    """The processes that see a folder of a run of the hub in a folder."""
    found = []
    for pid in psutil.pids():
        with suppress(OSError):
            if f"{folder.name}/var/run/servers/" in Path(f"/proc/{pid}/mountinfo").read_text():
                found.append(pid)
    return found


def processes(folder: Path) -> set[str]:
    """Those in sandboxes, and those that write to a log in the folder.

    Carrel's own are told by what they do, so that a new hub is no other than the one before.
    """
    found = {f"{pid} in a sandbox" for pid in sandboxed(folder)}
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if os.readlink(f"/proc/{process.pid}/fd/1").startswith(f"{folder}/"):
                words = process.cmdline()
                found.add(words[1] if words[1:2] in (["serve"], ["proxy"]) else f"{process.pid} {words}")
    return found


def output(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def unmount(folder: Path) -> None:
    """Unmounts whatever is mounted on a folder."""
    while os.path.ismount(folder):
        subprocess.run(["umount", folder], check=True)
