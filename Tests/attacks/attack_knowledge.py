"""What a well-informed attacker knows: where everything is on the machine, who runs there, what listens."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attack_world as world
import psutil

if TYPE_CHECKING:
    from attack_stage import Stage

SEGMENT = 0x6D616C
SOCKETS = ("servers/alice/io/socket", "servers/alice/io/server/server.sock", "front.sock", "proxy.sock")


def knowledge(stage: "Stage") -> dict[str, Any]:
    """All of it, with paths as they are where the attacker looks."""
    processes = stage.processes_of("alice")
    neighbour = json.loads((stage.alice.home / "victim.json").read_text())["port"]
    return {
        **{name: {"path": stage.as_shown(path), "word": word} for name, (path, word) in files(stage).items()},
        "processes": processes,
        "sockets": [stage.as_shown(stage.state / "run" / part) for part in SOCKETS],
        "segment": SEGMENT,
        "abstract": stage.word,
        "addresses": {
            "loopback": [*loopback(stage.port)],
            "machine": [[host, port] for host in [*world.MACHINE, "gateway"] for port in (world.PORT, stage.port)],
            "metadata": [[host, world.PORT] for host in world.METADATA],
            "private": [[world.PRIVATE, world.PORT]],
            "internet": [[world.INTERNET, world.PORT]],
            "internet6": [[world.INTERNET6, world.PORT]],
            "neighbour": [[host, neighbour] for host in world.addresses_in(processes[0])],
        },
    }


def files(stage: "Stage") -> dict[str, tuple[Path, str]]:
    """What others keep, and a word that is in it."""
    return {
        "home": (stage.alice.home / "secret.txt", stage.word),
        "database": (stage.state / "carrel.db", "SQLite format 3"),
        "key": (stage.state / "secrets/hub.key", ""),
        "token": (stage.state / "secrets/proxy.token", ""),
        "log": (stage.state / "logs/servers/alice.log", "Jupyter"),
        "open": (stage.bait.left_open, stage.word),
        **{name: (path, stage.word) for name, path in stage.bait.private.items()},
    }


def loopback(port: int) -> list[list[Any]]:
    """All that listens on the machine's localhost."""
    found: list[list[Any]] = [["127.0.0.1", port], *([host, world.PORT] for host in ("127.0.0.1", "::1"))]
    for one in psutil.net_connections("inet"):
        if one.status == psutil.CONN_LISTEN:
            found.append([one.laddr.ip.replace("0.0.0.0", "127.0.0.1").replace("::", "::1"), one.laddr.port])
    return found
