import CProcess
import Glibc

/// Holds on to one process, so that a signal never reaches another that got its number.
struct ProcessHandle: Sendable {
    /// Becomes readable when the process has ended.
    let descriptor: Descriptor
    /// Its process id on this host.
    let pid: Int32

    /// Takes hold of a process; nil when there is none of that number.
    init?(pid: Int32) {
        // 1 is the system's first process, and less isn't a process: nothing that was started here.
        guard pid > 1 else { return nil }
        let number = carrel_pidfd_open(pid)
        guard number >= 0 else { return nil }
        descriptor = Descriptor(owning: number)
        self.pid = pid
    }

    /// Sends a signal; a process that has already ended doesn't mind.
    func send(_ signal: Int32) {
        _ = carrel_pidfd_signal(descriptor.number, signal)
    }

    /// Kills it and, if it leads one, its process group.
    func killWithGroup() {
        // `kill` to a group goes by number: asked for only of a process just held on to, and never of 1 or less.
        if pid > 1 && getpgid(pid) == pid { kill(-pid, SIGKILL) }
        send(SIGKILL)
    }
}

/// What `/proc` tells about processes on this host.
enum ProcessTable {
    /// The process that has this number inside the sandbox whose first process is `sandbox`; bubblewrap itself is 1.
    static func process(_ number: Int, childOf sandbox: Int32) -> Int32? {
        pids.first { pid in
            let status = lines(of: pid)
            return parent(in: status) == sandbox && innermostNumber(in: status) == number
        }
    }

    /// Whether a process is the first one of the pid namespace with this inode number.
    static func isFirst(_ pid: Int32, ofNamespace namespace: UInt64) -> Bool {
        var target = [CChar](repeating: 0, count: 64)
        guard readlink("/proc/\(pid)/ns/pid", &target, target.count - 1) > 0,
            String(nulTerminated: target) == "pid:[\(namespace)]"
        else { return false }
        return innermostNumber(in: lines(of: pid)) == 1
    }

    static var pids: [Int32] {
        guard let folder = try? Descriptor(opening: "/proc", O_RDONLY | O_DIRECTORY) else { return [] }
        return DirectoryEntry.names(in: folder).compactMap { Int32(String(nulTerminated: $0)) }
    }

    /// The numbers of the processes in the pid namespace with this inode number.
    static func members(ofNamespace namespace: UInt64) -> [Int32] {
        pids.filter { self.namespace(of: $0) == namespace }
    }

    /// The inode number of a process's pid namespace; nil when the process is gone.
    static func namespace(of pid: Int32) -> UInt64? {
        var target = [CChar](repeating: 0, count: 64)
        guard readlink("/proc/\(pid)/ns/pid", &target, target.count - 1) > 0 else { return nil }
        return UInt64(String(nulTerminated: target).dropFirst("pid:[".count).dropLast())
    }

    /// The number that a process has in its own pid namespace.
    static func number(of pid: Int32) -> Int? { innermostNumber(in: lines(of: pid)) }

    private static func lines(of pid: Int32) -> [Substring] {
        guard let file = try? Descriptor(opening: "/proc/\(pid)/status", O_RDONLY) else { return [] }
        return String(decoding: file.contents(limit: 8192), as: UTF8.self).split(separator: "\n")
    }

    private static func parent(in status: [Substring]) -> Int32? {
        value("PPid:", in: status).flatMap { Int32($0) }
    }

    private static func innermostNumber(in status: [Substring]) -> Int? {
        value("NSpid:", in: status).flatMap { Int($0) }
    }

    /// The last word of the line that begins with a name.
    private static func value(_ name: String, in status: [Substring]) -> Substring? {
        status.first { $0.hasPrefix(name) }?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last
    }
}

extension String {
    /// The text up to the first zero byte.
    init(nulTerminated bytes: [CChar]) {
        self.init(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
