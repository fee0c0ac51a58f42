"""The table of attacks in `docs/security.md`: printed by `python Tests/attacks/attack_page.py`."""

from attack_table import ATTACKS, Attack

NAMES = {
    "files": "what is shown",
    "modes": "file modes",
    "users": "`users`",
    "limits": "`limits`",
    "network": "`network`",
    "syscalls": "`syscalls`",
    "bare": "the sandbox",
    "ipc": "the sandbox",
}


def row(attack: Attack) -> str:
    """One attack as a row of Markdown."""
    held = list(dict.fromkeys(NAMES[wall] for wall in attack.walls)) or ["Carrel itself"]
    result = f"**open:** {attack.pending}" if attack.pending else "refused"
    return f"| {attack.name} | {attack.what} | {' and '.join(held)} | {result} |"


def table() -> str:
    """All attacks."""
    head = ["| attack | what is tried | held by | result |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *map(row, ATTACKS)])


if __name__ == "__main__":
    print(table())
