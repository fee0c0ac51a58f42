"""What the data gateway's memory grows to while ten people's programs read a file of 1 GB each, quickly and slowly.

    .venv-test/bin/python Benchmarks/data/bench_gateway_memory.py [--readers N] [--megabytes N] [PROGRAM]      as root

The readers are curl, through hub and gateway, at a store that is Apache's mod_dav; the slow ones take 10 MB/s each for
some seconds. Goal: under 80 MiB.
"""

import argparse
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
from places import FOLDER, PERSON, RELEASE, Carrel, PlainWebDAV, require_root, scratch

MIB = 1 << 20
SLOW_SECONDS = 8


class Peak:
    """The most memory that a process had between two moments, in bytes."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.proportional = self.resident = 0

    def look(self) -> None:
        """Looks once."""
        now = self.process.memory_full_info()
        self.proportional, self.resident = max(self.proportional, now.pss), max(self.resident, now.rss)

    def during(self, is_over: Callable[[], bool]) -> None:
        """Looks again and again; the kernel itself keeps the most that was resident between two looks."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        while not is_over():
            self.look()
            time.sleep(0.05)
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        high = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        self.resident = max(self.resident, int(high.split()[1]) * 1024)


def start_readers(count: int, address: str, password: str, *words: str) -> list[subprocess.Popen[str]]:
    """Programs that read a file."""
    readers = []
    for _ in range(count):
        command = [
            "curl",
            "--silent",
            "--fail",
            "--config",
            "-",
            "--output",
            "/dev/null",
            *words,
            address,
        ]
        reader = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
        assert reader.stdin
        reader.stdin.write(f'user = "{PERSON}:{password}"\n')
        reader.stdin.close()
        readers.append(reader)
    return readers


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--readers", type=int, default=10, help="how many read (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the file (%(default)s)")
    asked = parser.parse_args()
    require_root()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        (folder / "store").mkdir()
        store = stack.enter_context(PlainWebDAV("apache", folder / "store"))
        with (store.files / "file").open("wb") as file:
            file.truncate(asked.megabytes * 1_000_000)
        carrel = stack.enter_context(Carrel(asked.program.absolute(), store))
        address, password = f"{carrel.hub.url}/dav/{FOLDER}/file", carrel.file_password()
        for name, words in (
            ("quick", ("--show-error",)),
            ("slow", ("--limit-rate", "10M", "--max-time", str(SLOW_SECONDS))),
        ):
            peak = Peak(carrel.gateway_pid())
            peak.look()
            idle, begun = peak.proportional, time.monotonic()
            readers = start_readers(asked.readers, address, password, *words)
            peak.during(lambda readers=readers: all(reader.poll() is not None for reader in readers))
            seconds = time.monotonic() - begun
            # 28 is curl's word for a time that is over.
            codes = {reader.returncode for reader in readers}
            assert codes == ({0} if name == "quick" else {28}), codes
            speed = f", {asked.readers * asked.megabytes / seconds:.0f} MB/s together" if name == "quick" else ""
            print(
                f"{asked.readers} {name} readers: peak {peak.proportional / MIB:.0f} MiB PSS, {peak.resident / MIB:.0f} MiB RSS"
                f" (goal: under 80 MiB); before {idle / MIB:.0f} MiB PSS{speed}"
            )


if __name__ == "__main__":
    main()
