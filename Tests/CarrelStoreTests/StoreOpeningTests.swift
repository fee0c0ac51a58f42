import CarrelModel
import CarrelStore
import Foundation
import Testing

@Suite struct StoreOpeningTests {
    private let folder = NSTemporaryDirectory() + "carrel-store-" + UUID().uuidString

    private var path: String { folder + "/carrel.db" }

    @Test func `a new database is private to its owner`() throws {
        let store = try Store.open(at: path, now: Date())
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store.close()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a damaged database is refused by name`() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: path))
        #expect(throws: StoreError.self) { try Store.open(at: path, now: Date()) }
    }
}
