"""What walls cost: a start in a sandbox against a bare process, and outgoing traffic through a server's own network.

    .venv-test/bin/python Benchmarks/sandbox/bench_sandbox.py [--runs N]      as root

The spawner is a release build's, `.build-release/release/spawn-trial`, which `make bench` makes.
The same small server is started bare, in a sandbox without the walls that can be left out, and with all; in turn. What
it sends goes to a listener in a network namespace made here, once from the host and once from a sandbox-like
namespace behind the hub's kind of cable and rules. Goals: under 60 ms for a start; 0.9 of the host's throughput.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".build-release/release"
TINY = ROOT / "Tests/IntegrationTests/Spawn/tiny_server.py"
UID = 20001
WALLS = ["limits", "network", "layer", "syscalls"]


def bare_start(folder: Path) -> float:
    """Milliseconds until the small server answers, started as a plain process."""
    path = folder / "bare.sock"
    path.unlink(missing_ok=True)
    script = folder / "bare.py"
    script.write_text(TINY.read_text().replace("/run/carrel/server/server.sock", str(path)))
    begun = time.perf_counter()
    command = ["/usr/bin/setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "/usr/bin/python3", script, ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while True:
            with socket.socket(socket.AF_UNIX) as one:
                if one.connect_ex(str(path)) == 0:
                    one.sendall(b"GET /user/tester/api HTTP/1.0\r\n\r\n")
                    assert b"200" in one.recv(100)
                    break
            time.sleep(0.0005)
        taken = (time.perf_counter() - begun) * 1000
        process.terminate()
    return taken


def trial(folder: Path, leave_out: list[str], times: int) -> list[float]:
    """Milliseconds of starts by the spawner itself; the first, which looks at the machine, isn't counted."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    os.chown(home, UID, UID)
    order = {
        "runDirectory": str(folder / "run"),
        "logDirectory": str(folder / "logs"),
        "id": "a",
        "uid": UID,
        "home": str(home),
        "hubDirectory": str(folder),
        "folder": str(TINY.parent),
        "command": ["/usr/bin/python3", "/opt/trial/tiny_server.py", ""],
        "variables": {},
        "stops": True,
        "times": times + 1,
        "leaveOut": leave_out,
    }
    said = subprocess.run([BUILT / "spawn-trial"], input=json.dumps(order), capture_output=True, text=True, check=True)
    assert "failed" not in said.stdout, said.stdout
    return [float(line) for line in said.stdout.split()[1:]]


def show(name: str, values: list[float], unit: str) -> float:
    """Prints a row and gives its median."""
    middle = statistics.median(values)
    print(f"{name:44} {middle:9.1f} {unit}   ({min(values):.1f} to {max(values):.1f}, n = {len(values)})")
    return middle


def starts(runs: int) -> None:
    """The first figure."""
    folder = Path(tempfile.mkdtemp(prefix="carrel-bench-"))
    folder.chmod(0o777)
    try:
        rows: dict[str, list[float]] = {
            "bare process": [],
            "sandbox without these walls": [],
            "sandbox with all walls": [],
        }
        for _ in range(runs):
            rows["bare process"] += [bare_start(folder) for _ in range(3)]
            rows["sandbox without these walls"] += trial(folder, WALLS, 3)
            rows["sandbox with all walls"] += trial(folder, [], 3)
        middles = [show(name, values, "ms") for name, values in rows.items()]
        print(f"the walls and the sandbox cost {middles[2] - middles[0]:.0f} ms a start (goal: under 60)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


SINK = """
import socket, sys
listener = socket.create_server((sys.argv[1], 5999))
print("ready", flush=True)
while True:
    one, _ = listener.accept()
    while one.recv(1 << 20):
        pass
    one.close()
"""
SOURCE = """
import socket, time
one = socket.create_connection(("198.51.100.2", 5999))
data = bytes(1 << 20)
begun = time.perf_counter()
for _ in range(3000):
    one.sendall(data)
one.shutdown(socket.SHUT_WR)
one.recv(1)
print(3000 / (time.perf_counter() - begun))
"""


def shell(text: str) -> None:
    """Runs commands, and wants each to succeed."""
    subprocess.run(["/bin/sh", "-ec", text], check=True)


def traffic(runs: int) -> None:
    """The second figure."""
    host, world, inside = (f"cb{kind}{os.getpid()}" for kind in "hwi")
    shell(f"""
        ip netns add {host}; ip netns add {world}; ip netns add {inside}
        ip -n {host} link set lo up
        ip -n {host} link add out type veth peer name eth0 netns {world}
        ip -n {host} addr add 198.51.100.1/24 dev out; ip -n {host} link set out up
        ip -n {world} addr add 198.51.100.2/24 dev eth0; ip -n {world} link set eth0 up
        ip -n {host} link add crbnch-2 type veth peer name eth0 netns {inside}
        ip -n {host} addr add 10.78.0.1/32 dev crbnch-2; ip -n {host} link set crbnch-2 up
        ip -n {host} route add 10.78.0.2/32 dev crbnch-2
        ip -n {inside} addr add 10.78.0.2/32 dev eth0; ip -n {inside} link set eth0 up
        ip -n {inside} route add 10.78.0.1/32 dev eth0; ip -n {inside} route add default via 10.78.0.1
        ip netns exec {host} sysctl -qw net.ipv4.ip_forward=1
        printf '%s' 'table inet bench {{ chain forward {{ type filter hook forward priority -10; policy accept;
          oifname "crbnch-*" ct state established,related accept
          oifname "crbnch-*" counter drop
          iifname != "crbnch-*" accept
          ct state established,related accept
          ip daddr {{ 10.78.0.0/16, 169.254.0.0/16 }} counter reject
          accept
        }}
        chain leave {{ type nat hook postrouting priority 100; policy accept;
          ip saddr 10.78.0.0/16 oifname != "crbnch-*" masquerade
        }}
        }}' | ip netns exec {host} nft -f -
    """)
    sink = None
    try:
        sink = subprocess.Popen(
            ["ip", "netns", "exec", world, sys.executable, "-c", SINK, "198.51.100.2"], stdout=subprocess.PIPE
        )
        assert sink.stdout
        sink.stdout.readline()
        rows: dict[str, list[float]] = {"from the host": [], "from a server's network": []}
        for _ in range(runs):
            for (name, values), place in zip(rows.items(), [host, inside], strict=True):
                command = ["ip", "netns", "exec", place, sys.executable, "-c", SOURCE]
                values.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
                assert name
        middles = [show(name, values, "MiB/s") for name, values in rows.items()]
        print(f"{middles[1] / middles[0]:.2f} of the host's throughput (goal: at least 0.9)")
    finally:
        if sink:
            sink.kill()
        for name in (host, world, inside):
            subprocess.run(["ip", "netns", "del", name], check=False)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    starts(runs)
    traffic(runs)


if __name__ == "__main__":
    main()
