"""What servers could leave on a machine, to be compared before and after."""

import os
import re
import subprocess
from dataclasses import dataclass, field, fields
from pathlib import Path

import psutil

FIRST_UID, LAST_UID = 200000, 299999


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

    def __sub__(self, other: "Traces") -> "Traces":
        return Traces(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    def shown(self) -> str:
        """All of it, for a message."""
        return "\n".join(f"{one.name}: {sorted(found)}" for one in fields(self) if (found := getattr(self, one.name)))


def traces(folder: Path | None = None) -> Traces:
    """What is there now; with a folder, of processes and sockets only what belongs to the hub in it."""
    return Traces(
        processes(folder),
        control_groups(),
        {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()},
        {line.split()[0] for line in output("ip", "-brief", "link")},
        set(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else set(),
        {re.sub(r"packets \d+ bytes \d+", "", line).strip() for line in output("nft", "list", "ruleset")},
        {line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines() if folder and str(folder) in line},
        {str(one) for one in (folder / "var/run/servers").glob("*")} if folder else set(),
    )


def processes(folder: Path | None) -> set[str]:
    """Processes under the uids of servers, and those that write to a log in the folder."""
    found = set()
    for process in psutil.process_iter(["pid", "uids", "name"]):
        uids = process.info["uids"]
        try:
            output = os.readlink(f"/proc/{process.pid}/fd/1")
        except OSError:
            output = ""
        if (uids and FIRST_UID <= uids.real <= LAST_UID) or (folder and output.startswith(f"{folder}/")):
            found.add(f"{process.pid} {process.info['name']}")
    return found


def control_groups() -> set[str]:
    return {folder for folder, _, _ in os.walk("/sys/fs/cgroup")}


def output(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
