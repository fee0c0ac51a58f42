"""How fast files of a remote store are in a server's folder, against the same rclone mounting the store itself, and others.

    .venv-test/bin/python Benchmarks/data/bench_mounts.py [--runs N] [--megabytes N] [PROGRAM]      as root

The store is Apache's mod_dav on this machine, as a data source of kind WebDAV. A file of 1 GB is read and written, and
a folder of 1,000 files is listed with sizes and times; each is new to whoever reads it. A write is over when the store
has all of it; the 2 s for which rclone waits before an upload aren't counted. Besides: davfs2, where it is installed,
and curl at the store and through hub and gateway. All take turns, and everything is in memory, so that no disk is
measured. Goal: 0.8 of what rclone does at the store itself.
"""

import argparse
import os
import statistics
from contextlib import ExitStack
from pathlib import Path

from places import (
    FOLDER,
    PASSWORD,
    PERSON,
    RELEASE,
    USER,
    Carrel,
    Curl,
    Mount,
    PlainWebDAV,
    davfs_mount,
    in_turn,
    rclone_mount,
    require_root,
    scratch,
)

FILES = 1000
CARREL, DIRECT = "Carrel's mount", "rclone at the store"
CURL_GATEWAY, CURL = "curl, hub and gateway", "curl at the store"
PEERS = {CARREL: DIRECT, CURL_GATEWAY: CURL}


def prepare(store: PlainWebDAV, names: list[str], runs: int, size: int) -> None:
    """Makes what is read and listed, under a name of its own for each reading: a copy costs no room."""
    first = store.files / "first"
    piece = os.urandom(1_000_000)
    with first.open("wb") as file:
        for _ in range(size // len(piece)):
            file.write(piece)
    for turn in range(runs):
        for number in range(len(names)):
            os.link(first, store.files / f"read-{turn}-{number}")
            folder = store.files / f"list-{turn}-{number}"
            folder.mkdir()
            for file_number in range(FILES):
                (folder / f"file {file_number}.txt").write_bytes(b"x")


def measure(
    places: dict[str, Mount | Curl], store: PlainWebDAV, runs: int, size: int
) -> dict[str, dict[str, list[float]]]:
    """Seconds, by what was measured and where."""
    taken: dict[str, dict[str, list[float]]] = {
        what: {name: [] for name in places} for what in ("read", "written", "written and uploaded", "listed")
    }
    numbers = {name: number for number, name in enumerate(places)}
    for turn, name, place in in_turn(places, runs):
        mark = f"{turn}-{numbers[name]}"
        taken["read"][name].append(place.read(f"read-{mark}", size))
        closed, stored = place.write(f"written-{mark}", size, store.files / f"written-{mark}")
        taken["written"][name].append(closed)
        taken["written and uploaded"][name].append(stored)
        if place.lists:
            taken["listed"][name].append(place.list(f"list-{mark}", FILES))
        # Room for the next.
        for one in ("read", "written"):
            (store.files / f"{one}-{mark}").unlink()
    return taken


def print_table(taken: dict[str, dict[str, list[float]]], size: int) -> None:
    """Prints speeds, and ratios to the peers."""
    for what, by_place in taken.items():
        amount, unit = (FILES, "files/s") if what == "listed" else (size / 1e6, "MB/s")
        print(f"{what}, {unit}")
        measured = {name: seconds for name, seconds in by_place.items() if seconds}
        medians = {name: statistics.median(seconds) for name, seconds in measured.items()}
        for name, seconds in measured.items():
            speeds = sorted(amount / one for one in seconds)
            ratio = f"   ratio {medians[PEERS[name]] / medians[name]:.2f} to {PEERS[name]}" if name in PEERS else ""
            goal = " (goal: 0.80)" if name == CARREL and what != "written" else ""
            print(
                f"    {name:24}{amount / medians[name]:9.0f}   ({speeds[0]:.0f} to {speeds[-1]:.0f}, n = {len(speeds)})"
                f"{ratio}{goal}"
            )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="turns of each place (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the file (%(default)s)")
    asked = parser.parse_args()
    require_root()
    size = asked.megabytes * 1_000_000
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        (folder / "store").mkdir()
        store = stack.enter_context(PlainWebDAV("apache", folder / "store"))
        names = [CARREL, DIRECT, "davfs2", CURL_GATEWAY, CURL]
        prepare(store, names, asked.runs, size)
        carrel = stack.enter_context(Carrel(asked.program.absolute(), store))
        through = f"{carrel.hub.url}/dav/{FOLDER}"
        first = store.files / "first"
        places: dict[str, Mount | Curl] = {
            CARREL: carrel.mount(),
            DIRECT: stack.enter_context(rclone_mount(folder, store)),
        }
        davfs = stack.enter_context(davfs_mount(folder, store))
        if davfs is None:
            print("davfs2 isn't installed: make setup-bench")
        else:
            places["davfs2"] = davfs
        places[CURL_GATEWAY] = Curl(through, PERSON, carrel.file_password(), first)
        places[CURL] = Curl(store.url, USER, PASSWORD, first)
        print_table(measure(places, store, asked.runs, size), size)


if __name__ == "__main__":
    main()
