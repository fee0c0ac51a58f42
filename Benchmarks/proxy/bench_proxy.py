#!/usr/bin/env python3
"""Compares the proxy with nginx and configurable-http-proxy, each on one thread, before one nginx backend.

Needs Debian's `nginx-light`, `wrk` and `node-configurable-http-proxy`. Figures are ratios taken in one run, the
proxies rotated inside one loop, because the machine may be busy; CPU is the proxy process's own (utime + stime).

    bench_proxy.py PATH/TO/carrel [--rounds 3] [--seconds 4] [--tunnels 2000] [--gigabytes 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 64


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, limit: float = 20) -> None:
    """Returns as soon as the port answers."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit(f"{process.args} did not listen on {port}")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_kib(pid: int, key: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def reset_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


NGINX = """
daemon off; master_process off; worker_processes 1; pid {dir}/{name}.pid; error_log {dir}/{name}.log;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
  uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  {body}
}}
"""

BACKEND = "server {{ listen 127.0.0.1:{port}; root {dir}/html; }}"

PROXY = """
  upstream back {{ server 127.0.0.1:{backend}; keepalive 128; keepalive_requests 100000000; }}
  upstream tunnels {{ server 127.0.0.1:{tunnels}; }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 0; proxy_buffering {buffering}; proxy_request_buffering {buffering}; proxy_http_version 1.1;
    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Request-ID $request_id;
    proxy_set_header Connection $connection_upgrade; proxy_set_header Upgrade $http_upgrade;
    location / {{ proxy_pass http://back; }}
    location /tunnel {{ proxy_pass http://tunnels; proxy_read_timeout 1h; }}
  }}
"""


class Peer:
    """A proxy under test."""

    def __init__(self, name: str, process: subprocess.Popen, port: int) -> None:
        self.name, self.process, self.port = name, process, port


