"""Folders of a home that turn into links and back while something is done with them."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

# Every folder that a hub might look for in a home.
NAMES = [
    ".snapshots",
    ".jupyter",
    ".ipython",
    ".local",
    ".config",
    ".cache",
    "work",
    "datahub",
    "projects",
    "shared",
]


def make_decoy(folder: Path, word: str) -> Path:
    """What a link leads to: a folder of the machine that is open to everybody."""
    decoy = folder / "decoy"
    for inner in (decoy, decoy / "inner", decoy / "outside"):
        inner.mkdir()
        inner.chmod(0o777)
    for name in ("file", "inner/file.txt", "inner/gone.txt", "outside/large"):
        (decoy / name).write_text(word * 4000)
        (decoy / name).chmod(0o666)
    return decoy


def state_of(folder: Path) -> list[tuple[object, ...]]:
    """Names, owners and modes of a folder and all in it, and when it was changed."""
    return [(one, *(one.lstat()[:6]), one.lstat().st_mtime_ns) for one in [folder, *sorted(folder.rglob("*"))]]


@contextmanager
def swapping(home: Path, decoy: Path) -> Iterator[None]:
    """Meanwhile every one of those is now a folder, now a link that leads out of it."""
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            for name in NAMES:
                path, link = home / name, home / f"{name}.link"
                with suppress(OSError):
                    link.symlink_to(decoy)
                    path.rename(home / f"{name}.folder") if path.is_dir() and not path.is_symlink() else path.unlink()
                with suppress(OSError):
                    link.rename(path)
                over.wait(0.001)
                with suppress(OSError):
                    path.unlink()
                with suppress(OSError):
                    (home / f"{name}.folder").rename(path)

    with ThreadPoolExecutor() as beside:
        done = beside.submit(swap)
        try:
            yield
        finally:
            over.set()
            done.result()


def follows(is_reached: Callable[[], bool], within: float = 20) -> bool:
    """Whether what goes by names gets behind a link at some time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(OSError):
            if is_reached():
                return True
    return False


def touch_inside(folder: Path) -> None:
    """Writes a new file into a folder, by its name."""
    (folder / f"new-{os.urandom(4).hex()}").touch()
