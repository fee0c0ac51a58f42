"""Attacks on the processes and the memory of others."""

from attack import Attack

PROCESSES = [
    Attack("see-processes", "See the machine's processes", "read_processes.py", ("see",), ("bare",)),
    Attack(
        "read-processes",
        "Read another's environment, root, folder, descriptors through /proc",
        "read_processes.py",
        ("read",),
        ("bare", "users"),
    ),
    *(
        Attack(f"{way}-process", what, "touch_process", (way, "{processes}"), ("bare", "users"))
        for way, what in [
            ("signal", "Send a signal to another's process"),
            ("trace", "Trace another's process"),
            ("memory", "Read another process's memory"),
            ("descriptor", "Take a descriptor out of another's process"),
        ]
    ),
    *(
        Attack(f"{way}-first", what, "touch_process", (way, "{first}"), ("bare", "root"))
        for way, what in [
            ("signal", "Send a signal to the sandbox's first process, which is root's"),
            ("trace", "Trace that process"),
            ("memory", "Read its memory"),
            ("descriptor", "Take a descriptor out of it"),
        ]
    ),
    *(
        Attack(f"shared-{kind}", what, "read_shared.py", (kind,), ("bare", "ipc"))
        for kind, what in [
            ("segment", "Read another's shared memory (System V)"),
            ("message", "Read another's messages (System V)"),
            ("queue", "Read another's message queue (POSIX)"),
        ]
    ),
    Attack("core-file", "Crash with a core file of any size", "crash.py", ("file",), ("bare",)),
    Attack(
        "core-program",
        "Crash, and so have the machine's program for core dumps run as root",
        "crash.py",
        ("pipe",),
        ("syscalls",),
    ),
]
