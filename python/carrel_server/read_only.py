"""What a person is told when something can't be written because it is in a folder that is only read."""

import errno
from pathlib import Path

# A folder of openBIS with nothing but a note, which tells how its datasets are made.
DRAFT, NOTE = "new-dataset", "README.txt"
LARGEST_NOTE = 4000


def is_read_only(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says that the place is only read."""
    while error is not None:
        if isinstance(error, OSError) and error.errno == errno.EROFS:
            return True
        error = error.__cause__ or error.__context__
    return False


def explanation(path: Path) -> str:
    """What to say of a file or folder that can't be there; the note's own words where there is one for it."""
    for folder in path.parents:
        if folder.name != DRAFT:
            continue
        try:
            with (folder / NOTE).open(encoding="utf-8") as note:
                return note.read(LARGEST_NOTE).split("\n\n")[0].strip()
        except (OSError, UnicodeDecodeError):
            break
    return "This folder can only be read. Save it in another one."
