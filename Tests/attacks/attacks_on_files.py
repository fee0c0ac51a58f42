"""Attacks on what others keep in files, and on what only root may open."""

from attack import Attack

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
    Attack("own-descriptors", "Use a descriptor that was left open", "own_descriptors.py", (), ("plain",)),
    Attack("devices", "Open a device of the machine", "open_devices.py", (), ("bare",)),
    Attack("setuid", "Run a program that makes one root", "privileged", (), ("bare",)),
    Attack("read-kernel", "Read the kernel's messages and memory", "open_kernel_files.py", ("read",), ("bare", "root")),
    Attack(
        "set-kernel", "Set something of the kernel (/proc, /sys)", "open_kernel_files.py", ("write",), ("bare", "root")
    ),
    Attack("make-device", "Make a device file", "make_device.py", (), ("bare", "root")),
]
