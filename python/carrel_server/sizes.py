"""Sizes as people read them."""

UNITS = [("T", 4), ("G", 3), ("M", 2), ("k", 1)]


def readable(size: int) -> str:
    """`2 GB`, `1.5 GiB`, `820 kB`: binary where that is the rounder number, as most limits are one or the other."""
    for letter, power in UNITS:
        binary = size / 1024**power
        # A control group rounds a limit down to whole pages, so a round number may miss by a little.
        if binary >= 1 and abs(binary * 4 - round(binary * 4)) < 4e-5 * binary:
            return f"{round(binary * 4) / 4:g} {letter.replace('k', 'K')}iB"
        decimal = size / 1000**power
        if decimal >= 1:
            return f"{decimal:.3g} {letter}B"
    return f"{size} bytes"
