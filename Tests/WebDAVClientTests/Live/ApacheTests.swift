import CarrelTestSupport
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebDAVClient

/// Apache's mod_dav, the server that passes all of litmus.
@Suite struct ApacheTests {
    @Test func `it is recognised, and so is a wrong password`() async throws {
        try await withApache { apache in
            guard case .ok(let capabilities) = try await apache.remote().check() else {
                Issue.record("It is in order.")
                return
            }
            #expect(capabilities.offersLocks && capabilities.nextcloud == nil && !capabilities.keepsTimes)
            #expect(try await apache.remote(password: "wrong").check() == .wrongCredential)
            let other = try apache.world.remote(apache.url + "/none", nil)
            #expect(await other.check() == .wrongCredential)
            let missing = try apache.world.remote(
                apache.url + "/none",
                try WebDAVCredential(user: "anna", password: "secret")
            )
            #expect(await missing.check() == .notWebDAV)
        }
    }

    @Test func `its certificate must be trusted and its own`() async throws {
        try await withFolder { folder in
            let certificates = try await Certificates(in: folder, for: .right)
            try await withApache(certificates) { apache in
                guard case .ok = try await apache.remote().check() else {
                    Issue.record("It is in order.")
                    return
                }
                for authorities in [[], [certificates.otherAuthority]] {
                    try await withWorld(authorities: authorities) { world in
                        let verdict = try await world.remote(apache.url).check()
                        #expect(verdict == .untrustedCertificate)
                    }
                }
            }
        }
    }

    @Test(arguments: [Certificates.Kind.wrongHost, .expired])
    func `a certificate that doesn't hold isn't trusted`(_ kind: Certificates.Kind) async throws {
        try await withFolder { folder in
            try await withApache(try await Certificates(in: folder, for: kind)) { apache in
                let verdict = try await apache.remote().check()
                #expect(verdict == .untrustedCertificate)
            }
        }
    }

    @Test func `a server that is gone is offline`() async throws {
        let port = try ReservedPort()
        try await withWorld { world in
            let verdict = try await world.remote("http://127.0.0.1:\(port.number)/dav").check()
            #expect(verdict == .offline)
        }
    }

