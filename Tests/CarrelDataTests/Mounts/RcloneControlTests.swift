import Foundation
import Testing

@testable import CarrelData

@Suite struct `What rclone is asked for` {
    private static let gateway = RcloneGateway(socket: "/tmp/gateway/s", path: "/datahub", token: "sesame")

    @Test func `a remote leads to a folder of the gateway, through its socket`() throws {
        #expect(
            try json(Self.gateway)
                == #"{"bearer_token":"sesame","unix_socket":"/tmp/gateway/s","url":"http://gateway/datahub","vendor":"other"}"#
        )
    }

    @Test func `what rclone has of a remote is read back as what it was given`() throws {
        let read = try JSONDecoder().decode(RcloneGateway.self, from: Data(json(Self.gateway).utf8))
        #expect(read == Self.gateway)
    }

    @Test func `a remote's token is in no text about it`() {
        var dumped = ""
        dump(Self.gateway, to: &dumped)
        for text in ["\(Self.gateway)", String(reflecting: Self.gateway), dumped] { #expect(!text.contains("sesame")) }
    }

    @Test func `a mount has modes looked at, is cached whole and bounded, and belongs to its user`() throws {
        let mount = RcloneMount(
            remote: "datahub",
            place: "/tmp/mounts/datahub",
            uid: 7,
            gid: 8,
            isReadOnly: true,
            cacheBytes: 1000,
        )
        let text = try json(mount)
        for part in [
            #""fs":"datahub:""#, #""mountPoint":"/tmp/mounts/datahub""#, #""DefaultPermissions":true"#,
            #""CacheMode":"full""#, #""CacheMaxSize":"1000B""#, #""UID":7"#, #""GID":8"#, #""ReadOnly":true"#,
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test func `what waits is what is queued and what is under way`() throws {
        let text = """
            {"diskCache":{"bytesUsed":5,"erroredFiles":1,"outOfSpace":true,"uploadsInProgress":1,"uploadsQueued":2},
             "opt":{"ReadOnly":false},"fs":"datahub:"}
            """
        let statistics = try JSONDecoder().decode(RcloneStatistics.self, from: Data(text.utf8))
        #expect(statistics.waiting == 3)
        #expect(statistics.errored == 1)
        #expect(statistics.isOutOfSpace)
        #expect(!statistics.isReadOnly)
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

@Suite struct `Edits in a cache` {
    @Test func `those that weren't uploaded are found by remote and path`() throws {
        try withCache(["datahub/a.txt": true, "datahub/b.txt": false, "datahub/x/ü y.txt": true, "b2drop/c": false]) {
            #expect($0.all() == ["datahub": ["a.txt", "x/ü y.txt"]])
        }
    }

    @Test func `a description that a crash cut short counts as one`() throws {
        try withCache(["datahub/a.txt": nil]) { #expect($0.all() == ["datahub": ["a.txt"]]) }
    }

    @Test func `there are none where nothing was ever cached`() {
        #expect(CachedEdits(folder: "/nonexistent").all() == [:])
    }

    /// A cache with files that were edited, weren't, or have a description that isn't whole.
    private func withCache(_ files: [String: Bool?], _ body: (CachedEdits) throws -> Void) throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "carrel-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, isDirty) in files {
            let file = folder.appending(path: "vfsMeta/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let text =
                isDirty.map { #"{"Size":8,"Rs":[{"Pos":0,"Size":8}],"Fingerprint":"","Dirty":\#($0)}"# } ?? #"{"Si"#
            try Data(text.utf8).write(to: file)
        }
        try body(CachedEdits(folder: folder.path))
    }
}
