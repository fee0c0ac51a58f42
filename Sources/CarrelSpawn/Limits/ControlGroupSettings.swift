import CarrelModel

/// What limits are written to which files of a group: a pure translation, for either version of control groups.
enum ControlGroupSettings {
    /// A file of a group and what is written to it.
    struct Setting: Equatable {
        let controller: ControlGroupLayout.Controller
        let file: String
        let text: String
        /// Whether a system may lack the file without the limit being void.
        var isOptional = false
    }

    /// How long a period of processor time is, in microseconds.
    private static let period = 100_000

    /// All settings of a new group but the processor limit, which would slow a start down.
    static func atStart(_ limits: ResourceLimits, isUnified: Bool) -> [Setting] {
        var settings: [Setting] = []
        if let memory = limits.memory {
            let bytes = "\(memory.bytes)"
            settings +=
                isUnified
                ? [
                    Setting(controller: .memory, file: "memory.max", text: bytes),
                    Setting(controller: .memory, file: "memory.swap.max", text: "0", isOptional: true),
                ]
                : [
                    Setting(controller: .memory, file: "memory.limit_in_bytes", text: bytes),
                    // Memory and swap together; without swap accounting the file isn't there.
                    Setting(controller: .memory, file: "memory.memsw.limit_in_bytes", text: bytes, isOptional: true),
                ]
        }
        if let processes = limits.processes {
            settings.append(Setting(controller: .pids, file: "pids.max", text: "\(processes)"))
        }
        settings.append(
            isUnified
                ? Setting(controller: .cpu, file: "cpu.weight", text: "\(limits.processorWeight)")
                // The usual share is 100 in version 2 and 1024 in version 1.
                : Setting(controller: .cpu, file: "cpu.shares", text: "\(max(2, limits.processorWeight * 1024 / 100))")
        )
        return settings
    }

    /// The processor limit, to be set when the server answers.
    static func processors(_ limit: Double?, isUnified: Bool) -> Setting {
        let quota = limit.map { max(1000, Int($0 * Double(period))) }
        return isUnified
            ? Setting(controller: .cpu, file: "cpu.max", text: "\(quota.map { "\($0)" } ?? "max") \(period)")
            : Setting(controller: .cpu, file: "cpu.cfs_quota_us", text: "\(quota ?? -1)")
    }
}
