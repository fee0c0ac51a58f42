import CarrelModel

/// What the files of a group say: pure, for either version of control groups.
enum ControlGroupReading {
    /// Makes a reading.
    ///
    /// - Parameters:
    ///   - isUnified: whether the group is of version 2.
    ///   - file: gives the text of a file of a controller; nil when it isn't there.
    /// - Returns: what could be read.
    static func usage(
        isUnified: Bool,
        file: (ControlGroupLayout.Controller, String) -> String?,
    ) -> ServerUsage {
        var usage = ServerUsage()
        let used = number(file(.memory, isUnified ? "memory.current" : "memory.usage_in_bytes"))
        // What was only read from disk once: the kernel takes it back when it needs room.
        let spare = value(isUnified ? "inactive_file" : "total_inactive_file", in: file(.memory, "memory.stat")) ?? 0
        usage.memory = used.map { ByteCount(bytes: $0 - spare) }
        let limit = number(file(.memory, isUnified ? "memory.max" : "memory.limit_in_bytes"))
        // Version 1 says “no limit” with a number near the largest there is.
        usage.memoryLimit = limit.flatMap { $0 < 1 << 62 ? ByteCount(bytes: $0) : nil }
        let kills = file(.memory, isUnified ? "memory.events" : "memory.oom_control")
        usage.memoryKills = Int(value("oom_kill", in: kills) ?? 0)
        if isUnified {
            let stat = file(.cpu, "cpu.stat")
            usage.processorTime = value("usage_usec", in: stat).map { .microseconds($0) }
            let words = (file(.cpu, "cpu.max") ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" })
            usage.processorLimit = quotient(words.first, words.dropFirst().first)
        } else {
            usage.processorTime = number(file(.cpuacct, "cpuacct.usage")).map { .nanoseconds($0) }
            let quota = file(.cpu, "cpu.cfs_quota_us")
            usage.processorLimit = quotient(trimmed(quota), trimmed(file(.cpu, "cpu.cfs_period_us")))
        }
        usage.processes = number(file(.pids, "pids.current")).map { Int($0) }
        usage.processLimit = number(file(.pids, "pids.max")).map { Int($0) }
        return usage
    }

    private static func trimmed(_ text: String?) -> Substring? {
        text?.split(separator: "\n").first
    }

    private static func number(_ text: String?) -> Int64? {
        trimmed(text).flatMap { Int64($0) }
    }

    private static func quotient(_ quota: Substring?, _ period: Substring?) -> Double? {
        guard let quota = quota.flatMap({ Double($0) }), let period = period.flatMap({ Double($0) }), quota > 0,
            period > 0
        else { return nil }
        return quota / period
    }

    /// The number behind a word at the beginning of a line.
    private static func value(_ name: String, in text: String?) -> Int64? {
        for line in (text ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 && words[0] == name { return Int64(words[1]) }
        }
        return nil
    }
}
