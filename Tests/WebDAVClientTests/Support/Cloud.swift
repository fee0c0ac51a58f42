import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebDAVClient

/// The stand-in for Nextcloud (`Tests/standins`), as a process of its own; anna's app password is `secret`.
struct Cloud: Sendable {
    let url: String
    let folder: String
    let world: World

    /// Anna's files on the disk.
    var files: URL { URL(filePath: "\(folder)/cloud/files/anna") }

    /// What is left of uploads.
    var uploads: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/cloud/uploads/anna")) ?? []
    }

    /// Anna's files for a program, at either address.
    func remote(
        _ path: String = "remote.php/dav/files/anna",
        password: String = "secret",
        part: Int = 100_000,
    ) throws -> WebDAVRemote {
        var limits = World.limits
        limits.part = part
        return try world.remote("\(url)/\(path)", try WebDAVCredential(user: "anna", password: password), limits)
    }

    /// Makes the next requests go wrong.
    func spoil(_ faults: String) async throws {
        try await tell("faults", "[\(faults)]")
    }

    /// Changes settings.
    func set(_ settings: String) async throws {
        try await tell("settings", settings)
    }

    /// What was asked, as `PUT 201`.
    func seen() async throws -> [String] {
        struct Seen: Decodable {
            let method: String
            let status: Int
        }
        let answer = try await world.connections.calls.execute(
            HTTPClientRequest(url: "\(url)/-/requests"),
            timeout: .seconds(60)
        )
        let body = try await answer.body.collect(upTo: 10 << 20)
        let seen = try JSONDecoder().decode([Seen].self, from: Data(body.readableBytesView))
        return seen.map { "\($0.method) \($0.status)" }
    }

    private func tell(_ what: String, _ body: String) async throws {
        var request = HTTPClientRequest(url: "\(url)/-/\(what)")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        let answer = try await world.connections.calls.execute(request, timeout: .seconds(60))
        try #require(answer.status == .ok)
        _ = try await answer.body.collect(upTo: 1 << 20)
    }
}

/// Runs a stand-in for the body, and ends it.
func withCloud(_ arguments: [String] = [], _ body: (Cloud) async throws -> Void) async throws {
    try await withWorld { world in
        try await withFolder { folder in
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
            let log = "\(folder)/log"
            let process = try ChildProcess(
                "/usr/bin/python3",
                ["\(root.path)/Tests/standins/nextcloud.py", "--folder", "\(folder)/cloud", "--user", "anna:secret"]
                    + arguments,
                log: log
            )
            do {
                var url = ""
                try await eventually("the stand-in listens") {
                    url = try String(contentsOfFile: log, encoding: .utf8)
                    return url.hasSuffix("\n")
                }
                try #require(url.hasPrefix("http"), "\(url)")
                try await body(Cloud(url: String(url.dropLast()), folder: folder, world: world))
            } catch {
                await process.stop()
                throw error
            }
            await process.stop()
        }
    }
}
