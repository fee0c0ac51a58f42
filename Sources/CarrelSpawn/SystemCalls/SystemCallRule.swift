import Glibc

/// A system call that servers are refused, always or for some values of an argument.
struct SystemCallRule: Equatable, Sendable {
    /// Which values of an argument a rule is about.
    enum Condition: Equatable, Sendable {
        /// Any of these bits is set.
        case bits(UInt64, ofArgument: UInt32)
        /// The low 32 bits, which are all that the kernel looks at, are this.
        case value(UInt32, ofArgument: UInt32)
        /// The argument is more than this.
        case more(than: UInt64, ofArgument: UInt32)
    }

    /// The call's name in the kernel.
    let name: String
    /// What the program gets instead; 0 tells it that all went well, though nothing was done.
    var errno: Int32 = EPERM
    /// When: all of them hold.
    var conditions: [Condition] = []
}

/// What servers may not ask of the kernel.
///
/// All else is allowed, so that whatever a notebook starts works: this is no list of what is known to be needed but of
/// what is dangerous and never is. Mostly these calls need rights that a server doesn't have; refusing them here keeps
/// faults of the kernel behind them out of reach.
enum SystemCallPolicy {
    /// The rules, by subject.
    static let rules: [SystemCallRule] =
        namespaces + refused(mounts + keys + tracing + machine + handles) + unavailable + sockets + terminals + cores

    private static func refused(_ names: [String]) -> [SystemCallRule] {
        names.map { SystemCallRule(name: $0) }
    }

    /// `clone3` hides its flags behind a pointer: told that it isn't there, programs take `clone`.
    private static let namespaces =
        NamespaceKind.allCases.flatMap { kind in
            // To `clone` the flag for a time namespace is part of a signal's number.
            (kind == .time ? ["unshare"] : ["clone", "unshare"]).map {
                SystemCallRule(name: $0, conditions: [.bits(UInt64(kind.rawValue), ofArgument: 0)])
            }
        }
        + [SystemCallRule(name: "clone3", errno: ENOSYS), SystemCallRule(name: "setns")]

    private static let mounts = [
        "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "open_tree_attr", "fsopen",
        "fsconfig", "fsmount", "fspick", "mount_setattr", "statmount", "listmount",
    ]

    private static let keys = ["add_key", "request_key", "keyctl"]

    private static let tracing = [
        "bpf", "perf_event_open", "lookup_dcookie", "userfaultfd", "fanotify_init", "process_madvise",
    ]

    private static let machine = [
        "acct", "clock_adjtime", "clock_settime", "create_module", "delete_module", "finit_module", "init_module",
        "ioperm", "iopl", "kexec_file_load", "kexec_load", "nfsservctl", "quotactl", "quotactl_fd", "reboot",
        "setdomainname", "sethostname", "settimeofday", "swapoff", "swapon", "syslog", "vhangup",
    ]

    private static let handles = ["open_by_handle_at", "name_to_handle_at"]

    /// Programs have another way when these aren't there, and take it only for ENOSYS.
    private static let unavailable = ["io_uring_setup", "io_uring_enter", "io_uring_register", "memfd_secret"]
        .map { SystemCallRule(name: $0, errno: ENOSYS) }

    /// The kinds of socket that servers have no use for; 40 reaches the hypervisor of a virtual machine.
    ///
    /// Left are Unix (1), IPv4 (2), IPv6 (10) and netlink (16), with which programs ask for their own addresses.
    private static let sockets =
        ([0] + Array(3...9) + Array(11...15)).map {
            SystemCallRule(name: "socket", errno: EAFNOSUPPORT, conditions: [.value(UInt32($0), ofArgument: 0)])
        }
        + [
            SystemCallRule(name: "socket", errno: EAFNOSUPPORT, conditions: [.more(than: 16, ofArgument: 0)]),
            SystemCallRule(name: "socketpair", errno: EAFNOSUPPORT, conditions: [.more(than: 1, ofArgument: 0)]),
        ]

    /// Typing into, and pasting into, a terminal that somebody else reads: TIOCSTI and TIOCLINUX.
    private static let terminals = [0x5412, 0x541C].map {
        SystemCallRule(name: "ioctl", conditions: [.value($0, ofArgument: 1)])
    }

    /// Another limit of core dumps (`RLIMIT_CORE`, 4) than the one a server begins with, which is the only one that keeps
    /// the machine's program for core dumps from being run, as root and outside of every sandbox.
    ///
    /// Programs that hold secrets set it to 0 and give up when they can't.
    private static let cores = [
        SystemCallRule(name: "setrlimit", errno: 0, conditions: [.value(4, ofArgument: 0)]),
        // Without a new limit it only tells the old one.
        SystemCallRule(
            name: "prlimit64",
            errno: 0,
            conditions: [.value(4, ofArgument: 1), .more(than: 0, ofArgument: 2)],
        ),
    ]
}
