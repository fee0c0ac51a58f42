import CProcess
import CarrelModel
import Foundation
import Glibc
import Synchronization

/// A running `carrel pack-files`, which is killed when nobody holds it any more.
final class PackProcess: Sendable {
    private static let program = "pack-files"

    private let handle: ProcessHandle
    private let counters: PackCounters
    private let errors: BoundedOutput
    /// While this is open the helper knows that somebody wants the archive.
    private let life: Descriptor
    private let begun: Descriptor
    private let reactor: Reactor
    private let code = Mutex<Int32?>(nil)

    /// Starts one.
    ///
    /// `arguments` say whom it becomes, `source` is the home, or where records come from, `output` where the archive goes.
    init(
        _ order: PackOrder,
        executable: String,
        arguments: [String],
        source: Descriptor,
        output: Descriptor,
        reactor: Reactor,
    ) throws(TakeoutError) {
        self.reactor = reactor
        do throws(SystemFailure) {
            counters = try PackCounters()
            errors = try BoundedOutput(limit: 16 << 10)
            let bytes = (try? JSONEncoder().encode(order)).map(Array.init) ?? []
            let memory = try SystemFailure.check("memfd_create") {
                bytes.withUnsafeBytes { carrel_sealed_memory($0.baseAddress, $0.count) }
            }
            let input = Descriptor(owning: memory)
            let (lifeEnd, life) = try Self.pipe()
            let (begun, begunEnd) = try Self.pipe()
            (self.life, self.begun) = (life, begun)
            let program = DetachedProgram(
                path: executable,
                arguments: [Self.program] + arguments,
                environment: ProgramRun.environment,
            )
            let all = [input, output, errors.file, source, counters.file, lifeEnd, begunEnd]
            let pid = try withExtendedLifetime(all) { () throws(SystemFailure) in
                try program.startChild(descriptors: all.map(\.number))
            }
            guard let handle = ProcessHandle(pid: pid) else {
                let failure = SystemFailure(call: "pidfd_open", path: nil, number: errno)
                var code: Int32 = 0
                // Our own child, not reaped yet: its number can't be another's.
                if pid > 1 { Glibc.kill(pid, SIGKILL) }
                carrel_reap(pid, &code)
                throw failure
            }
            self.handle = handle
        } catch {
            throw .failed(reason: "its helper can't be started (\(String(cString: strerror(error.number))))")
        }
    }

    deinit {
        guard code.withLock({ $0 == nil }) else { return }
        handle.killWithGroup()
        var code: Int32 = 0
        // What was killed ends at once.
        carrel_reap(handle.pid, &code)
    }

    /// A pipe that programs don't get: its reading and its writing end.
    static func pipe() throws(SystemFailure) -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [-1, -1]
        try SystemFailure.check("pipe") { carrel_pipe(&ends) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    /// How far it is.
    var progress: TakeoutProgress { counters.progress }

    /// Waits until something is in the archive, or it is clear that nothing will be.
    ///
    /// - Throws: what keeps it from being made.
    func begin(_ order: TakeoutOrder, most: ByteCount? = nil) async throws(TakeoutError) {
        do {
            try await reactor.readable(begun)
        } catch {
            await kill()
            throw .failed(reason: "it was given up")
        }
        if progress.entries == 0 { try await finish(order, most: most) }
    }

    /// Waits for its end.
    ///
    /// - Throws: why the archive isn't whole; then, and when the task is cancelled, nothing of it runs any more.
    func finish(_ order: TakeoutOrder?, most: ByteCount? = nil) async throws(TakeoutError) {
        do {
            try await reactor.readable(handle.descriptor)
        } catch {
            await kill()
            throw .failed(reason: "it was given up")
        }
        let code = reaped()
        guard code != 0 else { return }
        let path = order.map { $0.path.names.joined(separator: "/") } ?? ""
        switch PackFailure(exitCode: code) {
        case .notFound: throw .notFound(path: path)
        case .badPath: throw .badPath(path)
        case .notAllowed: throw .notAllowed(path: path)
        case .noRoom: throw .noRoom
        case .tooLarge: throw .tooLarge(limit: most ?? ByteCount(bytes: 0))
        default:
            let words = errors.lastWords
            throw .failed(reason: words.isEmpty ? "its helper ended with code \(code)" : words)
        }
    }

    /// Ends it at once.
    func kill() async {
        guard code.withLock({ $0 == nil }) else { return }
        handle.killWithGroup()
        await reactor.readableEvenIfCancelled(handle.descriptor)
        _ = reaped()
    }

    private func reaped() -> Int32 {
        code.withLock { code in
            if let code { return code }
            var number: Int32 = 0
            // It has ended: this doesn't wait.
            carrel_reap(handle.pid, &number)
            code = number
            return number
        }
    }
}
