"""Real walls for tests: a memory control group, and file systems that fill up. Root only."""

import errno
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEMORY = Path("/sys/fs/cgroup/memory")
needs_memory_groups = pytest.mark.skipif(
    not (MEMORY / "cgroup.procs").exists(), reason="needs root and control groups of version 1"
)


@contextmanager
def memory_group(name: str, limit: int) -> Iterator[list[str]]:
    """A control group with so many bytes; what it gives goes before a command that shall run in it."""
    folder = MEMORY / name
    folder.mkdir()
    try:
        (folder / "memory.limit_in_bytes").write_text(str(limit))
        yield ["/bin/sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "limited"]
    finally:
        remove_group(folder)


def remove_group(group: Path, within: float = 60) -> None:
    """Removes a control group once it is empty: what a server started may need a moment more than the server to end."""
    deadline = time.monotonic() + within
    while True:
        left = [int(line) for line in (group / "cgroup.procs").read_text().split()]
        for pid in left:
            await_end(pid, deadline)
        try:
            return group.rmdir()
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            if time.monotonic() > deadline:
                raise TimeoutError(f"still running in {group}: {left}") from error
        time.sleep(0.01)  # nobody tells when one that has ended is taken off the table


def await_end(pid: int, deadline: float) -> None:
    """Returns when a process has ended, or at the deadline."""
    try:
        ended = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([ended], [], [], max(0, deadline - time.monotonic()))
    finally:
        os.close(ended)


@contextmanager
def small_memory_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system in memory; full it answers ENOSPC."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def quota_folder(folder: Path, limit: int) -> Iterator[Path]:
    """A btrfs subvolume with a quota, as homes are; full it answers EDQUOT."""
    image, mounted = folder.with_suffix(".img"), folder.with_suffix(".mnt")
    mounted.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(512 << 20)
    try:
        for command in (
            ["mkfs.btrfs", "-q", image],
            ["mount", "-o", "loop,noatime", image, mounted],
            ["btrfs", "quota", "enable", mounted],
            ["btrfs", "subvolume", "create", mounted / "home"],
            ["btrfs", "qgroup", "limit", str(limit), mounted / "home"],
        ):
            subprocess.run(command, check=True, capture_output=True)
        yield mounted / "home"
    finally:
        if mounted.is_mount():
            subprocess.run(["umount", "-l", mounted], check=True)
        image.unlink()
