"""What mallory tries, and what holds her."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """One attack.

    `walls` are those of which each alone would hold it: it succeeds when all of them are left out. Besides those that
    the configuration can leave out there are `files`, the choice of what a sandbox shows, and `modes`, those of the
    files in the state directory. Where `bare` is named, the attack is run without any sandbox, as an ordinary user of
    the machine, or with `users` as the victim's own, or with `ipc` among the victim's shared memory. No walls: Carrel
    itself holds it, and there is nothing to leave out.
    """

    name: str
    what: str
    program: str
    arguments: tuple[str, ...] = ()
    walls: tuple[str, ...] = ()
    # What another one can't do while mallory holds what she took.
    hinders: str = ""
    # Why it isn't refused yet.
    pending: str = ""


QUOTA = "where homes aren't on btrfs; on btrfs it is refused (`Tests/browser/test_storage.py`)"

FILES = [
    Attack("read-home", "Read a file in another's home, by 200 paths", "read_files.py", ("home",), ("files", "users")),
    Attack(
        "read-state",
        "Read the hub's database, keys, tokens and another server's log",
        "read_files.py",
        ("database", "key", "token", "log"),
        ("files", "modes"),
    ),
    Attack(
        "read-left-open", "Read what the operator left readable to everybody", "read_files.py", ("open",), ("files",)
    ),
    Attack(
        "read-root-only",
        "Read what only root may, in folders that the sandbox shows",
        "read_files.py",
        ("private-opt", "private-local"),
        ("files", "modes"),
    ),
    Attack("read-accounts", "Look for the machine's accounts and password hashes", "read_accounts.py", (), ("bare",)),
    Attack(
        "open-sockets",
        "Connect to the hub's, the proxy's and another server's sockets by path",
        "open_sockets.py",
        (),
        ("files", "modes"),
    ),
    Attack("own-descriptors", "Use a descriptor that was left open", "own_descriptors.py", (), ()),
    Attack("devices", "Open a device of the machine", "open_devices.py", (), ("bare",)),
    Attack("setuid", "Run a program that makes one root", "privileged", (), ("bare",)),
]
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
    Attack("shared-memory", "Read another's shared memory (System V)", "shared_memory.py", (), ("bare", "ipc")),
    Attack("inotify", "Take all file watches of the user number", "take_watches.py", (), ("users",), hinders="watch"),
]
NETWORK = [
    Attack(
        "loopback",
        "Connect to everything that listens on the machine's localhost",
        "connect.py",
        ("loopback",),
        ("network",),
    ),
    Attack(
        "machine", "Connect to the machine's own addresses and the gateway", "connect.py", ("machine",), ("network",)
    ),
    Attack("neighbour", "Connect to a port that another server listens on", "connect.py", ("neighbour",), ("network",)),
    Attack("metadata", "Ask the cloud for credentials, by IPv4 and IPv6", "connect.py", ("metadata",), ("network",)),
    Attack("private", "Connect to a private network behind the machine", "connect.py", ("private",), ("network",)),
    Attack("abstract", "Connect to another's Unix socket without a path", "connect_abstract.py", (), ("network",)),
]
LIMITS = [
    Attack("memory", "Take 1.5 GiB of memory", "take_memory.py", ("private", "1500"), ("limits",)),
    Attack("memory-file", "Take 1.5 GiB as a file in memory", "take_memory.py", ("file", "1500"), ("limits",)),
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
    ),
    Attack(
        "fill-home",
        "Fill the disk of all homes with 300 MiB, over the quota",
        "fill.py",
        ("~", "300", "0"),
        pending=QUOTA,
    ),
    Attack("fill-log", "Write 60 MiB into the own log", "write_log.py", ("fill", "60"), ("limits",)),
    Attack("stretch-log", "Make the own log seem 1 GiB larger", "write_log.py", ("stretch",), ()),
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
    Attack("send-descriptors", "Send 2,000 descriptors over the hub's socket", "send_descriptors.py", (), ()),
]
CALLS = [
    Attack(f"call-{name}", what, "call_kernel", (name,), ("syscalls",))
    for name, what in [
        ("unshare", "Make a user namespace"),
        ("clone", "Make a user namespace while forking"),
        ("clone3", "The same with clone3, whose flags a filter can't see"),
        ("mount", "Mount in a namespace of one's own"),
        ("setns", "Enter another namespace"),
        ("chroot", "Change the root"),
        ("open_by_handle_at", "Open files by handle"),
        ("keyctl", "Reach the keyring"),
        ("add_key", "Add a key"),
        ("request_key", "Ask for a key"),
        ("bpf", "Load a program into the kernel"),
        ("perf_event_open", "Count events of the processor"),
        ("userfaultfd", "Handle page faults (helps exploits of the kernel)"),
        ("io_uring", "Open an io_uring (goes round a filter)"),
        ("vsock", "Reach the hypervisor"),
        ("tiocsti", "Type into a terminal"),
        ("tiocsti-wide", "The same with bits that only the filter sees"),
        ("int80", "Reach the keyring by the kernel's 32-bit numbers"),
    ]
]
ATTACKS = [*FILES, *PROCESSES, *NETWORK, *LIMITS, *CALLS]
