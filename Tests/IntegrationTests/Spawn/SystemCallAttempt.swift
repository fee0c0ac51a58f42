import CarrelSpawn

/// What the filter of system calls refuses, though it needs no right.
enum SystemCallAttempt: CaseIterable {
    case userNamespace
    case hypervisorSocket
    case keyring
    case ring
    case secretMemory
    case fileNotification
    case fileHandle

    /// A line of shell that ends well if it is granted.
    ///
    /// Calls that the C library lacks go by number: 425 and 447 are the same everywhere, that of keys isn't.
    var script: String {
        switch self {
        case .userNamespace: "unshare -U true"
        case .hypervisorSocket: "python3 -c 'import socket; socket.socket(40, socket.SOCK_STREAM)'"
        case .keyring: calling("c.syscall({\"x86_64\": 250}.get(platform.machine(), 219), 0, -3, 0)")
        case .ring: calling("c.syscall(425, 1, ctypes.create_string_buffer(120))")
        case .secretMemory: calling("c.syscall(447, 0)")
        case .fileNotification: calling("c.fanotify_init(0x200, 0)")
        case .fileHandle: calling("c.name_to_handle_at(-100, b\"/dev/shm\", b\"\\x80\" + bytes(140), bytes(4), 0)")
        }
    }

    private func calling(_ call: String) -> String {
        "python3 -c 'import ctypes, platform; c = ctypes.CDLL(None); exit(\(call) < 0)'"
    }

    /// Whether this machine grants it to the servers' user outside of any sandbox: some are closed by settings, or lack it.
    func isGrantedHere() async throws -> Bool {
        let user = ["--reuid=20001", "--regid=20001", "--clear-groups", "--bounding-set=-all", "--no-new-privs"]
        let output = try await ProgramRun.output(
            of: "/usr/bin/setpriv",
            user + ["/bin/sh", "-c", "cd /; \(script) 2>/dev/null && echo done || echo refused"],
            within: .seconds(60),
        )
        return output == "done\n"
    }
}
