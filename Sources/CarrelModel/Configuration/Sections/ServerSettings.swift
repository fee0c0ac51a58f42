/// The users' servers: deadlines, limits and logs.
public struct ServerSettings: SettingSection {
    /// How long a server may take to answer.
    public var startDeadline: Duration = .seconds(60)

    /// How long a server may take to end when it is asked to.
    public var stopDeadline: Duration = .seconds(30)

    /// How long a server may be unused before it is stopped; nil for ever.
    public var idleLimit: Duration? = .seconds(3600)

    /// How long a server may run, used or not; nil for ever.
    public var maximumAge: Duration?

    /// How often idle servers are looked for.
    public var idleCheckInterval: Duration = .seconds(60)

    /// How many servers start at once; nil to go by the processors, see ``startsAtOnce(processors:)``.
    public var startsAtOnce: Int?

    /// How many servers run at once; nil to go by the memory, see ``capacity(memory:)``.
    public var capacity: Int?

    /// How many further servers, with names of their own choice, a person may have at work in the default instance.
    public var namedServers = 5

    /// The memory that a server is expected to need.
    public var memoryReserve = ByteCount(bytes: 400 << 20)

    /// The most memory a server may use; nil for as much as there is.
    public var memoryLimit: ByteCount? = ByteCount(bytes: 4 << 30)

    /// The most processors' worth of time a server may use, in hundredths; nil for as much as there is.
    public var processorLimit: ProcessorCount? = ProcessorCount(hundredths: 200)

    /// The most processes and threads of a server; nil for as many as there can be.
    public var processLimit: Int? = 2000

    /// How many files each process of a server may have open.
    public var openFilesLimit = 65536

    /// The most bytes of one log file of a server.
    public var logSize = ByteCount(bytes: 5_000_000)

    /// How many log files of a server are kept.
    public var logFiles = 3

    /// The page of a server that opens first.
    public var defaultURL = "/lab"

    /// Makes the section that an empty file gives.
    public init() {}

    /// How many servers start at once on a machine: as configured, else two for each processor.
    public func startsAtOnce(processors: Int) -> Int {
        startsAtOnce ?? max(2, processors * 2)
    }

    /// How many servers run at once on a machine: as configured, else as many as its memory has reserves for, at least one.
    public func capacity(memory: ByteCount) -> Int {
        capacity ?? max(1, Int(memory.bytes / max(1, memoryReserve.bytes)))
    }

    static let keys: [Key<ServerSettings>] = [
        Key(
            "startDeadline",
            \.startDeadline,
            .duration(.seconds(5)...(.seconds(3600))),
            "A server that doesn't answer so long after its start is given up, and its user sees the end of its log.",
        ),
        Key(
            "stopDeadline",
            \.stopDeadline,
            .duration(.seconds(1)...(.seconds(600))),
            "A server that is asked to end and doesn't is killed after that.",
        ),
        Key(
            "idleLimit",
            \.idleLimit,
            .optional(.duration(.seconds(5)...(.seconds(365 * 86400))), none: ["never", "0"]),
            "A server without connection and without busy kernel for so long is stopped.",
        ),
        Key(
            "maximumAge",
            \.maximumAge,
            .optional(.duration(.seconds(10)...(.seconds(365 * 86400))), none: ["never", "0"]),
            "A server that has run for so long is stopped, used or not.",
        ),
        Key(
            "idleCheckInterval",
            \.idleCheckInterval,
            .duration(.seconds(1)...(.seconds(3600))),
            "How often the two limits above are looked after.",
        ),
        Key(
            "startsAtOnce",
            \.startsAtOnce,
            .optional(.number(1...1000), none: ["automatic", "0"]),
            "How many servers start at once; the others wait in line. `automatic`: two for each processor.",
        ),
        Key(
            "capacity",
            \.capacity,
            .optional(.number(1...100_000), none: ["automatic", "0"]),
            "How many servers run at once; further starts wait in line. `automatic`: as many as memory has room for.",
        ),
        Key(
            "namedServers",
            \.namedServers,
            .number(0...1000),
            "How many further servers with names of their own choice a person may have at work beside the default one.",
        ),
        Key(
            "memoryReserve",
            \.memoryReserve,
            .size(ByteCount(bytes: 50 << 20)...ByteCount(bytes: 1 << 40)),
            "The memory that a server is expected to need, for the automatic capacity. It isn't a limit.",
        ),
        Key(
            "memoryLimit",
            \.memoryLimit,
            .optional(.size(ByteCount(bytes: 200 << 20)...ByteCount(bytes: 1 << 50)), none: ["none"]),
            """
            The most memory that a server and all it starts may use, with what is in its `/tmp` and other volatile \
            folders. A kernel that needs more is stopped, and its user told; the server goes on. For servers started \
            afterwards.
            """,
        ),
        Key(
            "processorLimit",
            \.processorLimit,
            .optional(.parsed, none: ["none"]),
            """
            The most processors that a server may keep busy. While it starts it may use more. Below this limit, busy \
            servers share the processors evenly. For servers started afterwards.
            """,
        ),
        Key(
            "processLimit",
            \.processLimit,
            .optional(.number(50...4_000_000), none: ["none"]),
            "The most processes and threads of a server. For servers started afterwards.",
        ),
        Key(
            "openFilesLimit",
            \.openFilesLimit,
            .number(256...1_000_000),
            "How many files each process of a server may have open. For servers started afterwards.",
        ),
        Key(
            "logSize",
            \.logSize,
            .size(ByteCount(bytes: 100_000)...ByteCount(bytes: 1_000_000_000)),
            "A log file that has grown so large is put aside and a new one begun. For servers started afterwards.",
        ),
        Key("logFiles", \.logFiles, .number(1...20), "How many log files of a server are kept."),
        Key(
            "defaultURL",
            \.defaultURL,
            .urlPath,
            "The page of a server that opens first: `/lab` is JupyterLab, `/tree` the plain notebook.",
        ),
    ]

    var faults: [SettingFault] {
        guard let idleLimit, idleCheckInterval > idleLimit else { return [] }
        let expected = "at most the idleLimit, \(idleLimit.text)"
        return [SettingFault(key: "idleCheckInterval", found: idleCheckInterval.text, expected: expected)]
    }
}
