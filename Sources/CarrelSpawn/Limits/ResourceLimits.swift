public import CarrelModel

/// How much of the machine a server and all it starts may use; nil for as much as there is.
public struct ResourceLimits: Sendable, Equatable {
    /// Memory, with what it writes to its `/tmp` and other volatile folders.
    public var memory: ByteCount?
    /// Processors' worth of time, such as 1.5.
    public var processors: Double?
    /// Its share of the processors' time when others want it too, in relation to theirs; 100 is the usual one.
    public var processorWeight: Int
    /// Processes and threads.
    public var processes: Int?
    /// Files that each of its processes may have open.
    public var openFiles: Int

    /// Sets limits.
    public init(
        memory: ByteCount? = nil,
        processors: Double? = nil,
        processorWeight: Int = 100,
        processes: Int? = nil,
        openFiles: Int = 65536,
    ) {
        self.memory = memory
        self.processors = processors
        self.processorWeight = processorWeight
        self.processes = processes
        self.openFiles = openFiles
    }
}
