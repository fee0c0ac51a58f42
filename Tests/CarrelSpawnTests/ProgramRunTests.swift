import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.timeLimit(.minutes(3))) struct ProgramRunTests {
    @Test func `a program's output is what it printed`() async throws {
        let text = try await ProgramRun.output(of: "/bin/echo", ["one", "t w o"], within: .seconds(10))
        #expect(text == "one t w o\n")
    }

    @Test func `a program finds its input`() async throws {
        let text = try await ProgramRun.output(of: "/bin/cat", [], input: "grüße\n", within: .seconds(10))
        #expect(text == "grüße\n")
    }

    @Test func `arguments never meet a shell`() async throws {
        let text = try await ProgramRun.output(of: "/bin/echo", ["$(id); `id` *"], within: .seconds(10))
        #expect(text == "$(id); `id` *\n")
    }

    @Test func `a failure tells the code and the last words`() async {
        let expected = ProgramFailure.failed(program: "sh", code: 3, said: "oh no")
        await #expect(throws: expected) {
            try await ProgramRun.output(of: "/bin/sh", ["-c", "echo oh no >&2; exit 3"], within: .seconds(10))
        }
    }

    @Test func `a program that isn't there is named`() async {
        let expected = ProgramFailure.notStarted(program: "/nowhere/it", reason: "No such file or directory")
        await #expect(throws: expected) { try await ProgramRun.output(of: "/nowhere/it", [], within: .seconds(10)) }
    }

    @Test func `a program that takes too long is killed with its children`() async throws {
        try await withScratchFolder { folder in
            let notes = Notes(folder)
            // A busy machine may need long to get as far as where the program waits.
            for limit in [Duration.milliseconds(100), .seconds(2), .seconds(60)] where notes.pids.isEmpty {
                await #expect(throws: ProgramFailure.tooSlow(program: "sh", limit: limit)) {
                    try await ProgramRun.output(of: "/bin/sh", ["-c", notes.script], within: limit)
                }
            }
            #expect(notes.pids.count == 2)
            for pid in notes.pids { await notes.end(of: pid) }
        }
    }

    @Test func `a cancelled task leaves no program behind`() async throws {
        try await withScratchFolder { folder in
            let notes = Notes(folder)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: ProgramFailure.cancelled(program: "sh")) {
                        try await ProgramRun.output(of: "/bin/sh", ["-c", notes.script], within: .seconds(1000))
                    }
                }
                try await notes.appeared()
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(notes.pids.count == 2)
            for pid in notes.pids { await notes.end(of: pid) }
        }
    }

    @Test func `a task that is cancelled already leaves no program behind either`() async {
        let task = Task { try await ProgramRun.output(of: "/bin/sleep", ["1000"], within: .seconds(1000)) }
        task.cancel()
        await #expect(throws: ProgramFailure.cancelled(program: "sleep")) { try await task.value }
    }

    @Test func `a program that prints without end is stopped by its own output`() async {
        await #expect(throws: ProgramFailure.self) {
            try await ProgramRun.output(of: "/usr/bin/yes", [], within: .seconds(60))
        }
    }

    @Test func `much output at once is no failure`() async throws {
        let script = "head -c 3000000 /dev/zero | tr '\\0' x"
        let text = try await ProgramRun.output(of: "/bin/sh", ["-c", script], within: .seconds(60))
        #expect(text.utf8.count == 3_000_000)
    }

    @Test func `output over the limit is refused even when the program doesn't mind`() async {
        let script = "head -c 9000000 /dev/zero 2> /dev/null; true"
        await #expect(throws: ProgramFailure.tooMuch(program: "sh")) {
            try await ProgramRun.output(of: "/bin/sh", ["-c", script], within: .seconds(60))
        }
    }
}

/// What a program with a child notes of both, and how their ends are seen.
private struct Notes {
    private let folder: String
    /// An argument that no other process has.
    private let mark = "1000.\(UInt32.random(in: 1_000_000 ... .max))"

    init(_ folder: String) {
        self.folder = folder
    }

    private var file: String { "\(folder)/pids" }

    /// Notes its own number and its child's, then waits for the child, which takes its time.
    var script: String { "sleep \(mark) & echo $$ $! > \(file).new; mv \(file).new \(file); wait # \(mark)" }

    /// The numbers; empty as long as they aren't noted.
    var pids: [Int32] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }

    /// Waits until they are noted.
    func appeared() async throws {
        let watch = try FileWatch(folder, for: .appeared)
        let reactor = try Reactor()
        while pids.isEmpty {
            try await reactor.readable(watch.descriptor)
            watch.clear()
        }
    }

    /// Waits until a process has ended; a process that got its number since is another one.
    func end(of pid: Int32) async {
        guard let handle = ProcessHandle(pid: pid), let reactor = try? Reactor() else { return }
        let line = (try? FileHandle(forReadingAtPath: "/proc/\(pid)/cmdline")?.readToEnd()) ?? Data()
        guard String(decoding: line, as: UTF8.self).contains(mark) else { return }
        await #expect(throws: Never.self) { try await reactor.readable(handle.descriptor) }
        handle.send(SIGKILL)
    }
}
