"""Writes a file so that a failure leaves what was there before.

Stock does so too, but loses the old content when the disk fills up: it puts the old file back only if the error comes before
its last flush, and not if closing the file fails as well. Both are what happens when the bytes of a small file don't fit.
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


@contextlib.contextmanager
def kept_until_written(path: str, *arguments: Any, **options: Any) -> Iterator[IO[Any]]:
    """Stock's `atomic_writing`, whose file is on the disk before it is taken for written."""
    target = target_of(path)
    was_there = os.path.isfile(target)
    copied = False
    try:
        with fileio.atomic_writing(path, *arguments, **options) as file:
            copied = True
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                # Stock closes it again, which does nothing then, and puts the copy back.
                with contextlib.suppress(OSError):
                    file.close()
                raise
    except BaseException:
        if not copied:
            remove(fileio.path_to_intermediate(target))  # half a copy; the file itself wasn't touched
        elif not was_there:
            remove(target)
        raise