class Bench:
    def __init__(self, carrel: str, folder: Path) -> None:
        self.carrel, self.folder = carrel, folder
        self.processes: list[subprocess.Popen] = []
        self.backend, self.tunnels = free_port(), 0
        (folder / "html").mkdir()
        (folder / "html/1k.txt").write_bytes(os.urandom(512).hex().encode())
        (folder / "html/1m.bin").write_bytes(os.urandom(1 << 20))

    def start(self, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        self.processes.append(process)
        return process

    def nginx(self, name: str, body: str) -> subprocess.Popen:
        file = self.folder / f"{name}.conf"
        file.write_text(NGINX.format(dir=self.folder, name=name, body=body))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        return self.start(program, "-c", str(file), "-e", str(self.folder / f"{name}.log"))

    def start_servers(self) -> None:
        """Starts what is behind the proxies."""
        self.tunnels = SilentServer().port
        backend = self.nginx("backend", BACKEND.format(port=self.backend, dir=self.folder))
        wait_for(self.backend, backend)

    def start_peers(self) -> list[Peer]:
        """Starts a fresh process of each proxy."""
        # nginx as it comes, and nginx passing everything on at once, as the other two do.
        peers = [self.start_nginx("nginx", "on"), self.start_nginx("nginx unbuffered", "off"), self.start_carrel()]
        if shutil.which("configurable-http-proxy"):
            peers.append(self.start_chp())
        for peer in peers:
            wait_for(peer.port, peer.process)
        return peers

    def start_nginx(self, name: str, buffering: str) -> Peer:
        port = free_port()
        body = PROXY.format(port=port, backend=self.backend, tunnels=self.tunnels, buffering=buffering)
        return Peer(name, self.nginx(f"proxy{port}", body), port)

    def start_carrel(self) -> Peer:
        port, control = free_port(), free_port()
        process = self.start(
            self.carrel, "proxy", "--listen", f"127.0.0.1:{port}", "--api-listen", f"127.0.0.1:{control}",
            "--default-target", f"http://127.0.0.1:{self.backend}", "--threads", "1",
            environment={"CONFIGPROXY_AUTH_TOKEN": "bench"},
        )  # fmt: skip
        wait_for(control, process)
        self.add_tunnel_route(control)
        return Peer("carrel", process, port)

    def start_chp(self) -> Peer:
        port, control = free_port(), free_port()
        process = self.start(
            "configurable-http-proxy", "--ip", "127.0.0.1", "--port", str(port), "--api-ip", "127.0.0.1",
            "--api-port", str(control), "--default-target", f"http://127.0.0.1:{self.backend}", "--log-level", "error",
            # A node that isn't Debian's own doesn't look where Debian puts modules.
            environment={"CONFIGPROXY_AUTH_TOKEN": "bench", "NODE_PATH": "/usr/share/nodejs:/usr/lib/nodejs"},
        )  # fmt: skip
        wait_for(control, process)
        self.add_tunnel_route(control)
        return Peer("configurable-http-proxy", process, port)

    def add_tunnel_route(self, control: int) -> None:
        body = json.dumps({"target": f"http://127.0.0.1:{self.tunnels}"}).encode()
        request = (
            b"POST /api/routes/tunnel HTTP/1.1\r\nHost: a\r\nAuthorization: token bench\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        with socket.create_connection(("127.0.0.1", control)) as connection:
            connection.sendall(request + body)
            if b" 201 " not in connection.recv(4096):
                raise SystemExit("the route was not taken")

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()


class SilentServer:
    """Answers every upgrade with 101 and then is silent."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        self.open: list[socket.socket] = []
        while True:
            connection, _ = self.listener.accept()
            head = b""
            while b"\r\n\r\n" not in head and (part := connection.recv(4096)):
                head += part
            if b"upgrade: websocket" not in head.lower():
                connection.close()
                continue
            connection.sendall(b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            self.open.append(connection)


def wrk(port: int, path: str, seconds: int) -> int:
    out = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        print(out, file=sys.stderr)
    found = re.search(r"(\d+) requests in", out)
    return int(found[1]) if found else 0


def cpu_per_request(peers: list[Peer], path: str, rounds: int, seconds: int) -> dict[str, float]:
    """Microseconds of the proxy's CPU for a request: the median of the rounds."""
    figures: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for peer in peers:
        wrk(peer.port, path, 1)
    for _ in range(rounds):
        for peer in peers:
            before = cpu_seconds(peer.process.pid)
            count = wrk(peer.port, path, seconds)
            figures[peer.name].append((cpu_seconds(peer.process.pid) - before) / max(count, 1) * 1e6)
    return {name: statistics.median(values) for name, values in figures.items()}


@contextlib.contextmanager
def tunnels(port: int, count: int) -> Iterator[None]:
    """Holds so many idle websockets open."""
    request = b"GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    held = []
    try:
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(request)
            held.append(connection)
            if b" 101 " not in connection.recv(4096):
                raise SystemExit("no tunnel")
        yield
    finally:
        for connection in held:
            connection.close()


def tunnel_memory(peer: Peer, count: int) -> float:
    """KiB of the proxy's memory for an idle tunnel."""
    with tunnels(peer.port, 10):
        before = memory_kib(peer.process.pid, "VmRSS")
        with tunnels(peer.port, count):
            return (memory_kib(peer.process.pid, "VmRSS") - before) / count


def transfer_peaks(carrel: Peer, sink: TransferServer, size: int) -> dict[str, float]:
    """The proxy's peak memory in MiB while a large body goes each way, the receiver now and then pausing."""
    peaks = {}
    piece = bytes(1 << 18)
    reset_peak(carrel.process.pid)
    with socket.create_connection(("127.0.0.1", carrel.port)) as client:
        client.sendall(b"PUT /transfer HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // len(piece)):
            client.sendall(piece)
        if b" 200 " not in client.recv(4096):
            raise SystemExit("the upload failed")
    peaks["upload"] = memory_kib(carrel.process.pid, "VmHWM") / 1024
    reset_peak(carrel.process.pid)
    with socket.create_connection(("127.0.0.1", carrel.port)) as client:
        client.sendall(b"GET /transfer HTTP/1.1\r\nHost: a\r\nX-Size: %d\r\nConnection: close\r\n\r\n" % size)
        received, pauses = 0, 0
        while part := client.recv(1 << 18):
            received += len(part)
            if received * 8 // size > pauses:
                pauses += 1
                time.sleep(0.2)
        if received < size:
            raise SystemExit("the download was cut short")
    peaks["download"] = memory_kib(carrel.process.pid, "VmHWM") / 1024
    return peaks


class TransferServer:
    """Takes PUT and gives GET bodies of any size, pausing now and then while it takes."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            with contextlib.suppress(OSError), connection:
                self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return
            data += part
        head, rest = data.split(b"\r\n\r\n", 1)
        if head.startswith(b"GET"):
            found = re.search(rb"x-size: (\d+)", head.lower())
            size = int(found[1]) if found else 0
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            piece = bytes(1 << 18)
            for _ in range(size // len(piece)):
                connection.sendall(piece)
            return
        found = re.search(rb"content-length: (\d+)", head.lower())
        size = int(found[1]) if found else 0
        received, pauses = len(rest), 0
        while received < size:
            received += len(connection.recv(1 << 18))
            if received * 8 // size > pauses:
                pauses += 1
                time.sleep(0.2)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def show(title: str, figures: dict[str, float], unit: str, goals: dict[str, str]) -> dict[str, object]:
    print(f"\n{title}")
    base = figures.get("nginx")
    for name, value in figures.items():
        ratio = f"  {value / base:5.2f} × nginx" if base else ""
        print(f"  {name:24} {value:10.1f} {unit}{ratio}")
    for name, goal in goals.items():
        print(f"  {name}: {goal}")
    return {"unit": unit, **figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "carrel", nargs="?", default=".build-release/release/carrel", help="an executable with the sub-command `proxy`"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--tunnels", type=int, default=2000)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        # nginx may serve as another user than the one who starts it.
        os.chmod(folder, 0o755)
        bench = Bench(str(Path(options.carrel).resolve()), Path(folder))
        try:
            run(bench, options, results)
        finally:
            bench.stop()
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def run(bench: Bench, options: argparse.Namespace, results: dict[str, object]) -> None:
    bench.start_servers()
    peers = bench.start_peers()
    for path, title, goal in [
        ("/1k.txt", "CPU for a request, 1 KiB answers", "at most 3 × nginx, at most 1/8 of configurable-http-proxy"),
        ("/1m.bin", "CPU for a request, 1 MiB bodies", "at most 1 × nginx"),
    ]:
        figures = cpu_per_request(peers, path, options.rounds, options.seconds)
        results[path] = show(title, figures, "µs", {"goal": goal})
        if chp := figures.get("configurable-http-proxy"):
            print(f"  carrel is {chp / figures['carrel']:.1f} × cheaper than configurable-http-proxy")
    # Fresh ones: what the load before has left free would hide what a tunnel takes.
    figures = {peer.name: tunnel_memory(peer, options.tunnels) for peer in bench.start_peers()}
    results["tunnels"] = show(f"memory for one of {options.tunnels} idle tunnels", figures, "KiB", {"goal": "under 15"})
    transfer = TransferServer()
    port = free_port()
    process = bench.start(
        bench.carrel, "proxy", "--listen", f"127.0.0.1:{port}", "--default-target", f"http://127.0.0.1:{transfer.port}"
    )
    wait_for(port, process)
    peaks = transfer_peaks(Peer("carrel", process, port), transfer, int(options.gigabytes * (1 << 30)))
    title = f"peak memory while {options.gigabytes:g} GiB go through"
    results["transfer"] = show(title, peaks, "MiB", {"goal": "under 64"})


if __name__ == "__main__":
    main()
