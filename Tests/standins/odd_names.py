"""Names of files that are hard to carry about, for the tests of stand-ins."""

import hashlib
import random
import unicodedata
from pathlib import Path

# What nobody forbids; a backslash and control characters are left to tests of their own.
ODD = [
    "two  spaces",
    " leading",
    "ümlaut äöüß",
    unicodedata.normalize("NFD", "zerlegt é"),
    unicodedata.normalize("NFC", "zusammen é"),
    "hash # hash",
    "100%",
    "%41 not A",
    "why?",
    "a+b&c=d;e,f",
    "semi;colon'quote",
    '"double"',
    "emoji 🧪🔬👩‍🔬",
    "ends with dot.",
    "...",
    "日本語.txt",
    "عربى",
    "<tag>&amp;",
    "star * and | pipe : colon",
    "[brackets] {braces} ~tilde",
    "@at $dollar !bang",
    "x" * 200,
    "é" * 100,
]


def odd_tree(folder: Path, count: int, seed: int) -> dict[str, str]:
    """Makes files of odd names, some in odd folders; returns what `hashes` would."""
    chance = random.Random(seed)
    for number in range(count):
        name = ODD[number] if number < len(ODD) else f"{number} {chance.choice(ODD)[:60]}"
        above = folder / f"in {chance.choice(ODD[:12])}" if number % 3 == 2 else folder
        path = above / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(chance.randrange(2000)))
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name below the folder; hidden ones aren't counted."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".sync_") and not path.name.startswith("._sync_")
    }
