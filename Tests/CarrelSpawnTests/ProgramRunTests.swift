import CarrelSpawn
import Testing

struct ProgramRunTests {
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

    @Test func `a program that takes too long is killed with its children`() async {
        let expected = ProgramFailure.tooSlow(program: "sh", limit: .milliseconds(100))
        await #expect(throws: expected) {
            try await ProgramRun.output(of: "/bin/sh", ["-c", "sleep 1000 & wait"], within: .milliseconds(100))
        }
    }

    @Test func `a cancelled task leaves no program behind`() async {
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
