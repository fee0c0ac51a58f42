public import CarrelModel

/// What a server and all it has started use now, and how much they may; nil where this machine doesn't tell.
public struct ServerUsage: Sendable, Equatable {
    /// Memory in use, without what the kernel can take back at once.
    public var memory: ByteCount?
    /// How much memory it may use; nil when there is no limit.
    public var memoryLimit: ByteCount?
    /// Processor time used since the start; two readings give a share.
    public var processorTime: Duration?
    /// How many processors' worth of time it may use; nil when there is no limit.
    public var processorLimit: Double?
    /// How many processes and threads there are.
    public var processes: Int?
    /// How many there may be; nil when there is no limit.
    public var processLimit: Int?
    /// How many of its processes were killed because the memory limit was reached.
    public var memoryKills: Int

    /// Notes a reading.
    public init(
        memory: ByteCount? = nil,
        memoryLimit: ByteCount? = nil,
        processorTime: Duration? = nil,
        processorLimit: Double? = nil,
        processes: Int? = nil,
        processLimit: Int? = nil,
        memoryKills: Int = 0,
    ) {
        self.memory = memory
        self.memoryLimit = memoryLimit
        self.processorTime = processorTime
        self.processorLimit = processorLimit
        self.processes = processes
        self.processLimit = processLimit
        self.memoryKills = memoryKills
    }
}
