import CarrelData
import Foundation
import Glibc
import NIOCore

/// A folder for a test, and beside it one with a file that nobody may reach from there.
struct LocalFixture: Sendable {
    static let isRoot = geteuid() == 0
    static let secret = "a secret"

    let base: String
    let workers = LocalWorkers(threads: 4)

    /// The store's folder.
    var path: String { "\(base)/inside" }
    /// The file beside it.
    var outside: String { "\(base)/outside/secret" }

    static func with(
        in folder: String = NSTemporaryDirectory(),
        _ body: (LocalFixture) async throws -> Void,
    ) async throws {
        let base = "\(folder)/carrel-local-" + UUID().uuidString
        let fixture = LocalFixture(base: base)
        for folder in ["inside", "outside"] {
            try FileManager.default.createDirectory(atPath: "\(base)/\(folder)", withIntermediateDirectories: true)
        }
        try Data(secret.utf8).write(to: URL(filePath: fixture.outside))
        defer { try? FileManager.default.removeItem(atPath: base) }
        try await body(fixture)
    }

    func store(
        as account: LocalAccount? = nil,
        isWritable: Bool = true,
        mask: mode_t = 0o022,
        hides: @escaping @Sendable (DataPath) -> Bool = { _ in false },
    ) -> LocalStore {
        LocalStore(path: path, account: account, workers: workers, isWritable: isWritable, mask: mask, hides: hides)
    }

    /// Puts a file there without the store.
    func put(_ text: String, at name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    /// Puts a link there.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    /// A file's text, read without the store.
    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    func facts(_ name: String) -> stat {
        var facts = stat()
        lstat("\(path)/\(name)", &facts)
        return facts
    }

    /// All names there, also those that stores don't show.
    func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }
}

extension DataPath {
    /// A path that a test knows to be one.
    static func at(_ text: String) -> DataPath { DataPath(text) ?? .root }
}

extension LocalStore {
    func text(_ path: String, _ range: DataRange = .all, of version: DataVersion? = nil) async throws -> String {
        var all = ByteBuffer()
        for try await piece in try await read(.at(path), range, of: version).body { all.writeImmutableBuffer(piece) }
        return String(buffer: all)
    }

    @discardableResult
    func put(
        _ text: String,
        _ path: String,
        if condition: DataCondition = .none,
        modified: DataTime? = nil,
    ) async throws -> DataEntry {
        try await write(DataBody(ByteBuffer(string: text)), to: .at(path), if: condition, modified: modified)
    }

    /// The names shown in a folder.
    func names(_ path: String = "") async throws -> [String] {
        try await entries(of: .at(path)).all().compactMap(\.name?.description).sorted()
    }
}
