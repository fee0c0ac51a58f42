"""What it adds to a start that a server gets folders of data sources.

    .venv-test/bin/python Benchmarks/data/bench_start_with_mounts.py [--runs N] [PROGRAM]      as root

Two people of one hub start and stop in pairs, the first of a pair in turn: one has connected a store, whose folder is
mounted at each start anew, the other hasn't. A start is from the order until `/lab` answers; the first of each isn't
counted. Goal: under 50 ms between the two, in the median of the pairs.
"""

import argparse
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from places import PERSON, RELEASE, Carrel, PlainWebDAV, require_root, scratch

WITHOUT = "ben"


def time_of_start(carrel: Carrel, name: str, token: str) -> float:
    """Seconds from the order until JupyterLab's page has come."""
    begun = time.monotonic()
    carrel.hub.start_server(name, token)
    page = carrel.hub.ask("GET", f"/user/{name}/lab", token, allow_redirects=True)
    seconds = time.monotonic() - begun
    assert page.ok, page.text
    assert "jupyter-config-data" in page.text, page.text
    return seconds


def stop(carrel: Carrel, name: str, token: str) -> None:
    """Stops the server, and waits until it and its mounts are gone."""
    deadline = time.monotonic() + 60
    while carrel.hub.ask("DELETE", f"/hub/api/users/{name}/server", token).status_code != 204:
        assert time.monotonic() < deadline, f"{name}'s server doesn't stop"
        time.sleep(0.1)
    while carrel.rclones():
        assert time.monotonic() < deadline, "rclone doesn't end"
        time.sleep(0.1)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=20, help="counted pairs (%(default)s)")
    asked = parser.parse_args()
    require_root()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        (folder / "store").mkdir()
        store = stack.enter_context(PlainWebDAV("apache", folder / "store"))
        carrel = stack.enter_context(Carrel(asked.program.absolute(), store))
        carrel.hub.add_user(WITHOUT)
        tokens = {PERSON: carrel.token, WITHOUT: carrel.hub.token(WITHOUT)}
        times: dict[str, list[float]] = {name: [] for name in tokens}
        for run in range(asked.runs + 1):
            for name in list(tokens) if run % 2 == 0 else reversed(tokens):
                seconds = time_of_start(carrel, name, tokens[name])
                stop(carrel, name, tokens[name])
                if run > 0:
                    times[name].append(seconds)
        for name, words in ((PERSON, "with a mount"), (WITHOUT, "without")):
            one = times[name]
            print(
                f"start {words:14}{statistics.median(one):6.3f} s   ({min(one):.3f} to {max(one):.3f}, n = {len(one)})"
            )
        added = [1000 * (ours - theirs) for ours, theirs in zip(times[PERSON], times[WITHOUT], strict=True)]
        low, _, high = statistics.quantiles(added, n=4)
        print(f"added: {statistics.median(added):.0f} ms (quartiles {low:.0f} to {high:.0f}; goal: under 50 ms)")


if __name__ == "__main__":
    main()
