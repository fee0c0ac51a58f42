import Glibc

extension SandboxSpawner: JobFollower {
    /// Reads the job's log as it grows; see ``JobFollower``.
    ///
    /// What stands after the log was put aside because it grew too large is not told.
    public func follow(
        _ job: RunningServer,
        line: @Sendable (String) async -> Void,
    ) async throws(SpawnError) -> ServerExit {
        let run = RunDirectory(in: options.runDirectory, id: job.id)
        let path = ServerLog(folder: options.logDirectory, id: job.id).path
        do {
            let log = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW)
            let watch = try FileWatch(path, for: .written)
            var reader = JobLog(log)
            while let monitor = StatusFile(run)?.monitor() {
                watch.clear()
                for text in reader.newLines() { await line(text) }
                try await reactor.readable(watch.descriptor, monitor.descriptor)
                if StatusFile(run)?.isHeld != true { break }
            }
            let exit = try await waitForExit(job)
            for text in reader.newLines(isAtEnd: true) { await line(text) }
            return exit
        } catch {
            throw Self.spawnError(from: error, id: job.id)
        }
    }

    /// Removes the log; see ``JobFollower``.
    public func forgetLog(id: String) {
        guard id.isFileName else { return }
        _ = try? ServerLog(folder: options.logDirectory, id: id).remove()
    }
}

/// Reads a log from its beginning, as far as it has lines that are whole.
struct JobLog {
    private let file: Descriptor
    private var position = 0
    private var rest: [UInt8] = []

    /// The most that is read at once.
    private static let piece = 256 << 10
    /// The longest line that is waited for; a longer one is told in parts.
    private static let longest = 64 << 10

    init(_ file: Descriptor) {
        self.file = file
    }

    /// The lines that have come since the last call, without marks of starts.
    ///
    /// - Parameter isAtEnd: whether nothing more comes, so that a last line without an end is one too.
    /// - Returns: them, without their ends.
    mutating func newLines(isAtEnd: Bool = false) -> [String] {
        var lines: [String] = []
        while case let bytes = file.contents(from: position, limit: Self.piece), !bytes.isEmpty {
            position += bytes.count
            rest += bytes
            var begin = rest.startIndex
            while let end = rest[begin...].firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: rest[begin..<end], as: UTF8.self))
                begin = end + 1
            }
            rest.removeFirst(begin)
            if rest.count > Self.longest { flush(into: &lines) }
        }
        if isAtEnd && !rest.isEmpty { flush(into: &lines) }
        return lines.filter { !$0.hasPrefix(LogTail.mark) }
    }

    private mutating func flush(into lines: inout [String]) {
        lines.append(String(decoding: rest, as: UTF8.self))
        rest = []
    }
}
