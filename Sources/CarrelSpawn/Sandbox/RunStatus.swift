import Foundation

/// What the status file of a run says: a line of JSON by the hub, one by the process itself, two by bubblewrap.
///
/// bubblewrap writes `child-pid` and `pid-namespace` when it has made the sandbox, and `exit-code` when the program has
/// ended (`--json-status-fd`); nothing of the kind when the sandbox couldn't be finished or it was killed itself.
struct RunStatus: Equatable {
    /// The system start in which the run began; after another one nothing of it is alive.
    var bootID: String?
    /// Where the server's URLs begin.
    var servicePrefix: String?
    /// When the start began.
    var startedAt: Date?
    /// Who owns the server's socket.
    var owner: UInt32?
    /// How many processors' worth of time it may use once it answers.
    var processors: Double?
    /// bubblewrap's process, which watches the sandbox; it holds a lock on the file for as long as it lives.
    var monitor: Int32?
    /// The sandbox's first process, by its number on the host.
    var sandbox: Int32?
    /// The inode number of the sandbox's pid namespace.
    var namespace: UInt64?
    /// What the server's program ended with.
    var exitCode: Int32?

    /// Reads the file; a line cut short by a crash counts as not there.
    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let found = try? JSONDecoder().decode(Line.self, from: Data(line)) else { continue }
            bootID = bootID ?? found.bootID
            servicePrefix = servicePrefix ?? found.servicePrefix
            startedAt = startedAt ?? found.startedAt.map { Date(timeIntervalSince1970: $0) }
            owner = owner ?? found.owner
            processors = processors ?? found.processors
            monitor = monitor ?? found.monitor
            sandbox = sandbox ?? found.sandbox
            namespace = namespace ?? found.namespace
            exitCode = exitCode ?? found.exitCode
        }
    }

    /// The line the hub writes before anything is started.
    static func firstLine(
        bootID: String,
        servicePrefix: String,
        startedAt: Date,
        owner: UInt32,
        processors: Double? = nil,
    ) throws -> String {
        let line = Line(
            bootID: bootID,
            servicePrefix: servicePrefix,
            startedAt: startedAt.timeIntervalSince1970,
            owner: owner,
            processors: processors,
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
    }

    private struct Line: Codable {
        var bootID: String?
        var servicePrefix: String?
        var startedAt: Double?
        var owner: UInt32?
        var processors: Double?
        var monitor: Int32?
        var sandbox: Int32?
        var namespace: UInt64?
        var exitCode: Int32?

        enum CodingKeys: String, CodingKey {
            case bootID = "boot-id"
            case servicePrefix = "service-prefix"
            case startedAt = "started-at"
            case owner
            case processors
            case monitor = "monitor-pid"
            case sandbox = "child-pid"
            case namespace = "pid-namespace"
            case exitCode = "exit-code"
        }
    }
}
