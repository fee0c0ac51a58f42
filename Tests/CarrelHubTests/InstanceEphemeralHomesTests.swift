import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Homes where nothing is kept` {
    private func home(_ hub: KeeperFixture) -> String { hub.homesFolder + "/explore/ada" }

    private func write(_ name: String, _ hub: KeeperFixture) throws {
        try Data("x".utf8).write(to: URL(filePath: "\(home(hub))/\(name)"))
    }

    private func names(_ hub: KeeperFixture) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: home(hub))
    }

    @Test func `are new at each start and gone at each stop, and those of other instances stay`() async throws {
        try await withKeeper { hub in
            try await hub.store.instances.add(.exploring())
            let (key, lasting) = (try ServerKey.of("ada", "explore"), try ServerKey.of("ada"))
            try await hub.desk.start(lasting)
            try await hub.reaches(.ready, lasting)
            for _ in 0..<2 {
                try await hub.desk.start(key)
                try await hub.reaches(.ready, key)
                #expect(names(hub) == [])
                try write("work.ipynb", hub)
                try await hub.desk.stop(key)
                try await hub.reaches(.stopped, key)
                #expect(names(hub) == nil)
            }
            try await hub.desk.stop(lasting)
            try await hub.reaches(.stopped, lasting)
            #expect(FileManager.default.fileExists(atPath: hub.homesFolder + "/default/ada"))
        }
    }

    @Test func `are gone when a server ends by itself, and when a start fails`() async throws {
        try await withKeeper { hub in
            try await hub.store.instances.add(.exploring())
            let key = try ServerKey.of("ada", "explore")
            try await hub.desk.start(key)
            try await hub.reaches(.ready, key)
            try write("work", hub)
            await hub.spawner.end(key.directoryName, code: 1)
            try await hub.reaches(.stopped, key)
            #expect(names(hub) == nil)
        }
    }

    @Test func `that a dead hub left go with the next one, and only those without a server`() async throws {
        try await withKeeper { hub in
            try await hub.store.instances.add(.exploring())
            let key = try ServerKey.of("ada", "explore")
            try await hub.desk.start(key)
            try await hub.reaches(.ready, key)
            try write("work", hub)
            for path in ["/explore/bob/inner", "/explore/.removing-cy-5/inner", "/default/bob"] {
                try FileManager.default.createDirectory(
                    atPath: hub.homesFolder + path,
                    withIntermediateDirectories: true
                )
            }
            try await hub.ephemeralHomes.sweep()
            let left = try FileManager.default.subpathsOfDirectory(atPath: hub.homesFolder).sorted()
            #expect(left == ["default", "default/bob", "explore", "explore/ada", "explore/ada/work"])
        }
    }
}
