"""Which folders hold files that are kept elsewhere: data sources, which the hub brings into servers as mounts of rclone."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
KIND = "fuse.rclone"
OCTAL = re.compile(r"\\([0-7]{3})")


def mounted(text: str) -> list[Path]:
    """Where remote folders are, by the lines of `mountinfo` (proc(5))."""
    places = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith(f"{KIND} "):
            # Blanks and backslashes are written as numbers.
            places.append(Path(OCTAL.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])))
    return places


def is_remote(path: Path) -> bool:
    """Whether a file, or one that would be there, is kept elsewhere."""
    places = mounted(MOUNTS.read_text(errors="surrogateescape"))
    return bool(places) and any(path.resolve().is_relative_to(place) for place in places)
