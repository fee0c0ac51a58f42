import Foundation
import Synchronization

/// A program that others wrote, run to its end.
enum Program {
    /// What it said.
    struct Outcome: Sendable {
        let code: Int32
        let output: String
    }

    /// Runs it; both its outputs go to a file, so that a lot of it blocks nothing.
    static func run(
        _ path: String,
        _ words: [String],
        in folder: String,
        _ environment: [String: String] = [:],
    ) async throws -> Outcome {
        let log = "\(folder)/\(UUID().uuidString).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = words
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = output
        let code: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        try output.close()
        return Outcome(code: code, output: try String(contentsOfFile: log, encoding: .utf8))
    }
}

/// Makes a folder for the body, and removes it.
func withTrialFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "gateway-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
