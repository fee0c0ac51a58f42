"""Writes a file so that a failure leaves what was there before.

Stock copies the old file, writes over it, and renames the copy back if that fails. When there is no room left it loses the old
content all the same: the error of a small file comes with the last flush, which stock doesn't guard; closing the file fails too,
before the copy is put back; and where a quota is used up (btrfs), a rename that replaces a file fails, as does cutting it
shorter. Removing a file never does.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import IO, Any

from jupyter_server.services.contents import fileio


def target_of(path: str) -> str:
    """The file that stock writes to: one symbolic link is followed."""
    return os.path.join(os.path.dirname(path), os.readlink(path)) if os.path.islink(path) else path


def remove(path: str) -> None:
    """Removes a file, if it is there and can be removed."""
    with contextlib.suppress(OSError):
        os.remove(path)


def put_back(copy: str, target: str) -> None:
    """Makes the copy the file again, if that hasn't been done."""
    if os.path.isfile(copy) and not os.path.lexists(target):
        os.sync()  # until then the room of what was removed isn't free
        with contextlib.suppress(OSError):
            os.replace(copy, target)


@contextlib.contextmanager
def kept_until_written(path: str, *arguments: Any, **options: Any) -> Iterator[IO[Any]]:
    """Stock's `atomic_writing`, whose file is on the disk before it is taken for written."""
    target = target_of(path)
    copy = fileio.path_to_intermediate(target)
    was_there = os.path.isfile(target)
    is_copied = False
    try:
        with fileio.atomic_writing(path, *arguments, **options) as file:
            is_copied = os.path.isfile(copy) or not was_there
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                with contextlib.suppress(OSError):
                    file.close()  # stock closes it again, which does nothing then
                if is_copied:
                    remove(target)  # what was written of it; stock puts the copy in its place
                raise
    except BaseException:
        if was_there and is_copied:
            put_back(copy, target)
        elif was_there:
            remove(copy)  # half a copy; the file itself wasn't touched
        raise
