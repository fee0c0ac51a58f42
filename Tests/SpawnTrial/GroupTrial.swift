import CarrelModel
import Foundation
import Glibc

#if DEBUG
    @testable import CarrelSpawn

    /// Tries control groups on the machine it runs on, which may be a very small one, and says a line for each thing seen.
    enum GroupTrial {
        /// The group's own name: another trial may be running.
        private static let name = "carrel-trial-\(getpid())"

        static func run() async throws {
            let layout = ControlGroupLayout.observed()
            say("layout", layout)
            let groups = ControlGroups(layout: layout, name: name)
            let limits = ResourceLimits(memory: ByteCount(bytes: 60 << 20), processorWeight: 50, processes: 15)
            let steps = try groups.make("a", limits)

            _ = try await shell("tail /dev/zero", steps)
            say("memory kills", groups.usage(of: "a")?.memoryKills)
            say("memory limit", groups.usage(of: "a")?.memoryLimit)
            let said = try await shell("for i in $(seq 40); do sleep 1 & done; wait", steps)
            say("forks fail", said.contains("fork"))
            say("process limit", groups.usage(of: "a")?.processLimit)

            try groups.limitProcessors(of: "a", to: 0.2)
            say("processor limit", groups.usage(of: "a")?.processorLimit)
            let before = groups.usage(of: "a")?.processorTime ?? .zero
            let begun = ContinuousClock.now
            _ = try await shell("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", steps)
            let used = (groups.usage(of: "a")?.processorTime ?? .zero) - before
            let share = used / (ContinuousClock.now - begun)
            say("share is near the limit", share < 0.3)
            say("weight", try text("/sys/fs/cgroup/\(name)/a/cpu.weight"))

            say("groups", groups.ids())
            try await groups.remove("a", clock: ContinuousClock())
            groups.removeAll()
            say("left", FileManager.default.fileExists(atPath: "/sys/fs/cgroup/\(name)"))
        }

        /// Runs a script in the group to its end, and gives back what it said.
        private static func shell(_ script: String, _ steps: [LaunchStep]) async throws -> String {
            let path = "/tmp/\(name)-said"
            let output = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
            defer { unlink(path) }
            let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
            var program = DetachedProgram(path: "/bin/sh", arguments: ["-c", script])
            program.environment = ["PATH=/bin"]
            program.steps = steps
            let pid = try program.start(descriptors: [nothing.number, output.number, output.number])
            if let process = ProcessHandle(pid: pid) {
                await (try Reactor()).readableEvenIfCancelled(process.descriptor)
            }
            return try text(path)
        }

        private static func text(_ path: String) throws -> String {
            try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        private static func say(_ what: String, _ value: some Any) {
            print("seen: \(what): \(value)")
        }

        private static func say(_ what: String, _ value: (some Any)?) {
            print("seen: \(what): \(value.map { "\($0)" } ?? "nothing")")
        }
    }
#endif
