import CarrelModel
import Foundation
import Testing

/// A git repository of a test, offered over HTTP on this machine.
struct RepositoryFixture {
    let folder: String
    let port: Int

    var address: WebAddress { get throws { try address("catalogue.git") } }

    /// An address of the server.
    func address(_ path: String) throws -> WebAddress {
        try #require(WebAddress(text: "http://127.0.0.1:\(port)/\(path)"))
    }

    /// Pushes files; nil removes one.
    func push(_ files: [String: Data?], to branch: String = "main") throws {
        for (name, data) in files {
            let path = "\(folder)/work/\(name)"
            if let data {
                try data.write(to: URL(filePath: path))
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
        }
        try git("-C", "\(folder)/work", "add", "-A", ".")
        try git("-C", "\(folder)/work", "commit", "--quiet", "-m", "more")
        try git(
            "-C",
            "\(folder)/work",
            "push",
            "--quiet",
            "--force",
            "\(folder)/offered/catalogue.git",
            "HEAD:\(branch)"
        )
    }

    /// Runs git.
    func git(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/git")
        process.arguments = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*"] + words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "git \(words)")
    }
}

/// Offers a repository while the body runs.
func withRepository(_ body: (RepositoryFixture) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "carrel-repository-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: "\(folder)/offered", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = Process()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../browser/git_server.py")
    server.executableURL = URL(filePath: "/usr/bin/python3")
    server.arguments = [script.standardizedFileURL.path, "\(folder)/offered"]
    let output = Pipe()
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer {
        server.terminate()
        server.waitUntilExit()
    }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    let fixture = RepositoryFixture(folder: folder, port: port)
    try fixture.git("init", "--quiet", "--bare", "-b", "main", "\(folder)/offered/catalogue.git")
    try fixture.git("init", "--quiet", "-b", "main", "\(folder)/work")
    try await body(fixture)
}
