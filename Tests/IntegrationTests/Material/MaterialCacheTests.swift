import CarrelModel
import Foundation
import Testing

@testable import CarrelSpawn

/// Runs blocking work at once.
private struct WorkAtOnce: BlockingWork {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value { try work() }
}

@Suite struct `What is fetched from a repository` {
    private struct Refused: Error {}

    private let name: InstanceName

    init() throws { name = try InstanceName("explore") }

    private func withCache(mostBytes: Int64 = 1 << 20, _ body: (RepositoryFixture, MaterialCache) async throws -> Void)
        async throws
    {
        try await withRepository { repository in
            let cache = MaterialCache(
                folder: repository.folder + "/cache",
                fetcher: nil,
                work: WorkAtOnce(),
                mostBytes: mostBytes,
            )
            try await body(repository, cache)
        }
    }

    private func text(_ file: String, _ cache: MaterialCache, _ address: WebAddress, branch: String? = nil) -> String? {
        cache.current(name, of: address, branch: branch).flatMap {
            try? String(contentsOfFile: "\($0.path)/\(file)", encoding: .utf8)
        }
    }

    private func trees(of repository: RepositoryFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repository.folder + "/cache/explore/trees")
    }

    private func fetch(
        _ cache: MaterialCache,
        _ address: WebAddress,
        branch: String? = nil,
        accept: @escaping @Sendable (String) throws -> Void = { _ in },
    ) async throws -> Bool {
        try await cache.fetch(address, branch: branch, for: name, within: .seconds(60), accept: accept)
    }

    @Test func `follows the branch, back too, and another branch is another thing`() async throws {
        try await withCache { repository, cache in
            let address = try repository.address
            try await repository.push(["a": Data("one".utf8)])
            #expect(try await fetch(cache, address))
            #expect(text("a", cache, address) == "one")
            #expect(try await !fetch(cache, address))
            try await repository.push(["a": Data("two".utf8)])
            #expect(try await fetch(cache, address))
            #expect(text("a", cache, address) == "two")
            #expect(try trees(of: repository).count == 2, "the newest and the one before")
            try await repository.git("-C", repository.folder + "/work", "reset", "--quiet", "--hard", "HEAD~1")
            try await repository.git(
                "-C",
                repository.folder + "/work",
                "push",
                "--quiet",
                "--force",
                repository.folder + "/offered/catalogue.git",
                "HEAD:main",
            )
            #expect(try await fetch(cache, address))
            #expect(text("a", cache, address) == "one")
            try await repository.push(["a": Data("other".utf8)], to: "spring")
            #expect(try await !fetch(cache, address))
            #expect(cache.current(name, of: address, branch: "spring") == nil, "what is here is of another")
            #expect(try await fetch(cache, address, branch: "spring"))
            #expect(text("a", cache, address, branch: "spring") == "other")
            #expect(cache.current(name, of: address, branch: nil) == nil)
            #expect(try trees(of: repository).count == 1, "nothing of the other branch")
            try await cache.remove(name)
            #expect(cache.current(name, of: address, branch: "spring") == nil)
        }
    }

    @Test func `stays as it was when the new version is refused, which isn't fetched again`() async throws {
        try await withCache { repository, cache in
            let address = try repository.address
            try await repository.push(["a": Data("good".utf8)])
            let accept: @Sendable (String) throws -> Void = { folder in
                guard try String(contentsOfFile: folder + "/a", encoding: .utf8) != "bad" else { throw Refused() }
            }
            #expect(try await fetch(cache, address, accept: accept))
            try await repository.push(["a": Data("bad".utf8)])
            await #expect(throws: Refused.self) { try await fetch(cache, address, accept: accept) }
            #expect(text("a", cache, address) == "good")
            // It isn't even looked at once more.
            await #expect(throws: Refused.self) {
                try await fetch(cache, address, accept: { _ in Issue.record("looked at again") })
            }
            try await repository.push(["a": Data("better".utf8)])
            #expect(try await fetch(cache, address, accept: accept))
            #expect(text("a", cache, address) == "better")
        }
    }

    @Test func `is told in words when it can't be`() async throws {
        try await withCache { repository, cache in
            let address = try repository.address
            await #expect(throws: RepositoryError.noBranch(nil)) { try await fetch(cache, address) }
            try await repository.push(["a": Data("one".utf8)])
            #expect(try await fetch(cache, address))
            await #expect(throws: RepositoryError.noBranch("spring")) {
                try await fetch(cache, address, branch: "spring")
            }
            for gone in ["gone.git", "closed/catalogue.git"] {
                await #expect(throws: RepositoryError.notFound) { try await fetch(cache, repository.address(gone)) }
            }
            let nobody = try #require(WebAddress(text: "http://127.0.0.1:1/catalogue.git"))
            let error = await #expect(throws: RepositoryError.self) { try await fetch(cache, nobody) }
            #expect(error?.code == "repository.unreachable")
            #expect(error?.message.contains("127.0.0.1") == true)
            #expect(text("a", cache, address) == "one", "the last version stays")
        }
    }

    @Test(arguments: [true, false])
    func `is refused when it is too large, packed or not`(isNoise: Bool) async throws {
        try await withCache(mostBytes: 200_000) { repository, cache in
            let address = try repository.address
            var generator = SystemRandomNumberGenerator()
            let noise = Data((0..<300_000).map { _ in isNoise ? UInt8.random(in: 0...255, using: &generator) : 7 })
            try await repository.push(["a": noise])
            await #expect(throws: RepositoryError.tooLarge(limit: ByteCount(bytes: 200_000))) {
                try await fetch(cache, address)
            }
            #expect(cache.current(name, of: address, branch: nil) == nil)
            let left = try FileManager.default.contentsOfDirectory(atPath: repository.folder + "/cache/explore/trees")
            #expect(left.isEmpty, "\(left)")
        }
    }
}
