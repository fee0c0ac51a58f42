"""The page says what the tests show: no attack less, and no better result."""

from pathlib import Path

from attack_page import table
from attack_table import ATTACKS

PAGE = Path(__file__).parents[2] / "docs/security.md"


def test_the_page_has_the_attacks_and_their_results() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    begin = rows.index("| attack | what is tried | held by | result |")
    shown = "\n".join(rows[begin : begin + len(ATTACKS) + 2])
    assert shown == table(), "paste what Tests/attacks/attack_page.py prints"


def test_each_attack_has_a_name_of_its_own() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
