"""What is said of a folder that can only be read."""

import errno
from pathlib import Path

from carrel_server import read_only


def test_an_error_is_of_a_place_that_is_only_read_wherever_it_came_from() -> None:
    first = OSError(errno.EROFS, "Read-only file system")
    second = RuntimeError("saving failed")
    second.__cause__ = first
    assert read_only.is_read_only(second)
    assert not read_only.is_read_only(OSError(errno.EACCES, "Permission denied"))
    assert not read_only.is_read_only(None)


def test_the_note_of_openbis_is_what_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "openbis/LAB/P1/C1/new-dataset"
    folder.mkdir(parents=True)
    (folder / "README.txt").write_text("Use Save to openBIS.\n\nMore.\n")
    assert read_only.explanation(folder / "a/b.csv") == "Use Save to openBIS."
    plain = "This folder can only be read. Save it in another one."
    assert read_only.explanation(folder.parent / "a.csv") == plain
    (folder / "README.txt").unlink()
    assert read_only.explanation(folder / "a.csv") == plain
