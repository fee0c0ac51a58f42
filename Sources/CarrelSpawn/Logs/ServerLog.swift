import Foundation
import Glibc

/// The log of one process: what it writes to standard output and error, start after start.
///
/// A server's is written by a ``LogKeeper``. The proxy itself appends to its own, so that it needs no hub; rotation
/// therefore copies the file away and empties it, and the writer goes on at its new end.
public struct ServerLog: Sendable {
    /// The file being written.
    public let path: String
    private let folder: String

    /// How much of the end of a log is looked at for its last lines.
    private static let tailBytes = 256 * 1024

    /// The log of a server.
    ///
    /// - Parameters:
    ///   - folder: where the logs of all servers are; made when first written to.
    ///   - id: the id of the server's order.
    public init(folder: String, id: String) {
        self.folder = folder
        path = "\(folder)/\(id).log"
    }

    /// Opens it for a server to append to, and marks the start.
    func opened(forStartAt time: Date) throws(SystemFailure) -> Descriptor {
        if mkdir(folder, 0o750) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: folder, number: errno) }
        let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o640)
        try file.write("\(LogTail.mark)\(time.formatted(.iso8601)) ──\n")
        return file
    }

    /// The last lines of the latest start, oldest first; at most what 256 KiB hold.
    ///
    /// - Parameter count: how many lines at most.
    /// - Returns: the lines without their ends, with what isn't text replaced or left out.
    public func lines(last count: Int) -> [String] {
        var (bytes, isWhole) = Self.tail(of: path)
        if isWhole && bytes.count < Self.tailBytes, case let older = Self.tail(of: rotated(1)), !older.bytes.isEmpty {
            bytes = older.bytes + bytes
            isWhole = older.isWhole
        }
        return LogTail.lines(in: bytes, isWhole: isWhole, count: count)
    }

    /// Puts the log aside as `….log.1` (and older ones as `.2`, `.3`, …) when it has grown too large.
    ///
    /// Blocks while it copies. What is written between the end of copying and emptying the file, some microseconds,
    /// is lost.
    ///
    /// - Parameters:
    ///   - limit: how many bytes are too many.
    ///   - keep: how many old files to keep; at least 1.
    /// - Returns: whether it was rotated.
    /// - Throws: the system call that failed, as text.
    @discardableResult
    public func rotate(over limit: Int, keep: Int) throws -> Bool {
        guard let file = try? Descriptor(opening: path, O_RDWR | O_NOFOLLOW), Self.size(of: file) > limit else {
            return false
        }
        let fresh = "\(path).new"
        unlink(fresh)
        let copy = try Descriptor(opening: fresh, O_WRONLY | O_CREAT | O_EXCL, mode: 0o640)
        for number in stride(from: max(1, keep) - 1, through: 1, by: -1) {
            rename(rotated(number), rotated(number + 1))
        }
        // Twice: the second time only what came meanwhile. A writer faster than that loses lines, and can't keep us
        // here.
        var copied = try Self.copy(from: file, at: 0, upTo: Self.size(of: file), into: copy)
        copied += try Self.copy(from: file, at: copied, upTo: Self.size(of: file), into: copy)
        try SystemFailure.check("truncate", path) { ftruncate(file.number, 0) }
        try SystemFailure.check("rename", fresh) { rename(fresh, rotated(1)) }
        return true
    }

    /// Removes it with all older files.
    ///
    /// - Returns: how many files there were.
    @discardableResult
    public func remove() throws -> Int {
        let name = String(path.dropFirst(folder.count + 1))
        guard let opened = try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return 0 }
        var count = 0
        for found in DirectoryEntry.names(in: opened) {
            let text = String(nulTerminated: found)
            guard text == name || (text.hasPrefix("\(name).") && !text.dropFirst(name.count + 1).contains(".")) else {
                continue
            }
            try SystemFailure.check("unlink", text) { unlinkat(opened.number, found, 0) }
            count += 1
        }
        return count
    }

    private func rotated(_ number: Int) -> String {
        "\(path).\(number)"
    }

    private static func size(of file: Descriptor) -> Int {
        var facts = stat()
        return fstat(file.number, &facts) == 0 ? Int(facts.st_size) : 0
    }

    private static func tail(of path: String) -> (bytes: [UInt8], isWhole: Bool) {
        guard let file = try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW) else { return ([], true) }
        let start = max(0, size(of: file) - tailBytes)
        return (file.contents(from: start, limit: tailBytes), start == 0)
    }

    private static func copy(
        from file: Descriptor,
        at start: Int,
        upTo end: Int,
        into copy: Descriptor
    ) throws(SystemFailure) -> Int {
        var position = start
        while position < end {
            let bytes = file.contents(from: position, limit: min(256 * 1024, end - position))
            if bytes.isEmpty { break }
            try copy.write(bytes)
            position += bytes.count
        }
        return position - start
    }
}
