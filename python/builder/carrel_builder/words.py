"""Figures as people read them."""


def size(count: float) -> str:
    """`1.5 GB`: decimal units, as in the hub's own messages."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return (
                f"{count:.0f} {unit}"
                if unit == "bytes" or count >= 10
                else f"{count:.1f}".removesuffix(".0") + f" {unit}"
            )
        count /= 1000
    return f"{count:.1f}".removesuffix(".0") + " TB"


def duration(seconds: float) -> str:
    """`90 s`, `15 minutes`, `2 hours`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def names(items: list[str], most: int = 10) -> str:
    """`a, b and 3 more`: a list that is never long."""
    if len(items) <= most:
        return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"
