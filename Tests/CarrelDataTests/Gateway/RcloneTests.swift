import Crypto
import Foundation
import Testing

@testable import CarrelData

@Suite struct `Rclone through the gateway` {
    /// Names that are hard to carry about; a backslash and control characters are rclone's own trial's.
    private static let odd = [
        "two  spaces", " leading", "ümlaut äöüß", "zerlegt e\u{301}", "zusammen \u{e9}", "hash # hash", "100%",
        "%41 not A",
        "why?", "a+b&c=d;e,f", "semi;colon'quote", "\"double\"", "emoji 🧪🔬👩‍🔬", "ends with dot.", "...", "日本語.txt",
        "عربى",
        "<tag>&amp;", "star * and | pipe : colon", "[brackets] {braces} ~tilde", "@at $dollar !bang", "%2F %2e%2e",
        String(repeating: "x", count: 200), String(repeating: "é", count: 100), String(repeating: "a", count: 255),
    ]

    private static func makeTree(_ folder: String, _ count: Int) throws -> [String: String] {
        for number in 0..<count {
            let name = number < odd.count ? odd[number] : "\(number) \(odd[number % odd.count].prefix(40))"
            let above = number % 3 == 2 ? "\(folder)/in \(odd[number % 12])" : folder
            try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
            let bytes = (0..<(number * 37 % 2000)).map { UInt8(($0 * 31 + number) % 256) }
            guard FileManager.default.createFile(atPath: "\(above)/\(name)", contents: Data(bytes)) else {
                throw Wire.Failure(reason: name)
            }
        }
        return try hashes(folder)
    }

