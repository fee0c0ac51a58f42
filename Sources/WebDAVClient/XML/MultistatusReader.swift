import NIOCore

/// Reads a multi-status as it comes.
final class MultistatusReader {
    private let stream: XMLStream
    private let machine: Machine

    private final class Machine {
        var value = MultistatusMachine()
    }

    /// Begins one.
    init() throws(XMLFault) {
        let machine = Machine()
        self.machine = machine
        stream = try XMLStream { event throws(XMLFault) in try machine.value.take(event) }
    }

    /// Reads on.
    ///
    /// - Returns: the responses that are whole now.
    func feed(_ part: ByteBuffer) throws(XMLFault) -> [MultistatusResponse] {
        try stream.feed(part)
        return machine.value.takeResponses()
    }

    /// Looks whether it is whole.
    func finish() throws(XMLFault) {
        try stream.finish()
    }

    /// Reads a small one from beginning to end.
    static func responses(in body: ByteBuffer) throws(XMLFault) -> [MultistatusResponse] {
        let reader = try MultistatusReader()
        let responses = try reader.feed(body)
        try reader.finish()
        return responses
    }
}
