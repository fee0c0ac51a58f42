"""What is measured inside of a mount, run by itself by whoever may look into it; prints seconds, as JSON.

python3 -c PROBE read FILE | write FILE BYTES | list FOLDER
"""

import json
import os
import sys
import time

PIECE = 1 << 20


def read(path: str) -> dict[str, float]:
    """Reads a file from its begin to its end."""
    piece = bytearray(PIECE)
    begun, count = time.monotonic(), 0
    file = os.open(path, os.O_RDONLY)
    while got := os.readv(file, [piece]):
        count += got
    os.close(file)
    return {"seconds": time.monotonic() - begun, "bytes": count}


def write(path: str, size: int) -> dict[str, float]:
    """Writes a new file; tells when that began and when it was closed, by the machine's clock."""
    piece, left = os.urandom(PIECE), size
    begun = time.monotonic()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    while left:
        left -= os.write(file, piece[: min(left, PIECE)])
    os.close(file)
    return {"begun": begun, "closed": time.monotonic()}


def listing(path: str) -> dict[str, float]:
    """Lists a folder as `ls -l` does: names, sizes and times."""
    begun = time.monotonic()
    entries = [entry.stat(follow_symlinks=False) for entry in os.scandir(path)]
    return {"seconds": time.monotonic() - begun, "entries": len(entries)}


def main() -> None:
    """Does what it is told."""
    match sys.argv[1:]:
        case ["read", path]:
            told = read(path)
        case ["write", path, size]:
            told = write(path, int(size))
        case ["list", path]:
            told = listing(path)
        case _:
            sys.exit(__doc__)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
