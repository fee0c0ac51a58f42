"""What an attack is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """One attack.

    `walls` are those of which each alone would hold it: it succeeds when all of them are left out. Besides those that
    the configuration can leave out there are `files`, the choice of what a sandbox shows, `modes`, those of the files in
    the state directory, and `quota`, that of homes. Where `bare` is named, the attack is run without any sandbox, as an
    ordinary user of the machine, or with `users` as the victim's own, or with `ipc` among the victim's shared memory, or
    with `root` as root. What Carrel itself holds, without a wall that could be left out, is `plain`: it is run against
    a stand-in that doesn't hold it, so that the test is known to notice.
    """

    name: str
    what: str
    program: str
    arguments: tuple[str, ...] = ()
    walls: tuple[str, ...] = ()
    # What another one can't do while mallory holds what she took.
    hinders: str = ""
    # What a refusal must say, where another one would mean nothing.
    reason: str = ""
