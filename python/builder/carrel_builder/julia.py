"""The versions that an entry `julia` under `[compat]` allows."""

import re

PART = re.compile(r"^(\^|~|=|>=|≥|<)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$")


def allows(compat: str, version: str) -> bool:
    """Whether one of the alternatives does. Source: Julia's manual, Pkg, "Compatibility"."""
    have = tuple(int(part) for part in version.split(".")[:3])
    return any(_one(part.strip(), have) for part in compat.split(","))


def _one(wish: str, have: tuple[int, ...]) -> bool:
    match = PART.match(wish)
    if not match:
        return False
    sign = match.group(1) or "^"
    given = [int(part) for part in match.groups()[1:] if part is not None]
    low = tuple(given + [0] * (3 - len(given)))
    if sign in (">=", "≥"):
        return have >= low
    if sign == "<":
        return have < low
    if sign == "=":
        return have[: len(given)] == tuple(given)
    return low <= have < _end(given, sign)


def _end(given: list[int], sign: str) -> tuple[int, ...]:
    """The first version that isn't allowed: the caret keeps the first figure that isn't 0, the tilde the minor one."""
    last = len(given) - 1
    keep = min(1, last) if sign == "~" else next((at for at, figure in enumerate(given) if figure), last)
    return (*given[:keep], given[keep] + 1)
