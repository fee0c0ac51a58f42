import NIOCore

/// Takes a body out of arriving buffers, and gives on what the other side is to get.
struct BodyPump: Sendable {
    /// Whether the other side gets the same chunk framing, or the content alone.
    enum Framing: Equatable, Sendable {
        case passedOn
        case stripped
    }

    private var walker: BodyWalker
    private let framing: Framing

    init(_ body: BodyFraming, framing: Framing) {
        walker = BodyWalker(body)
        self.framing = framing
    }

    var isComplete: Bool { walker.isComplete }
    var endsWithConnection: Bool { walker.endsWithConnection }

    /// Consumes what belongs to the body.
    ///
    /// `buffer`: left with the bytes of the next message.
    /// `emit`: called with each stretch that goes on, without copying.
    mutating func take(from buffer: inout ByteBuffer, _ emit: (ByteBuffer) -> Void) throws(Refusal) {
        var runLength = 0
        var refusal: Refusal?
        walking: while refusal == nil {
            let step = walker.next(buffer.readableBytesUInt8Span, from: runLength)
            switch step {
            case .content(let count): runLength += count
            case .framing(let count) where framing == .passedOn: runLength += count
            case .framing(let count), .skip(let count):
                BodyPump.emitRun(&runLength, of: &buffer, emit)
                buffer.moveReaderIndex(forwardBy: count)
            case .needsMore, .end: break walking
            case .refused(let reason): refusal = reason
            }
        }
        BodyPump.emitRun(&runLength, of: &buffer, emit)
        if let refusal { throw refusal }
    }

    private static func emitRun(_ length: inout Int, of buffer: inout ByteBuffer, _ emit: (ByteBuffer) -> Void) {
        guard length > 0, let run = buffer.readSlice(length: length) else { return }
        length = 0
        emit(run)
    }
}
