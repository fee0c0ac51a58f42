"""A home full of odd things, and whether what was unpacked is the same, byte for byte."""

import itertools
import os
import socket
import stat
import struct
from pathlib import Path

from carrel_hub import CarrelHub

OWNER = 20_777
Tree = dict[bytes, os.stat_result]


def empty_home(hub: CarrelHub, name: str) -> Path:
    """The home of a user whose server never ran."""
    home = hub.state / "homes/default" / name
    for folder in (home.parents[1], home.parent):
        folder.mkdir(exist_ok=True, parents=True)
        folder.chmod(0o711)
    home.mkdir(mode=0o700)
    give(home)
    return home


def give(home: Path) -> None:
    """Makes all of it the user's, as far as this process may."""
    if os.geteuid() != 0:
        return
    os.chown(home, OWNER, OWNER)
    for folder, folders, files in os.walk(os.fsencode(home)):
        for name in folders + files:
            os.chown(os.path.join(folder, name), OWNER, OWNER, follow_symlinks=False)


def fill(home: Path, small_files: int = 20_000) -> None:
    """Puts everything there that may be in a home."""
    top = os.fsencode(home)
    for name in (b"plain.txt", b"caf\xc3\xa9", b"cafe\xcc\x81", b"\xff\xfe.bin", b"a\nb\tc", b" lead", b"-rf", b"\\x"):
        (home / os.fsdecode(name)).write_bytes(name * 100)
    (home / ("n" * 255)).write_text("a long name")
    (home / ("ü" * 127)).write_text("a long name of two bytes a letter")
    (home / "empty.txt").touch()
    (home / "large.bin").write_bytes(os.urandom(5_000_001))
    os.utime(home / "large.bin", ns=(1_234_567_890_987_654_321, 1_234_567_890_987_654_321))
    (home / "empty folder").mkdir()
    (home / "run.sh").write_text("#!/bin/sh\n")
    (home / "run.sh").chmod(0o750)
    os.link(home / "plain.txt", home / "zz-same.txt")
    os.mkdir(top + b"/d\xe9")
    os.symlink(b"../plain.txt", top + b"/d\xe9/link")
    os.symlink(b"/etc/passwd", top + b"/outside")
    os.symlink(b"nowhere\xff", top + b"/dangling")
    os.symlink(b".", top + b"/loop")
    make_sparse(home / "sparse.bin")
    with (home / "hole.bin").open("wb") as hole:
        hole.truncate(10_000_000)
    many = home / "many"
    many.mkdir()
    for number in range(small_files):
        if number % 1000 == 0:
            (many / str(number // 1000)).mkdir()
        (many / str(number // 1000) / f"{number}.txt").write_text(f"{number}\n" * (number % 40))
    make_deep(home / "deep", 150)
    os.mkfifo(home / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(home / "socket"))
    for name in ("closed.txt", "closed folder/inside.txt"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("nobody may read this")
    give(home)
    add_attributes(home)
    (home / "closed.txt").chmod(0)
    (home / "closed folder").chmod(0)


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """An access list as the kernel holds it: of each entry whom it is about, what they may, and their number."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def add_attributes(home: Path) -> None:
    """Extended attributes of several kinds, and access lists, where the file system has them."""
    nobody = 0xFFFF_FFFF
    acl = access_list((1, 6, nobody), (2, 4, 20_778), (4, 0, nobody), (8, 5, 20_779), (16, 5, nobody), (32, 0, nobody))
    os.setxattr(home / "plain.txt", "user.origin", b"a tower\0in Norunda \xff")
    os.setxattr(home / "plain.txt", "user.empty", b"")
    os.setxattr(home / "large.bin", "user.long", bytes(range(256)) * 8)
    os.setxattr(home / "empty folder", "user.of-a-folder", b"1")
    os.setxattr(home / "run.sh", "system.posix_acl_access", acl)
    os.setxattr(home / "empty folder", "system.posix_acl_default", acl)
    os.setxattr(home / "empty folder", "system.posix_acl_access", acl)


def attributes(path: bytes) -> dict[str, bytes]:
    """What a file has of the kinds that a user can give it."""
    names = os.listxattr(path, follow_symlinks=False)
    kept = [name for name in names if name.startswith(("user.", "system.posix_acl"))]
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in kept}


def make_sparse(path: Path) -> None:
    """A file of 3 GB, nearly all of which is a hole."""
    with path.open("wb") as file:
        file.write(b"first")
        file.seek(1_500_000_000)
        file.write(b"middle")
        file.seek(3_000_000_000)
        file.write(b"last")


def make_deep(path: Path, levels: int) -> None:
    """Folders in folders."""
    for _ in range(levels):
        path.mkdir()
        path /= "down and down"
    path.write_text("at the bottom")


def tree(top: Path) -> Tree:
    """All that is below a folder, by path."""
    root = os.fsencode(top)
    found: Tree = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = os.lstat(path)
    return found


def packable(found: Tree) -> Tree:
    """What of a home an archive can hold."""

    def fits(path: bytes, facts: os.stat_result) -> bool:
        kind = stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode) or stat.S_ISLNK(facts.st_mode)
        return kind and path != b"closed.txt" and not path.startswith(b"closed folder/")

    return {path: facts for path, facts in found.items() if fits(path, facts)}


def differences(
    home: Path, unpacked: Path, exact: bool, but: frozenset[bytes] = frozenset(), with_attributes: bool = False
) -> list[str]:
    """What isn't the same; `exact` also compares times to the nanosecond, and which names are one file."""
    before, after = packable(tree(home)), tree(unpacked)
    wrong = [f"missing: {path!r}" for path in before.keys() - after.keys() - but]
    wrong += [f"too much: {path!r}" for path in after.keys() - before.keys()]
    for path in sorted(before.keys() & after.keys() - but):
        old, new = os.path.join(os.fsencode(home), path), os.path.join(os.fsencode(unpacked), path)
        wrong += [f"{reason}: {path!r}" for reason in compare(old, new, before[path], after[path], exact)]
        if with_attributes and attributes(old) != attributes(new):
            wrong.append(f"other attributes: {path!r}: {attributes(new)} instead of {attributes(old)}")
    if exact:
        wrong += [f"other links: {path!r}" for path in same_files(before) ^ same_files(after)]
    return wrong


def compare(old: bytes, new: bytes, before: os.stat_result, after: os.stat_result, exact: bool) -> list[str]:
    """How two files differ."""
    if stat.S_IFMT(before.st_mode) != stat.S_IFMT(after.st_mode):
        return ["other kind"]
    if stat.S_ISLNK(before.st_mode):
        return [] if os.readlink(old) == os.readlink(new) else ["other target"]
    wrong = []
    if before.st_mode & 0o777 != after.st_mode & 0o777 and b"closed folder" not in old:
        wrong.append(f"mode {after.st_mode:o} instead of {before.st_mode:o}")
    if exact and before.st_mtime_ns != after.st_mtime_ns:
        wrong.append("other time")
    if not exact and stat.S_ISREG(before.st_mode) and abs(before.st_mtime - after.st_mtime) > 2:
        wrong.append("other time")
    if stat.S_ISREG(before.st_mode) and not same_content(old, new):
        wrong.append("other content")
    return wrong


def same_content(old: bytes, new: bytes) -> bool:
    """Whether two files hold the same bytes."""
    with open(old, "rb") as one, open(new, "rb") as other:
        for first in iter(lambda: one.read(1 << 22), b""):
            if other.read(len(first)) != first:
                return False
        return other.read(1) == b""


def same_files(found: Tree) -> set[tuple[bytes, ...]]:
    """The sets of names that are one file."""
    files = sorted((facts.st_ino, path) for path, facts in found.items() if stat.S_ISREG(facts.st_mode))
    groups = (tuple(path for _, path in group) for _, group in itertools.groupby(files, key=lambda pair: pair[0]))
    return {group for group in groups if len(group) > 1}
