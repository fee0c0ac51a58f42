"""The table of attacks in `docs/security.md`: printed by `python Tests/attacks/attack_page.py`."""

from attack import Attack
from attack_table import ATTACKS

NAMES = {
    "files": "what is shown",
    "modes": "file modes",
    "users": "`users`",
    "limits": "`limits`",
    "network": "`network`",
    "syscalls": "`syscalls`",
    "quota": "quotas (btrfs)",
    "bare": "the sandbox",
    "ipc": "the sandbox",
    "root": "no rights of root",
    "plain": "Carrel itself",
}


def row(attack: Attack) -> str:
    """One attack as a row of Markdown."""
    held = dict.fromkeys(NAMES[wall] for wall in attack.walls)
    return f"| {attack.name} | {attack.what} | {' and '.join(held)} | refused |"


def table() -> str:
    """All attacks."""
    head = ["| attack | what is tried | held by | result |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *map(row, ATTACKS)])


if __name__ == "__main__":
    print(table())
