"""Calls of the kernel that servers have no use for."""

from attack import Attack

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
        ("name_to_handle_at", "Get handles of files"),
        ("process_madvise", "Advise on another's memory"),
        ("int80", "Reach the keyring by the kernel's 32-bit numbers"),
    ]
]
# Root itself gets another answer to them, so what an ordinary user gets shows two walls.
CALLS_OF_ROOT = [
    Attack(f"call-{name}", what, "call_privileged", (name,), ("syscalls", "root") if is_of_root else ("syscalls",))
    for name, what, is_of_root in [
        ("init_module", "Load a module into the kernel", True),
        ("finit_module", "Load one from a file", True),
        ("delete_module", "Take a module out of the kernel", True),
        ("kexec_load", "Start another kernel", True),
        ("kexec_file_load", "Start another kernel from a file", True),
        ("reboot", "Restart the machine", True),
        ("swapon", "Use a file as memory", True),
        ("swapoff", "Stop the use of one", True),
        ("acct", "Have the kernel note all programs", True),
        ("settimeofday", "Set the time", False),
        ("clock_settime", "Set a clock", False),
        ("sethostname", "Change the host's name", True),
        ("setdomainname", "Change the domain's name", True),
        ("syslog", "Read the kernel's messages (dmesg)", True),
        ("pivot_root", "Exchange the root", True),
        ("umount2", "Take a mount away", False),
        ("fsopen", "Mount by the newer calls", True),
        ("open_tree", "Copy mounts", True),
        ("move_mount", "Move a mount", True),
        ("mount_setattr", "Make a mount writable", False),
        ("quotactl", "Change quotas", False),
        ("fanotify_init", "Watch all files of a disk", True),
        ("iopl", "Speak to devices", True),
        ("ioperm", "Speak to one device", True),
    ]
]
