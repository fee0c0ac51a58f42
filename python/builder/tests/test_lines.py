"""Cutting output into lines, and lines to what one may hold."""

import json
import random

import pytest
from carrel_builder.lines import LONGEST, Lines
from carrel_builder.output import LINE, encoded


def cut(data: bytes, sizes: list[int]) -> list[tuple[str, str]]:
    lines, found, at = Lines(), [], 0
    for size in sizes:
        found += lines.feed(data[at : at + size])
        at += size
    return [*found, *lines.feed(data[at:]), *lines.finish()]


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_the_same_however_they_arrive(seed: int) -> None:
    chance = random.Random(seed)
    data = bytes(chance.choices(b"ab\r\n\xc3", k=300))
    sizes = [chance.randrange(1, 9) for _ in range(40)]
    assert cut(data, sizes) == cut(data, []), seed


def test_carriage_returns_end_lines_too() -> None:
    assert cut(b"10%\r20%\rdone\r\nend", [5]) == [("10%", "\r"), ("20%", "\r"), ("done", "\n"), ("end", "\n")]


def test_a_line_without_end_is_cut_and_the_next_one_is_whole() -> None:
    found = cut(b"x" * 1_000_000 + b"\nnext\n", [1000] * 1000)
    assert [text[:4] for text, _ in found] == ["xxxx", "next"]
    assert len(found[0][0]) <= LONGEST + 1000


@pytest.mark.parametrize("character", ["x", '"', "\\", "ä", "😀", "\t"])
def test_a_line_never_has_more_bytes_than_it_may(character: str) -> None:
    line = encoded({"phase": "building", "message": character * 100_000}, "\n")
    assert len(line.encode()) <= LINE
    assert json.loads(line)["message"].endswith("(cut)\n")
    assert len(line.encode()) > LINE / 2
