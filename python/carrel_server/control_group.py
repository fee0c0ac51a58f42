"""Reads the control group that this server runs in: what the kernel itself counts and allows.

Files and their meaning: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst, cgroup-v1's sched-bwc.
Every answer is None where the file isn't there, can't be read or says that there is no limit.
"""

from dataclasses import dataclass
from pathlib import Path

# What version 1 says instead of "no limit" is the largest number of whole pages.
NO_LIMIT = 1 << 60


def number_in(file: Path, name: str | None = None) -> int | None:
    """The number that is all of a file, or that stands after `name` in a file of many."""
    try:
        words = [line.split() for line in file.read_text().splitlines()]
        return int(words[0][0] if name is None else next(value for key, value in words if key == name))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


@dataclass(frozen=True)
class ControlGroup:
    """One control group; each field is its folder for that subject. In version 2 the folders are the same."""

    memory: Path
    cpu: Path
    version: int

    @property
    def memory_limit(self) -> int | None:
        """Bytes that its processes may use together."""
        limit = number_in(self.memory / ("memory.max" if self.version == 2 else "memory.limit_in_bytes"))
        return limit if limit is not None and limit < NO_LIMIT else None

    @property
    def memory_used(self) -> int | None:
        """Bytes that its processes use, without what the kernel can drop at once (file contents nobody needs now)."""
        used = number_in(self.memory / ("memory.current" if self.version == 2 else "memory.usage_in_bytes"))
        droppable = "inactive_file" if self.version == 2 else "total_inactive_file"
        return used and max(0, used - (number_in(self.memory / "memory.stat", droppable) or 0))

    @property
    def memory_kills(self) -> int | None:
        """How many of its processes were killed so far because it had reached its limit."""
        return number_in(self.memory / ("memory.events" if self.version == 2 else "memory.oom_control"), "oom_kill")

    @property
    def cpu_limit(self) -> float | None:
        """How many cores its processes may keep busy."""
        try:
            if self.version == 2:
                quota, period = (self.cpu / "cpu.max").read_text().split()
            else:
                quota, period = ((self.cpu / f"cpu.cfs_{of}_us").read_text() for of in ("quota", "period"))
            cores = int(quota) / int(period)
        except (OSError, ValueError, ZeroDivisionError):
            return None
        return cores if cores > 0 else None


def own(root: Path = Path("/sys/fs/cgroup"), names: Path = Path("/proc/self/cgroup")) -> ControlGroup:
    """The control group of this process.

    A sandbox shows it right at `root`; elsewhere it stands below, at the name that the kernel gives it.
    """
    try:
        lines = [line.split(":", 2) for line in names.read_text().splitlines()]
    except OSError:
        lines = []
    places = {controller: name for _, controllers, name in lines for controller in controllers.split(",")}

    def folder(controller: str, at: Path, file: str) -> Path:
        below = at / places.get(controller, "/").lstrip("/")
        return below if (below / file).exists() else at

    if (root / "memory").is_dir():
        memory = folder("memory", root / "memory", "memory.limit_in_bytes")
        return ControlGroup(memory, folder("cpu", root / "cpu", "cpu.cfs_quota_us"), version=1)
    whole = folder("", root, "memory.max")
    return ControlGroup(whole, whole, version=2)
