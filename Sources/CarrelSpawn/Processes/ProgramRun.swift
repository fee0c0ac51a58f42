import CProcess
import Glibc

/// Runs short programs of the system and takes what they print, without a shell.
public enum ProgramRun {
    /// The most that a program may print, unless told otherwise; in bytes.
    public static let usualLimit = 4 << 20

    /// Runs a program to its end.
    ///
    /// It gets a small environment of its own, the folder `/`, a session of its own, and no descriptor of the hub's;
    /// what it makes is closed to others. No thread of the pool waits for it. If it doesn't end in time, or the task is
    /// cancelled, it is killed with all of its process group.
    ///
    /// - Parameters:
    ///   - path: absolute path of the program.
    ///   - arguments: what follows its name; every user of the machine can read it.
    ///   - input: what it finds on standard input.
    ///   - limit: how long it may take.
    /// - Returns: what it wrote to standard output.
    /// - Throws: also when it ends with a code other than 0.
    @discardableResult
    public static func output(
        of path: String,
        _ arguments: [String],
        input: String = "",
        within limit: Duration,
    ) async throws(ProgramFailure) -> String {
        let result = try await result(of: path, arguments, input: Array(input.utf8), within: limit)
        return String(decoding: result, as: UTF8.self)
    }

    /// Runs a program as ``output(of:_:input:within:)`` does, and gives it further open files as 3, 4, … of its own.
    static func result(
        of path: String,
        _ arguments: [String],
        input: [UInt8],
        descriptors: [Descriptor] = [],
        size: Int = usualLimit,
        within limit: Duration,
    ) async throws(ProgramFailure) -> [UInt8] {
        let output: BoundedOutput
        let errors: BoundedOutput
        let child: Child
        let reactor: Reactor
        do {
            reactor = try Reactor()
            output = try BoundedOutput(limit: size)
            errors = try BoundedOutput(limit: 16 << 10)
            let memory = try SystemFailure.check("memfd_create") {
                input.withUnsafeBytes { carrel_sealed_memory($0.baseAddress, $0.count) }
            }
            let source = Descriptor(owning: memory)
            let program = DetachedProgram(path: path, arguments: arguments, environment: environment)
            let all = [source, output.file, errors.file] + descriptors
            child = try withExtendedLifetime(all) { () throws(SystemFailure) in
                try Child(pid: program.startChild(descriptors: all.map(\.number)))
            }
        } catch {
            throw .notStarted(program: path, reason: String(cString: strerror(error.number)))
        }
        let end = await child.end(reactor, within: limit)
        let program = path.split(separator: "/").last.map(String.init) ?? path
        switch end {
        case .cancelled: throw .cancelled(program: program)
        case .tooSlow: throw .tooSlow(program: program, limit: limit)
        case .code(0) where output.isOver: throw .tooMuch(program: program)
        case .code(0): return output.bytes
        case .code(let code): throw .failed(program: program, code: code, said: errors.lastWords)
        }
    }

    static let environment = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
    ]
}

/// A process that was started here and must be reaped.
private struct Child {
    enum End {
        case code(Int32)
        case tooSlow
        case cancelled
    }

    let pid: Int32
    private let handle: ProcessHandle

    init(pid: Int32) throws(SystemFailure) {
        guard let handle = ProcessHandle(pid: pid) else {
            let number = errno
            var code: Int32 = 0
            // Our own child, not reaped yet: its number can't be another's.
            if pid > 1 { kill(pid, SIGKILL) }
            carrel_reap(pid, &code)
            throw SystemFailure(call: "pidfd_open", path: nil, number: number)
        }
        self.pid = pid
        self.handle = handle
    }

    /// Waits for its end; kills it when that takes too long.
    func end(_ reactor: Reactor, within limit: Duration) async -> End {
        let isInTime = await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await reactor.readable(handle.descriptor)) != nil }
            group.addTask {
                try? await Task.sleep(for: limit, clock: .continuous)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        if !isInTime {
            handle.killWithGroup()
            await reactor.readableEvenIfCancelled(handle.descriptor)
        }
        var code: Int32 = 0
        // It has ended: this doesn't wait.
        carrel_reap(pid, &code)
        if isInTime { return .code(code) }
        return Task.isCancelled ? .cancelled : .tooSlow
    }
}

/// What a program writes, in a file in memory that doesn't grow beyond what is allowed.
struct BoundedOutput {
    let file: Descriptor
    private let limit: Int

    /// More than programs write at once, so that one that was refused a write is seen to have gone over the limit.
    private static let margin = 128 << 10

    init(limit: Int) throws(SystemFailure) {
        self.limit = limit
        let size = limit + Self.margin
        file = Descriptor(owning: try SystemFailure.check("memfd_create") { carrel_bounded_memory(size) })
    }

    private var written: Int { max(0, Int(lseek(file.number, 0, SEEK_CUR))) }

    var isOver: Bool { written > limit }
    var bytes: [UInt8] { file.contents(limit: min(written, limit)) }

    /// The end of it, on one line.
    var lastWords: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " ")
    }
}
