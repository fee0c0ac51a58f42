"""The check of imports and forbidden words finds what it is there for."""

import subprocess
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[2] / "tools/check-arrows"


def complaints(folder: Path, path: str, text: str) -> list[str]:
    """What the check says about a tree of one file."""
    file = folder / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    ran = subprocess.run([COMMAND, folder], check=False, capture_output=True, text=True)
    assert ran.returncode == (1 if ran.stdout else 0), ran.stderr
    return [line.partition(": ")[2] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("CarrelStore/A.swift", "import CarrelModel\nimport GRDB\nimport Foundation\n", []),
        ("CarrelStore/A.swift", "import CarrelHub\n", ["CarrelStore may not import CarrelHub"]),
        (
            "CarrelAuth/A.swift",
            "internal import struct CarrelSpawn.StartOrder\n",
            ["CarrelAuth may not import CarrelSpawn"],
        ),
        ("CarrelProxy/A/B.swift", "@preconcurrency import NIOCore\npublic import NIOHTTP1\n", []),
        ("CarrelProxy/A.swift", "import CarrelModel\n", ["CarrelProxy may not import CarrelModel"]),
        ("CarrelModel/Configuration/A.swift", "import Yams\n", []),
        ("CarrelModel/Names/A.swift", "import Yams\n", ["CarrelModel imports Yams in Configuration/ only"]),
        ("Clients/SlurmClient/A.swift", "import CarrelModel\n", ["SlurmClient may not import CarrelModel"]),
        ("CarrelSpawn/A.swift", "import CProcess\n", []),
        ("CarrelNew/A.swift", "", ["CarrelNew has no row in tools/check-arrows"]),
        ("CarrelModel/A.swift", "let a = try! b()\n", ["try!"]),
        ("CarrelModel/A.swift", 'let a = "try! and fatalError("\n', []),
        (
            "CarrelModel/A.swift",
            "final class A: @unchecked Sendable {}\n",
            ["@unchecked Sendable without a reason in a comment above"],
        ),
        ("CarrelModel/A.swift", "// Guarded by the lock.\nfinal class A: @unchecked Sendable {}\n", []),
        (
            "CarrelModel/A.swift",
            'let a = """\n    import CarrelHub\n    """\nimport Yams\n',
            ["CarrelModel imports Yams in Configuration/ only"],
        ),
        ("CarrelModel/A.swift", 'let a = #"""\n    """Words."""\n    import os\n    """#\n', []),
        ("CarrelModel/A.swift", "// TODO later\n", ["a note for later"]),
        ("CarrelModel/A.swift", "\n" * 501, ["501 lines; 500 at most"]),
    ],
)
def test_it_finds_what_breaks_the_rules_and_nothing_else(
    tmp_path: Path, path: str, text: str, found: list[str]
) -> None:
    assert complaints(tmp_path, path, text) == found