    @Test func `files and folders are made, seen, moved, copied and deleted`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            #expect(try await remote.entry(at: .root)?.kind == .folder)
            #expect(try await remote.entry(at: try path("none")) == nil)
            try await remote.makeFolder(try path("a"))
            await expect(.alreadyThere(.makeFolder)) { try await remote.makeFolder(try path("a")) }
            await expect(.conflict(.makeFolder)) { try await remote.makeFolder(try path("x/y")) }
            _ = try await remote.write(try path("a/f"), content("one"))
            let entry = try #require(try await remote.entry(at: try path("a/f")))
            #expect(entry.kind == .file && entry.size == 3 && entry.etag != nil && entry.modified != nil)
            try await remote.copy(try path("a"), to: try path("b"), .refused)
            await expect(.alreadyThere(.copy)) { try await remote.copy(try path("a/f"), to: try path("b/f"), .refused) }
            await expect(.alreadyThere(.move)) { try await remote.move(try path("a/f"), to: try path("b/f"), .refused) }
            try await remote.move(try path("a/f"), to: try path("b/g"), .refused)
            try await remote.move(try path("b/g"), to: try path("b/f"), .allowed)
            #expect(try await remote.names(try path("b")).map(\.text) == ["f"])
            #expect(try await remote.names(try path("a")).isEmpty)
            await expect(.notAFolder) { try await remote.entries(try path("b/f")) }
            await expect(.forbidden(.move)) { try await remote.move(try path("b"), to: try path("b/c"), .refused) }
            try await remote.delete(try path("b"))
            await expect(.notFound(.delete)) { try await remote.delete(try path("b")) }
            await expect(.notFound(.read)) { try await remote.read(try path("b/f")) }
            await expect(.notFound(.list)) { try await remote.list(try path("b")) }
            #expect(try await remote.quota().available == .unknown)
        }
    }

    @Test func `parts of a file are read`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("0123456789"))
            func text(_ range: WebDAVRange) async throws -> String {
                String(decoding: try await remote.whole(file, range), as: UTF8.self)
            }
            #expect(try await text(.all) == "0123456789")
            #expect(try await text(.from(7)) == "789")
            #expect(try await text(.bytes(2..<5)) == "234")
            #expect(try await text(.bytes(8..<99)) == "89")
            await expect(.rangeOutside) { try await text(.from(10)) }
            let content = try await remote.read(file, .bytes(2..<5))
            #expect(content.total == 10 && content.first == 2 && content.count == 3 && content.etag != nil)
        }
    }

    @Test func `a write replaces only what it should`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("one"), condition: .isNew)
            await expect(.alreadyThere(.write)) { try await remote.write(file, content("two"), condition: .isNew) }
            let etag = try #require(try await remote.entry(at: file)?.etag)
            _ = try await remote.write(file, content("three"), condition: .version(etag))
            await expect(.preconditionFailed(.write)) {
                try await remote.write(file, content("four"), condition: .version(etag))
            }
            await expect(.preconditionFailed(.delete)) { try await remote.delete(file, version: etag) }
            await expect(.conflict(.write)) { try await remote.write(try path("none/f"), content("x")) }
            await expect(.contentFailed) { try await remote.write(file, content("x"), size: 2) }
            await expect(.contentFailed) { try await remote.write(file, content("xyz"), size: 2) }
            #expect(try await remote.whole(file) == Array("three".utf8))
            #expect(try await remote.names() == [try #require(WebDAVName("f"))])
        }
    }

    /// The client looks before it moves the new content there; this is when somebody is quicker than that.
    @Test func `the server itself holds a condition`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            _ = try await remote.write(try path("f"), content("one"))
            _ = try await remote.write(try path("g"), content("two"))
            var request = RemoteRequest(
                call: .write,
                method: .MOVE,
                url: remote.address.url(of: try path("g"), .file),
                deadline: .seconds(60)
            )
            let stale = WebDAVCondition.version(try #require(ETag("\"stale\"")))
            let order = WriteOrder(path: try path("f"), size: nil, condition: stale, lock: nil, modified: nil)
            order.setMoveFields(
                &request.headers,
                url: remote.address.url(of: try path("f"), .file),
                present: ETag("\"stale\"")
            )
            await expect(.preconditionFailed(.write)) { try await remote.calls.send(request) }
            let etag = try #require(try await remote.entry(at: try path("f"))?.etag)
            request.headers.replaceOrAdd(
                name: "If",
                value: ConditionField.text([(remote.address.url(of: try path("f"), .file), [.etag(etag)])])
            )
            _ = try await remote.calls.send(request)
            #expect(try await remote.whole(try path("f")) == Array("two".utf8))
        }
    }

    @Test func `a write that fails leaves the old file and nothing else`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("good"))
            for size in [nil, Int64(10_000_000)] {
                await expect(.contentFailed) {
                    try await remote.write(file, Pieces(count: 100, size: 100_000, failsAfter: 50), size: size)
                }
            }
            #expect(try await remote.whole(file) == Array("good".utf8))
            #expect(try await remote.names().map(\.text) == ["f"])
        }
    }

    @Test func `a locked file is changed by its holder only`() async throws {
        try await withApache { apache in
            let remote = try apache.remote()
            let file = try path("f")
            _ = try await remote.write(file, content("one"))
            let lock = try await remote.lock(file, owner: "<anna> & co", timeout: .seconds(60))
            #expect(lock.timeout == .seconds(60))
            await expect(.locked(.lock)) { try await remote.lock(file, owner: "ben", timeout: .seconds(60)) }
            await expect(.locked(.delete)) { try await remote.delete(file) }
            await expect(.locked(.write)) { try await remote.write(file, content("two")) }
            #expect(try await remote.refresh(lock, timeout: .seconds(120)).timeout == .seconds(120))
            try await remote.unlock(lock)
            await expect(.preconditionFailed(.lock)) { try await remote.refresh(lock, timeout: .seconds(60)) }
            _ = try await remote.write(file, content("two"))
            let other = try await remote.lock(file, owner: "anna", timeout: .seconds(60))
            _ = try await remote.write(file, content("three"), lock: other)
            #expect(try await remote.whole(file) == Array("three".utf8))
            #expect(try await remote.names().map(\.text) == ["f"])
        }
    }

    @Test func `2,000 odd names go there and back`() async throws {
        try await withApache { apache in
            try await OddNames(seed: 1).goThereAndBack(apache.remote(), on: apache.files)
        }
    }

    @Test func `an empty file and one of 100 MB go there and back`() async throws {
        try await withApache { apache in
            try await LargeFiles.goThereAndBack(apache.remote())
        }
    }

    @Test func `a folder of 20,000 entries is listed whole`() async throws {
        try await withApache { apache in
            try await LargeFolder.isListedWhole(apache.remote(), on: apache.files)
        }
    }
}
