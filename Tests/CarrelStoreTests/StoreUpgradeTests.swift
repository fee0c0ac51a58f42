import CarrelModel
import Foundation
import GRDB
import Testing

@testable import CarrelStore

@Suite struct `Opening an older, newer or broken database` {
    @Test func `an empty file becomes a database with every table`() async throws {
        try await withStoreFile { path in
            let store = try Store.open(at: path, now: noon)
            defer { try? store.close() }
            let (tables, journal) = try await store.database.read { database in
                (
                    try String.fetchSet(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'"),
                    try String.fetchOne(database, sql: "PRAGMA journal_mode")
                )
            }
            let ours: Set = ["user", "session", "server", "oauthClient", "oauthCode", "token", "signInFailure"]
            #expect(ours.isSubset(of: tables))
            #expect(journal == "wal")
        }
    }

    @Test func `opening again keeps what is there and puts no copy aside`() async throws {
        try await withStoreFile { path in
            let first = try Store.open(at: path, now: noon)
            try await first.addUser("ada")
            try first.close()
            let second = try Store.open(at: path, now: noon)
            defer { try? second.close() }
            #expect(try await second.users.all().map(\.name.text) == ["ada"])
            #expect(try copies(beside: path).isEmpty)
        }
    }

    @Test func `an older database is upgraded after a private copy of it was put aside`() async throws {
        try await withStoreFile { path in
            let older = try Store.open(at: path, now: noon)
            try await older.addUser("ada")
            try older.close()

            let store = try Store.open(at: path, now: noon, migrator: nextMigrator)
            defer { try? store.close() }
            #expect(try await store.users.all().map(\.name.text) == ["ada"])
            #expect(try await store.database.read { try $0.tableExists("later") })

            let copy = try #require(try copies(beside: path).first)
            #expect(copy == "carrel.db.before-upgrade-from-0007-instance-groups-20270115T080000Z")
            let whole = folder(of: path) + copy
            #expect(try FileManager.default.attributesOfItem(atPath: whole)[.posixPermissions] as? Int == 0o600)
            let kept = try DatabaseQueue(path: whole)
            defer { try? kept.close() }
            let (names, isUpgraded) = try await kept.read { database in
                (try String.fetchAll(database, sql: "SELECT name FROM user"), try database.tableExists("later"))
            }
            #expect(names == ["ada"])
            #expect(!isUpgraded)
        }
    }

    @Test func `an upgrade that fails leaves the database as it was`() async throws {
        try await withStoreFile { path in
            let older = try Store.open(at: path, now: noon)
            try await older.addUser("ada")
            try older.close()

            var broken = Schema.migrator
            broken.registerMigration("0002-broken") { database in
                try database.execute(sql: "DELETE FROM user; CREATE TABLE user (x)")
            }
            do throws(StoreError) {
                _ = try Store.open(at: path, now: noon, migrator: broken)
                Issue.record("A broken upgrade went through.")
            } catch {
                #expect(error.code == "store.unavailable", "\(error)")
            }
            let store = try Store.open(at: path, now: noon)
            defer { try? store.close() }
            #expect(try await store.users.all().map(\.name.text) == ["ada"])
        }
    }

    @Test func `a newer database is refused and left as it is`() async throws {
        try await withStoreFile { path in
            try Store.open(at: path, now: noon, migrator: nextMigrator).close()
            for copy in try copies(beside: path) { try FileManager.default.removeItem(atPath: folder(of: path) + copy) }

            #expect(throws: StoreError.newer(path: path)) { try Store.open(at: path, now: noon) }
            let error = StoreError.newer(path: path)
            #expect(error.message.contains("newer version of Carrel"))
            #expect(error.remedy.contains("copy"))
            #expect(try copies(beside: path).isEmpty)
        }
    }

    @Test(arguments: [16, 2_000, 8_192])
    func `a database that is damaged after its head is refused as damaged`(offset: Int) async throws {
        try await withStoreFile { path in
            let store = try Store.open(at: path, now: noon)
            try await store.addUser("ada")
            // All of it into the file itself: what is left in the write-ahead log would hide the damage.
            try await store.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try store.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: Data(repeating: 0xFF, count: 3_000))
            try file.close()

            do throws(StoreError) {
                _ = try Store.open(at: path, now: noon)
                Issue.record("A damaged database was opened.")
            } catch {
                #expect(error.code == "store.damaged", "\(error)")
                #expect(error.message.contains(path))
            }
        }
    }

    @Test func `a row that points nowhere is refused as damage`() async throws {
        try await withStoreFile { path in
            try Store.open(at: path, now: noon).close()
            var loose = GRDB.Configuration()
            loose.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: path, configuration: loose)
            try await queue.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO session (userId, secretHash, address, userAgent, createdAt, lastSeenAt, expiresAt)
                        VALUES (77, 'x', '', '', '2027-01-01', '2027-01-01', '2027-01-01')
                        """
                )
            }
            try queue.close()
            let expected = StoreError.damaged(path: path, finding: "a row of session points nowhere")
            #expect(throws: expected) { try Store.open(at: path, now: noon) }
        }
    }

    @Test func `a folder in the place of the file is refused as unavailable`() async throws {
        try await withStoreFile { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            do throws(StoreError) {
                _ = try Store.open(at: path, now: noon)
                Issue.record("A folder was opened.")
            } catch {
                #expect(error.code == "store.unavailable", "\(error)")
            }
        }
    }

    @Test(arguments: [
        "INSERT INTO server (userId, name, wanted, observed) VALUES (77, '', 'stopped', 'stopped')",
        "INSERT INTO server (userId, name, wanted, observed) VALUES (1, '', 'asleep', 'stopped')",
        "INSERT INTO server (userId, name, wanted, observed) VALUES (1, '', 'stopped', 'lost')",
        "INSERT INTO user (name, skeleton, createdAt) VALUES ('ada', 'other', '2027-01-01')",
        "INSERT INTO user (name, skeleton, createdAt) VALUES ('other', 'ada', '2027-01-01')",
        "DELETE FROM user",
    ])
    func `the schema itself refuses what makes no sense`(statement: String) async throws {
        let store = try Store.inMemory()
        _ = try await store.addServer(of: "ada")
        await #expect(throws: DatabaseError.self) {
            try await store.database.write { try $0.execute(sql: statement) }
        }
    }

    // MARK: How

    /// The steps of a later version.
    private var nextMigrator: DatabaseMigrator {
        var migrator = Schema.migrator
        migrator.registerMigration("0007-later") { try $0.create(table: "later") { $0.column("x") } }
        return migrator
    }

    private func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent + "/" }

    private func copies(beside path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder(of: path))
            .filter { $0.contains(".before-upgrade") }
    }
}
