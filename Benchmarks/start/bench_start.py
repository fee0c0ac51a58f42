"""How long a click on Start takes until `/lab` answers, and what the hub costs in memory; ours against JupyterHub.

    .venv-test/bin/python Benchmarks/start/bench_start.py [--runs N] [PROGRAM]

Both hubs run at once and are asked in turn, so that whatever else the machine does meets both alike. One start at a
time; the first of each isn't counted, and memory is measured while its server runs.
Goals: at most 0.4 of JupyterHub's time; hub and proxy together under 80 MiB.
"""

import argparse
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
import requests
from hubs import ROOT, Carrel, HubUnderTest, JupyterHub

USER = "ada"
RELEASE = ROOT / ".build-release/release/carrel"
MIB = 1 << 20


def time_of_start(hub: HubUnderTest, session: requests.Session) -> float:
    """Seconds from the click until JupyterLab's page has come; as a browser does it: click, follow the progress, open."""
    begun = time.monotonic()
    hub.press_start(session, USER)
    progress = f"{hub.url}/hub/api/users/{USER}/server/progress"
    with session.get(progress, headers={"Accept": "text/event-stream"}, stream=True, timeout=120) as events:
        assert events.ok, events.text
        said = [line for line in events.iter_lines(decode_unicode=True) if line.startswith("data:")]
    assert '"ready":true' in said[-1].replace(" ", ""), said
    page = session.get(f"{hub.url}/user/{USER}/lab", timeout=60)
    seconds = time.monotonic() - begun
    assert page.ok, page.text
    assert "jupyter-config-data" in page.text, page.text
    return seconds


def stop_server(hub: HubUnderTest, session: requests.Session) -> None:
    """Stops the server and waits until it is gone."""
    xsrf = next(cookie.value for cookie in session.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")
    address = f"{hub.url}/hub/api/users/{USER}/server"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = session.delete(address, headers={"X-XSRFToken": xsrf or ""}, timeout=60)
        if answer.status_code == 204:
            return
        assert answer.status_code == 202, answer.text
        time.sleep(0.1)
    raise TimeoutError(f"{hub.name} doesn't stop its server")


def memory(processes: list[psutil.Process]) -> tuple[float, float]:
    """Resident and proportional memory of some processes together, in MiB."""
    sizes = [process.memory_full_info() for process in processes]
    return sum(size.rss for size in sizes) / MIB, sum(size.pss for size in sizes) / MIB


def main() -> None:
    """Measures, and prints a small table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=RELEASE, help="the carrel to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="counted starts of each hub (%(default)s)")
    asked = parser.parse_args()

    hubs: list[HubUnderTest] = [Carrel(asked.program.absolute()), JupyterHub()]
    times: dict[str, list[float]] = {hub.name: [] for hub in hubs}
    sizes: dict[str, tuple[float, float]] = {}
    with ExitStack() as stack:
        for hub in hubs:
            stack.callback(hub.close)
        for hub in hubs:
            hub.start()
        sessions = [hub.sign_in(USER) for hub in hubs]
        for hub, session in zip(hubs, sessions, strict=True):
            time_of_start(hub, session)
            sizes[hub.name] = memory(hub.processes())
            stop_server(hub, session)
        for _ in range(asked.runs):
            for hub, session in zip(hubs, sessions, strict=True):
                times[hub.name].append(time_of_start(hub, session))
                stop_server(hub, session)
    print_table(times, sizes)


def print_table(times: dict[str, list[float]], sizes: dict[str, tuple[float, float]]) -> None:
    """Prints what was measured, with the goals."""
    print(f"{'':<12}{'start, median':>15}{'least':>9}{'most':>9}{'hub + proxy PSS':>18}{'RSS':>11}")
    medians = {name: statistics.median(counted) for name, counted in times.items()}
    for name, counted in times.items():
        resident, proportional = sizes[name]
        print(
            f"{name:<12}{medians[name]:>13.2f} s{min(counted):>7.2f} s{max(counted):>7.2f} s"
            f"{proportional:>14.0f} MiB{resident:>7.0f} MiB"
        )
    ratio = medians["Carrel"] / medians["JupyterHub"]
    print(f"ratio of the medians {ratio:.2f} (goal: at most 0.40), {len(times['Carrel'])} starts each, in turn")
    print(f"hub and proxy together {sizes['Carrel'][1]:.0f} MiB (goal: under 80 MiB)")


if __name__ == "__main__":
    main()
