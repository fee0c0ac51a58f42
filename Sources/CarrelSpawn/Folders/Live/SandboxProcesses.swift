import Glibc

/// The processes of a sandbox, which all are in its pid namespace: a server can't make others.
struct SandboxProcesses: Sendable {
    /// The first one, which is bubblewrap's.
    let first: ProcessHandle
    /// The inode number of their pid namespace.
    let namespace: UInt64
    /// The processes of a run; nil when it has ended.
    init?(of file: StatusFile, bootID: String) {
        guard let first = file.sandbox(bootID: bootID), let namespace = file.status.namespace else { return nil }
        self.first = first
        self.namespace = namespace
    }

    /// Their numbers on this host.
    var all: [Int32] { ProcessTable.members(ofNamespace: namespace) }

    /// What they see; nothing when all have ended.
    var mounts: [SandboxMount] { SandboxMount.all(of: "\(first.pid)") }

    /// Those with which the server ends: the first, and its own program.
    var essential: Set<Int32> {
        Set([first.pid] + (ProcessTable.process(2, childOf: first.pid).map { [$0] } ?? []))
    }

    /// Their mount namespace.
    func mountNamespace() throws(SystemFailure) -> Descriptor {
        let descriptor = try Descriptor(opening: "/proc/\(first.pid)/ns/mnt", O_RDONLY)
        guard ProcessTable.isFirst(first.pid, ofNamespace: namespace) else {
            throw SystemFailure(call: "setns", path: nil, number: ESRCH)
        }
        return descriptor
    }

    /// Takes hold of one of them; nil when it has ended.
    func hold(_ pid: Int32) -> ProcessHandle? {
        guard let handle = ProcessHandle(pid: pid), ProcessTable.namespace(of: pid) == namespace else { return nil }
        return handle
    }
}

extension ProcessHandle {
    /// The program's name as far as it is plain; the user can choose it.
    var name: String {
        guard let file = try? Descriptor(opening: "/proc/\(pid)/comm", O_RDONLY) else { return "?" }
        let text = String(decoding: file.contents(limit: 64).filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        return text.isEmpty ? "?" : text
    }

    /// Writes a line to the terminal that the process writes its errors to, if that is one.
    func tell(_ text: String) {
        // Whatever it is by now: opening it waits for nothing, and only a pseudo-terminal is written to.
        let flags = O_WRONLY | O_NOCTTY | O_NONBLOCK
        var facts = stat()
        let path = "/proc/\(pid)/fd/2"
        guard stat(path, &facts) == 0, Self.isTerminal(facts), let file = try? Descriptor(opening: path, flags),
            fstat(file.number, &facts) == 0, Self.isTerminal(facts)
        else { return }
        try? file.write("\r\nCarrel: \(text)\r\n")
    }

    /// Whether it is the inside of a pseudo-terminal (majors 136 to 143, the kernel's devices.txt).
    private static func isTerminal(_ facts: stat) -> Bool {
        facts.st_mode & S_IFMT == S_IFCHR && (136...143).contains(facts.st_rdev >> 8 & 0xFFF)
    }
}
