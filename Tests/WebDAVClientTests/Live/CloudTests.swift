import Foundation
import NIOCore
import Testing

@testable import WebDAVClient

/// The stand-in for Nextcloud, which `Tests/standins` proves with Nextcloud's own program.
@Suite struct CloudTests {
    @Test(arguments: ["remote.php/dav/files/anna", "remote.php/webdav", "remote.php/webdav/"])
    func `it is recognised by each address`(_ address: String) async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote(address)
            guard case .ok(let capabilities) = await remote.check() else {
                Issue.record("It is in order.")
                return
            }
            let anna = try #require(WebDAVName("anna"))
            #expect(capabilities.nextcloud == .init(version: "25.0.3", user: anna, takesParts: true))
            #expect(capabilities.keepsTimes && !capabilities.offersLocks)
            await expect(.notOffered(.lock)) {
                try await remote.lock(try path("f"), owner: "anna", timeout: .seconds(60))
            }
            // Large files go through the uploads of whoever asks.
            _ = try await remote.write(try path("f"), Pieces(count: 5, size: 60_000))
            #expect(try await remote.whole(try path("f")) == Pieces(count: 5, size: 60_000).whole)
        }
    }

    @Test func `each obstacle has its verdict`() async throws {
        try await withCloud { cloud in
            #expect(try await cloud.remote(password: "wrong").check() == .wrongCredential)
            #expect(try await cloud.remote("remote.php/dav/files/ben").check() == .notWebDAV)
            #expect(try await cloud.remote("elsewhere").check() == .notWebDAV)
            try await cloud.spoil(#"{"kind": "html"}"#)
            #expect(try await cloud.remote().check() == .notWebDAV)
            try await cloud.spoil(#"{"kind": "status", "status": 429, "retry_after": "5"}"#)
            #expect(try await cloud.remote().check() == .tooManyRequests(retryAfter: .seconds(5)))
            try await cloud.set(#"{"throttle_after": 0}"#)
            #expect(try await cloud.remote(password: "wrong").check() == .tooManyRequests(retryAfter: .seconds(30)))
            try await cloud.set(#"{"maintenance": true}"#)
            #expect(try await cloud.remote().check() == .unavailable(retryAfter: .seconds(120)))
            try await cloud.set(#"{"maintenance": false, "passwords": {"anna": "new"}}"#)
            #expect(try await cloud.remote().check() != .offline)
            guard case .ok = try await cloud.remote(password: "new").check() else {
                Issue.record("It is in order.")
                return
            }
            #expect(cloud.world.pauses.isEmpty)
        }
    }

    @Test func `a written file is what it should be`() async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            let modified = Date(timeIntervalSince1970: 1_700_000_000)
            for (name, count) in [("small", 1), ("large", 30)] {
                let pieces = Pieces(count: count, size: 50_000)
                let file = try path(name)
                let written = try await remote.write(file, pieces, modified: modified)
                let entry = try #require(try await remote.entry(at: file))
                #expect(entry.etag == written.etag && written.etag != nil && written.fileID != nil)
                #expect(entry.modified == modified && entry.size == Int64(count) * 50_000)
                #expect(entry.checksums.count == 1 && entry.checksums[0].hasPrefix("SHA1:"))
                #expect(entry.permissions?.allowsWriting == true && entry.permissions?.isShared == false)
                #expect(try await remote.whole(file) == pieces.whole)
            }
            // Sixteen parts, put together, and nothing left of them.
            let seen = try await cloud.seen()
            #expect(seen.count { $0 == "PUT 201" } == 1 + 15)
            #expect(cloud.uploads.isEmpty)
        }
    }

    @Test func `a write replaces only what it should`() async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            for (name, count) in [("small", 1), ("large", 3)] {
                let file = try path(name)
                let pieces = Pieces(count: count, size: 80_000)
                let first = try #require(try await remote.write(file, pieces, condition: .isNew).etag)
                await expect(.alreadyThere(.write)) { try await remote.write(file, pieces, condition: .isNew) }
                let second = try await remote.write(
                    file,
                    Pieces(count: count, size: 70_000),
                    condition: .version(first)
                )
                #expect(second.etag != first)
                await expect(.preconditionFailed(.write)) {
                    try await remote.write(file, pieces, condition: .version(first))
                }
                await expect(.contentFailed) { try await remote.write(file, pieces, size: 80_000 * Int64(count) + 1) }
                await expect(.contentFailed) { try await remote.write(file, pieces, size: 79_000) }
                #expect(try await remote.entry(at: file)?.size == Int64(count) * 70_000)
                await expect(.preconditionFailed(.delete)) { try await remote.delete(file, version: first) }
            }
            await expect(.conflict(.write)) { try await remote.write(try path("none/f"), content("x")) }
        }
    }

    /// What happens to a write of `f`, where something good is already, when requests go wrong.
    private static let writes: [(String, WebDAVError?)] = [
        (#"{"kind": "cut-request", "methods": ["PUT"], "after": 70000}"#, nil),
        (#"{"kind": "cut-request", "methods": ["PUT"], "skip": 1, "after": 10}"#, nil),
        (#"{"kind": "silent", "methods": ["PUT"], "skip": 1}"#, nil),
        (#"{"kind": "status", "methods": ["PUT"], "status": 502}"#, nil),
        (#"{"kind": "status", "methods": ["MOVE"], "status": 503, "retry_after": "1"}"#, nil),
        (#"{"kind": "cut-request", "methods": ["PUT"], "count": null, "after": 70000}"#, .offline(.write)),
        (#"{"kind": "status", "methods": ["PUT"], "skip": 1, "status": 507}"#, .overQuota),
        (#"{"kind": "status", "methods": ["MKCOL"], "status": 507}"#, .overQuota),
        (#"{"kind": "status", "methods": ["MOVE"], "status": 423}"#, .locked(.write)),
        (#"{"kind": "status", "methods": ["MOVE"], "status": 412}"#, .preconditionFailed(.write)),
        (#"{"kind": "status", "methods": ["MOVE"], "status": 500}"#, .refused(.write, status: 500)),
        (#"{"kind": "status", "methods": ["PUT"], "status": 401}"#, .unauthorized),
        (
            #"{"kind": "status", "methods": ["PUT"], "count": null, "status": 429, "retry_after": "2"}"#,
            .tooManyRequests(retryAfter: .seconds(2))
        ),
    ]

    @Test(arguments: writes)
    func `a large write is carried out or leaves the old file`(_ fault: String, _ error: WebDAVError?) async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("good"))
            try await cloud.spoil(fault)
            let pieces = Pieces(count: 5, size: 60_000)
            if let error {
                await expect(error) { try await remote.write(file, pieces) }
                #expect(try await remote.whole(file) == Array("good".utf8))
            } else {
                _ = try await remote.write(file, pieces)
                #expect(try await remote.whole(file) == pieces.whole)
            }
            #expect(cloud.uploads.isEmpty)
        }
    }

    @Test func `an answer that is lost doesn't write a condition's file twice`() async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            _ = try await remote.capabilities()
            try await cloud.spoil(#"{"kind": "silent", "methods": ["PUT"]}"#)
            await expect(.offline(.write)) { try await remote.write(try path("f"), content("x"), condition: .isNew) }
            #expect(try await cloud.seen().count { $0.hasPrefix("PUT") } == 1)
        }
    }

    @Test func `a write that is cancelled in the middle leaves the old file`() async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("good"))
            try await cloud.spoil(#"{"kind": "slow", "methods": ["PUT"], "skip": 1, "seconds": 600}"#)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await expect(.cancelled) { try await remote.write(file, Pieces(count: 5, size: 60_000)) }
                }
                try await eventually("a part is there") { try await cloud.seen().count { $0 == "PUT 201" } == 2 }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await remote.whole(file) == Array("good".utf8))
            #expect(cloud.uploads.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"kind": "cut-answer", "methods": ["GET"], "count": 3, "after": 1000000}"#,
        #"{"kind": "cut-answer", "methods": ["GET"], "after": 0}"#,
        #"{"kind": "status", "methods": ["GET"], "count": 2, "status": 503}"#,
    ])
    func `a read that is cut goes on`(_ fault: String) async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote(part: 10_000_000)
            let pieces = Pieces(count: 50, size: 100_000)
            _ = try await remote.write(try path("f"), pieces)
            try await cloud.spoil(fault)
            #expect(try await remote.whole(try path("f")) == pieces.whole)
        }
    }

    @Test func `a full account, a lock and a forbidden name have their errors`() async throws {
        try await withCloud { cloud in
            let remote = try cloud.remote()
            _ = try await remote.write(try path("f"), content("good"))
            try await cloud.set(#"{"quotas": {"anna": 1000}, "locked": {"anna": "f"}}"#)
            #expect(try await remote.quota() == WebDAVQuota(used: 4, availableField: 996))
            await expect(.overQuota) { try await remote.write(try path("g"), Pieces(count: 1, size: 2000)) }
            await expect(.overQuota) { try await remote.write(try path("g"), Pieces(count: 5, size: 60_000)) }
            await expect(.locked(.write)) { try await remote.write(try path("f"), content("x")) }
            await expect(.locked(.delete)) { try await remote.delete(try path("f")) }
            await expect(.locked(.move)) { try await remote.move(try path("f"), to: try path("h"), .refused) }
            await expect(.forbidden(.write)) { try await remote.write(try path(".htaccess"), content("x")) }
            #expect(try await remote.names().map(\.text) == ["f"])
        }
    }

    @Test func `locks are held where they are offered`() async throws {
        try await withCloud(["--locks"]) { cloud in
            let remote = try cloud.remote()
            let lock = try await remote.lock(try path("f"), owner: "anna", timeout: .seconds(60))
            await expect(.locked(.write)) { try await remote.write(try path("f"), content("x")) }
            _ = try await remote.write(try path("f"), content("x"), lock: lock)
            _ = try await remote.write(try path("f"), Pieces(count: 5, size: 60_000), lock: lock)
            try await remote.unlock(try await remote.refresh(lock, timeout: .seconds(90)))
            _ = try await remote.write(try path("f"), content("y"))
        }
    }

    @Test func `2,000 odd names go there and back`() async throws {
        try await withCloud { cloud in
            try await OddNames(seed: 2).goThereAndBack(cloud.remote(), on: cloud.files)
        }
    }

    @Test func `an empty file and one of 100 MB go there and back`() async throws {
        try await withCloud { cloud in
            try await LargeFiles.goThereAndBack(cloud.remote(part: 10_000_000))
        }
    }

    @Test func `a folder of 20,000 entries is listed whole`() async throws {
        try await withCloud { cloud in
            try await LargeFolder.isListedWhole(cloud.remote(), on: cloud.files)
        }
    }
}
