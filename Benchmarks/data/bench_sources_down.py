"""How long ten people wait for JupyterLab when their data source doesn't answer, against when it does.

    .venv-test/bin/python Benchmarks/data/bench_sources_down.py [--runs N] [PROGRAM]      as root

All of them have connected the same store, and start their servers at the same moment; in every other round the store takes
connections and never says a word. The first round of each isn't counted. Goal: no difference beyond the noise.
"""

import argparse
import signal
import statistics
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench_start_with_mounts import stop, time_of_start
from places import FOLDER, PERSON, RELEASE, Carrel, PlainWebDAV, require_root, scratch
from plain_webdav import PASSWORD, USER

PEOPLE = 10


def add_person(carrel: Carrel, name: str) -> str:
    """Makes somebody who has connected the store; gives their token."""
    carrel.hub.add_user(name)
    token = carrel.hub.token(name)
    given = {"user": USER, "password": PASSWORD, "remember": True}
    answer = carrel.hub.ask("PUT", f"/hub/api/carrel/connections/{FOLDER}", token, json=given)
    assert answer.ok, answer.text
    return token


def one_round(carrel: Carrel, tokens: dict[str, str]) -> list[float]:
    """Seconds until each of them has JupyterLab's page."""
    with ThreadPoolExecutor(PEOPLE) as pool:
        times = list(pool.map(lambda name: time_of_start(carrel, name, tokens[name]), tokens))
        list(pool.map(lambda name: stop(carrel, name, tokens[name]), tokens))
    return times


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="counted rounds of each (%(default)s)")
    asked = parser.parse_args()
    require_root()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        (folder / "store").mkdir()
        store = stack.enter_context(PlainWebDAV("rclone", folder / "store"))
        carrel = stack.enter_context(Carrel(asked.program.absolute(), store))
        tokens = {PERSON: carrel.token}
        tokens |= {name: add_person(carrel, name) for name in (f"person{number}" for number in range(1, PEOPLE))}
        times: dict[bool, list[float]] = {True: [], False: []}
        assert store.process is not None
        for run in range(asked.runs + 1):
            for is_up in (True, False) if run % 2 == 0 else (False, True):
                store.process.send_signal(signal.SIGCONT if is_up else signal.SIGSTOP)
                seconds = one_round(carrel, tokens)
                if run > 0:
                    times[is_up] += seconds
        for is_up, words in ((True, "answers"), (False, "is silent")):
            one = times[is_up]
            print(
                f"store {words:10}{statistics.median(one):6.2f} s until JupyterLab   "
                f"({min(one):.2f} to {max(one):.2f}, n = {len(one)})"
            )
        ratio = statistics.median(times[False]) / statistics.median(times[True])
        print(f"ratio of the medians: {ratio:.2f} (goal: 1 within the noise)")


if __name__ == "__main__":
    main()
