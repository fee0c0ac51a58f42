import CarrelModel
import Glibc

/// Watches what a build takes on the disk from outside: what happens inside, the build itself could hold up.
struct DiskRoom {
    /// The folder of the build.
    let path: String
    /// What it may hold.
    let limit: ByteCount

    /// What there was no room for.
    enum Shortage {
        /// The build took more than its limit.
        case limit(ByteCount)
        /// The disk itself is nearly full, whoever filled it, or can have hardly any more files.
        case disk
        /// The build has so many files that what they take can't be found out in time.
        case files
    }

    /// How often it is measured.
    private static let interval = Duration.seconds(10)
    /// Which part of the disk stays free, and of the files that it can have.
    private static let freeShare = 0.03
    /// How often in a row it may be too much to be measured in time.
    private static let patience = 3

    /// Waits until the folder holds more than it may, with a tenth for the moment between two looks, or the disk is full.
    ///
    /// - Throws: `CancellationError`.
    func exceeded() async throws -> Shortage {
        var failures = 0
        while failures < Self.patience {
            try await Task.sleep(for: Self.interval)
            if let disk = DiskSpace(at: path), Double(disk.free) < Double(disk.size) * Self.freeShare { return .disk }
            if Self.hasFewFiles(path) { return .disk }
            guard let used = await used() else {
                failures += 1
                continue
            }
            failures = 0
            if used > limit.bytes / 10 * 11 { return .limit(limit) }
        }
        return .files
    }

    /// The bytes that the folder takes; nil when that takes too long to find out.
    func used() async -> Int64? {
        // Files that come and go meanwhile are no fault.
        let script = "du -s -B1 -- \"$1\" 2>/dev/null; true"
        let words = ["-c", script, "du", path]
        let said = try? await ProgramRun.output(of: "/bin/sh", words, within: .seconds(60))
        return said.flatMap { Int64($0.prefix { $0.isNumber }) }
    }

    /// Whether the disk can hardly have more files; some can have any number, and say 0.
    private static func hasFewFiles(_ path: String) -> Bool {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0, facts.f_files > 0 else { return false }
        return Double(facts.f_favail) < Double(facts.f_files) * freeShare
    }
}
