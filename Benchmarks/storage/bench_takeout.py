"""How fast a takeout is against plain `zip` and `tar | zstd` on the same tree, in one run.

    .venv-test/bin/python Benchmarks/storage/bench_takeout.py [--rounds N] [PROGRAM]

The tree is a gigabyte of what homes hold: text, numbers, pictures, and many small files. Ours goes through helper, hub and
proxy to curl; theirs into a pipe. Figures are megabytes of files a second, and our part of theirs.
Goal: at least 0.8 of theirs.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Tests/browser"))

from carrel_hub import CarrelHub
from odd_home import empty_home, give

RELEASE = ROOT / ".build-release/release/carrel"
MEGABYTE = 1 << 20


def fill(home: Path) -> int:
    """Makes the tree; gives its bytes."""
    chance = random.Random(7)
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(5000)]
    for number in range(8):
        (home / f"text-{number}.txt").write_bytes(b" ".join(chance.choices(words, k=4_500_000)))
        series = (f"{step},{chance.gauss(400, 30):.4f},{chance.gauss(10, 5):.3f}\n" for step in range(1_500_000))
        (home / f"series-{number}.csv").write_text("".join(series))
        (home / f"picture-{number}.png").write_bytes(chance.randbytes(60 * MEGABYTE))
    for number in range(10_000):
        folder = home / "small" / str(number % 100)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.py").write_bytes(b" ".join(chance.choices(words, k=300)))
    give(home)
    return sum(path.lstat().st_size for path in home.rglob("*") if path.is_file())


def seconds(command: list[str] | str, given: str = "", folder: Path | None = None) -> float:
    """How long a command takes whose output goes nowhere."""
    begun = time.monotonic()
    is_shell = isinstance(command, str)
    subprocess.run(command, check=True, shell=is_shell, cwd=folder, input=given, text=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def main() -> None:
    """Measures both kinds in turn, so that whatever else the machine does meets both alike."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE)
    wanted = parser.parse_args()
    assert shutil.which("zip") and shutil.which("zstd"), "zip and zstd are needed: make setup-bench"
    hub = CarrelHub(wanted.program)
    hub.start()
    try:
        hub.add_user("ada")
        home, header = empty_home(hub, "ada"), f"Authorization: token {hub.token('ada')}"
        size = fill(home) / 1e6
        print(f"{size:.0f} MB, {sum(len(files) for _, _, files in os.walk(home))} files")
        for kind, peer in (("zip", "zip -q -r - ."), ("tar.zst", "tar -cf - . | zstd -q -c -3 -T1")):
            address = f"{hub.url}/hub/api/carrel/users/ada/archive?format={kind}"
            ours, theirs = [], []
            for _ in range(wanted.rounds):
                ours.append(seconds(["curl", "--silent", "--fail", "--header", "@-", address], header))
                theirs.append(seconds(peer, folder=home))
            own, other = size / statistics.median(ours), size / statistics.median(theirs)
            print(f"{kind}: {own:.0f} MB/s, `{peer}` {other:.0f} MB/s, ratio {own / other:.2f}")
    finally:
        hub.close()


if __name__ == "__main__":
    main()
