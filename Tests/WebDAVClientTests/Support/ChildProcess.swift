import Foundation

/// A program that a test starts; it ends with the test's process, whatever becomes of that.
final class ChildProcess: Sendable {
    private let life: FileHandle
    private let end: AsyncStream<Void>

    /// Starts a program; what it says goes to a file.
    init(_ path: String, _ arguments: [String], log: String) throws {
        try Data().write(to: URL(filePath: log))
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        // In a group of its own, as Apache has children; killed, as signals that can be blocked are blocked here.
        process.arguments = ["-c", #"setsid "$@" & cat; kill -KILL -$!; wait"#, "sh", path] + arguments
        process.standardInput = pipe
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = output
        process.standardError = output
        let (end, ended) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.finish() }
        try process.run()
        life = pipe.fileHandleForWriting
        self.end = end
    }

    /// Ends it, and waits until it is gone.
    func stop() async {
        try? life.close()
        for await _ in end {}
    }
}
