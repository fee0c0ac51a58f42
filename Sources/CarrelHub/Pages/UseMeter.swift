import CarrelModel
import CarrelSpawn
import Foundation

/// One figure of use beside its limit, as a bar and in words.
struct UseMeter: Sendable, Equatable {
    /// Tells a script which figure it is.
    let key: String
    let label: String
    /// `1.2 GB of 4 GB`.
    let words: String
    /// 0 to 100; of a figure without a limit 0.
    let percent: Int
    let hasLimit: Bool
    let isHigh: Bool
    /// Whether using all of it is nothing to worry about.
    let isCalm: Bool

    /// From how much of a limit on use counts as high.
    static let high = 0.9

    init(key: String, label: String, used: Double, limit: Double?, words: String, isCalm: Bool = false) {
        self.key = key
        self.label = label
        self.words = words
        let share = limit.map { $0 > 0 ? used / $0 : 1 }
        hasLimit = share != nil
        percent = Int((min(max(share ?? 0, 0), 1) * 100).rounded())
        isHigh = !isCalm && (share ?? 0) > Self.high
        self.isCalm = isCalm
    }

    /// What a home holds of its quota.
    init(_ usage: HomeUsage) {
        self.init(
            key: "home",
            label: "Home",
            used: Double(usage.used.bytes),
            limit: usage.quota.map { Double($0.bytes) },
            words: Self.text(HumanText.size(usage.used.bytes), of: usage.quota.map { HumanText.size($0.bytes) }),
        )
    }

    static func text(_ used: String, of limit: String?) -> String {
        limit.map { "\(used) of \($0)" } ?? used
    }
}

/// What one server uses, on its card and on the admin page.
struct ServerUse: Sendable, Equatable {
    /// The server's name, for a script that keeps the figures true; empty for the default server.
    let serverName: String
    /// Nothing when it wasn't read yet.
    let meters: [UseMeter]
    let isUnknown: Bool
    /// Whether it was read, and this machine tells nothing.
    let isEmpty: Bool
    /// What to say of a program that was stopped because it wanted too much memory.
    let killNote: String?

    init(serverName: String, reading: UsageReading?) {
        self.serverName = serverName
        meters = reading.map(Self.meters) ?? []
        isUnknown = reading == nil
        killNote = reading.flatMap(Self.killNote)
        isEmpty = reading != nil && meters.isEmpty && killNote == nil
    }

    private static func meters(_ reading: UsageReading) -> [UseMeter] {
        let usage = reading.usage
        var meters: [UseMeter] = []
        if let memory = usage.memory {
            meters.append(
                UseMeter(
                    key: "memory",
                    label: "Memory",
                    used: Double(memory.bytes),
                    limit: usage.memoryLimit.map { Double($0.bytes) },
                    words: UseMeter.text(
                        HumanText.size(memory.bytes),
                        of: usage.memoryLimit.map { HumanText.size($0.bytes) }
                    ),
                )
            )
        }
        if let processors = reading.processors {
            meters.append(
                UseMeter(
                    key: "processors",
                    label: "Processors",
                    used: processors,
                    limit: usage.processorLimit,
                    words: UseMeter.text(
                        HumanText.decimal(processors),
                        of: usage.processorLimit.map(HumanText.decimal)
                    ),
                    isCalm: true,
                )
            )
        }
        if let processes = usage.processes {
            meters.append(
                UseMeter(
                    key: "processes",
                    label: "Processes",
                    used: Double(processes),
                    limit: usage.processLimit.map(Double.init),
                    words: UseMeter.text("\(processes)", of: usage.processLimit.map { "\($0)" }),
                )
            )
        }
        return meters
    }

    private static func killNote(_ reading: UsageReading) -> String? {
        guard reading.usage.memoryKills > 0 else { return nil }
        let limit = reading.usage.memoryLimit.map { "more than \(HumanText.size($0.bytes)) of memory" }
        return "A program in this server was stopped: it used \(limit ?? "too much memory")."
    }
}