    private static func hashes(_ folder: String) throws -> [String: String] {
        var hashes: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
            if !isFolder.boolValue { hashes[path] = "\(SHA256.hash(data: bytes))" }
        }
        return hashes
    }

    /// Runs rclone, for which the tree is `gateway:`.
    private static func rclone(
        _ gateway: TrialGateway,
        in folder: String,
        user: String = "anna",
        _ words: [String],
    ) async throws -> Program.Outcome {
        let hidden = try await Program.run("/usr/bin/rclone", ["obscure", "secret"], in: folder)
        let settings = """
            [gateway]
            type = webdav
            vendor = owncloud
            url = \(gateway.url)/
            user = \(user)
            pass = \(hidden.output)
            """
        let file = "\(folder)/rclone-\(UUID().uuidString).conf"
        try Data(settings.utf8).write(to: URL(filePath: file))
        return try await Program.run(
            "/usr/bin/rclone",
            ["--config", file, "--retries", "1", "--transfers", "16", "--checkers", "16"] + words,
            in: folder
        )
    }

    @Test func `copies 500 odd names there and back, byte by byte and with their times`() async throws {
        let store = MemoryStore()
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(store), mount: "lab")
        try await withTrialFolder { folder in
            let (here, back) = ("\(folder)/here", "\(folder)/back")
            let expected = try Self.makeTree(here, 500)
            try await withGateway(["anna:secret": caller]) { gateway in
                let there = try await Self.rclone(gateway, in: folder, ["copy", here, "gateway:home/papers"])
                #expect(there.code == 0, "\(there.output)")
                let checked = try await Self.rclone(
                    gateway,
                    in: folder,
                    ["check", "--download", here, "gateway:home/papers"]
                )
                #expect(checked.code == 0, "\(checked.output)")
                let moved = try await Self.rclone(
                    gateway,
                    in: folder,
                    ["move", "gateway:home/papers", "gateway:b2drop/moved"]
                )
                #expect(moved.code == 0, "\(moved.output)")
                let again = try await Self.rclone(gateway, in: folder, ["copy", "gateway:b2drop/moved", back])
                #expect(again.code == 0, "\(again.output)")
                #expect(gateway.server.conflicts(of: "anna") == [])
            }
            #expect(expected.count == 500)
            #expect(try Self.hashes(back) == expected)
            for name in ["100%", "a+b&c=d;e,f", "日本語.txt"] {
                let times = try [here, back].map { top in
                    try FileManager.default.attributesOfItem(atPath: "\(top)/\(name)")[.modificationDate] as? Date
                }
                #expect(
                    times[0].map { Int($0.timeIntervalSince1970) } == times[1].map { Int($0.timeIntervalSince1970) }
                )
            }
        }
    }

    @Test func `finds that every name can be kept`() async throws {
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(MemoryStore()))
        let checks = ["--check-normalization", "--check-control", "--check-length", "--check-streaming"]
        try await withTrialFolder { folder in
            try await withGateway(["anna:secret": caller]) { gateway in
                let told = try await Self.rclone(
                    gateway,
                    in: folder,
                    ["test", "info"] + checks + ["gateway:home/trial"]
                )
                #expect(told.code == 0, "\(told.output)")
                #expect(told.output.contains("maxFileLength = 255"), "\(told.output)")
                #expect(told.output.contains("canWriteUnnormalized = true"), "\(told.output)")
                #expect(told.output.contains("canReadUnnormalized   = true"), "\(told.output)")
                #expect(told.output.contains("canReadRenormalized   = false"), "\(told.output)")
                #expect(told.output.contains("canStream = true"), "\(told.output)")
            }
        }
    }

    @Test func `keeps both versions, and takes its own for arrived`() async throws {
        let store = MemoryStore()
        try store.put("notes.txt", "first")
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(store), mount: "lab")
        try await withTrialFolder { folder in
            try await withGateway(["anna:secret": caller]) { gateway in
                let seen = try await Self.rclone(gateway, in: folder, ["cat", "gateway:home/notes.txt"])
                #expect(seen.output == "first")
                try store.put("notes.txt", "somebody else's")
                try Data("mine, and longer than theirs".utf8).write(to: URL(filePath: "\(folder)/notes.txt"))
                let words = ["copyto", "--ignore-times", "\(folder)/notes.txt", "gateway:home/notes.txt"]
                let told = try await Self.rclone(gateway, in: folder, words)
                #expect(told.code == 0, "\(told.output)")
                let conflicts = gateway.server.conflicts(of: "anna")
                #expect(conflicts.map(\.path.description) == ["home/notes.txt"])
                let copy = try #require(conflicts.first?.copy.names.last?.text)
                #expect(try store.text("notes.txt") == "somebody else's")
                #expect(try store.text(copy) == "mine, and longer than theirs")
                #expect(store.paths.count == 2)
            }
        }
    }

    @Test func `whose upload fails removes nothing, and may be told to afterwards`() async throws {
        let store = MemoryStore()
        try store.put("notes.txt", "somebody else's")
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(store), mount: "lab")
        try await withTrialFolder { folder in
            try await withGateway(["anna:secret": caller]) { gateway in
                let seen = try await Self.rclone(gateway, in: folder, ["cat", "gateway:home/notes.txt"])
                #expect(seen.output == "somebody else's")
                try Data("mine".utf8).write(to: URL(filePath: "\(folder)/notes.txt"))
                let words = ["copyto", "--ignore-times", "\(folder)/notes.txt", "gateway:home/notes.txt"]
                let faults: [DataFault] = [.changed, .overQuota, .unusable(.offline), .interrupted]
                for fault in faults {
                    store.fail(.write, fault)
                    #expect(try await Self.rclone(gateway, in: folder, words).code != 0)
                    #expect(try store.text("notes.txt") == "somebody else's")
                }
                let removals = gateway.log.text.split(separator: "\n").filter { $0.contains("DELETE") }
                #expect(removals.count >= faults.count, "rclone tries")
                #expect(!store.asked.contains(.remove))
                store.fail(.write, nil)
                #expect(try await Self.rclone(gateway, in: folder, words).code == 0)
                let told = try await Self.rclone(gateway, in: folder, ["deletefile", "gateway:home/notes.txt"])
                #expect(told.code == 0, "\(told.output)")
                #expect(store.paths == [])
            }
        }
    }
}
