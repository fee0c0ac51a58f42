import CarrelModel
import CarrelSpawn
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
    func push(_ files: [String: Data?], to branch: String = "main") async throws {
        for (name, data) in files {
            let path = "\(folder)/work/\(name)"
            if let data {
                try data.write(to: URL(filePath: path))
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
        }
        try await git("-C", "\(folder)/work", "add", "-A", ".")
        try await git("-C", "\(folder)/work", "commit", "--quiet", "-m", "more")
        try await git(
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
    func git(_ words: String...) async throws {
        let settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*"]
        try await ProgramRun.output(of: "/usr/bin/git", settings + words, within: .seconds(60))
    }
}

/// Offers a repository while the body runs.
func withRepository(_ body: (RepositoryFixture) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "carrel-repository-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: "\(folder)/offered", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = Process()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../browser/git_over_http.py")
    server.executableURL = URL(filePath: "/usr/bin/python3")
    server.arguments = [script.standardizedFileURL.path, "\(folder)/offered", "\(folder)/port"]
    // It ends with this process, whatever becomes of it.
    let life = Pipe()
    server.standardInput = life
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer { try? life.fileHandleForWriting.close() }
    let port = try await port(in: "\(folder)/port")
    let fixture = RepositoryFixture(folder: folder, port: port)
    try await fixture.git("init", "--quiet", "--bare", "-b", "main", "\(folder)/offered/catalogue.git")
    try await fixture.git("init", "--quiet", "-b", "main", "\(folder)/work")
    try await body(fixture)
}

/// The port that the server writes to a file as soon as it listens; nothing here blocks a thread.
private func port(in file: String) async throws -> Int {
    for _ in 0..<3000 {
        if let text = try? String(contentsOfFile: file, encoding: .utf8), let port = Int(text) { return port }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw CancellationError()
}
