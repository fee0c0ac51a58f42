"""Attacks that take so much that others can't work."""

from attack import Attack

FULL = "Disk quota exceeded"
HOMES = [
    Attack(
        "fill-home", "Fill the disk of all homes with 100 MiB", "fill.py", ("~", "100", "0"), ("quota",), reason=FULL
    ),
    Attack(
        "fill-home-files",
        "Make 15,000 empty files in the home, with long names",
        "fill.py",
        ("~", "0", "15000"),
        ("quota",),
        reason=FULL,
    ),
    Attack(
        "crowd-home",
        "Leave no room for another's home with a file without end",
        "fill.py",
        ("~", "100000", "0", "hold"),
        ("quota",),
        hinders="home",
    ),
    Attack(
        "crowd-home-files",
        "The same with empty files",
        "fill.py",
        ("~", "0", "100000000", "hold"),
        ("quota",),
        hinders="home",
    ),
]
LIMITS = [
    Attack("memory", "Take 1.5 GiB of memory", "take_memory.py", ("private", "1500"), ("limits",)),
    Attack("memory-file", "Take 1.5 GiB as a file in memory", "take_memory.py", ("file", "1500"), ("limits",)),
    Attack("memory-segment", "Take 1.5 GiB as shared memory", "take_memory.py", ("segment", "1500"), ("limits",)),
    Attack("fork-bomb", "Make 500 processes", "take_processes.py", ("500",), ("limits",)),
    Attack("descriptors", "Open 5,000 descriptors", "take_descriptors.py", ("5000",), ("limits",)),
    Attack("processors", "Use all processors", "take_processors.py", ("0.65",), ("limits",)),
    Attack("fill-temporary", "Fill /tmp with 200 MiB", "fill.py", ("/tmp", "200", "0"), ("limits",)),
    Attack("fill-shared", "Fill /dev/shm with 400 MiB", "fill.py", ("/dev/shm", "400", "0"), ("bare",)),
    Attack("fill-layer", "Fill the throw-away layer with 200 MiB", "fill.py", ("environment", "200", "0"), ("limits",)),
    Attack(
        "fill-runtime",
        "Fill the server's runtime folder with 200 MiB",
        "fill.py",
        ("/run/user", "200", "0"),
        ("limits",),
    ),
    Attack(
        "fill-socket",
        "Fill the folder of its own socket with 200 MiB",
        "fill.py",
        ("/run/carrel/server", "200", "0"),
        ("plain",),
    ),
    *HOMES,
    Attack("fill-log", "Write 60 MiB into the own log", "write_log.py", ("fill", "60"), ("limits",)),
    Attack("stretch-log", "Make the own log seem 1 GiB larger", "write_log.py", ("stretch",), ("plain",)),
    Attack(
        "terminals",
        "Take all pseudo-terminals of the machine",
        "take_terminals.py",
        (),
        ("limits",),
        hinders="terminal",
    ),
    Attack(
        "hold-hub",
        "Hold the hub's socket with 4,000 half-open requests",
        "hold_hub.py",
        (),
        ("users",),
        hinders="hub",
    ),
    Attack("send-descriptors", "Send 2,000 descriptors over the hub's socket", "send_descriptors.py", (), ("plain",)),
    *(
        Attack(f"use-up-{name}", what, "take_user_limit.py", (kind,), ("users",), hinders=kind)
        for name, kind, what in [
            ("watches", "watch", "Take all file watches of the user number"),
            ("queues", "queue", "Take all bytes of message queues of the user number"),
            ("signals", "signal", "Have as many pending signals as the user number may"),
            ("pipes", "pipe", "Take all room in pipes of the user number"),
        ]
    ),
]
