/// Follows a body through its bytes and says what to do with each stretch.
///
/// Pure: fed piece by piece, it gives the same steps however the pieces are cut. Chunk extensions and trailers are
/// checked and left out, so that what goes on is only what every reader understands in the same way.
struct BodyWalker: Equatable, Sendable {
    /// What the next bytes are.
    enum Step: Equatable, Sendable {
        /// So many bytes of content.
        case content(Int)
        /// So many bytes of chunk framing, to be passed on only if the other side gets the same framing.
        case framing(Int)
        /// So many bytes that go nowhere.
        case skip(Int)
        /// Nothing more can be said without more bytes.
        case needsMore
        /// The body is complete; bytes after this belong to the next message.
        case end
        case refused(Refusal)
    }

    private enum State: Equatable, Sendable {
        case content(remaining: Int)
        case untilClose
        case sizeFirst
        case size(Int, digits: Int)
        case extensionBytes(Int)
        case sizeLineFeed(Int)
        case chunk(remaining: Int)
        case chunkCarriageReturn
        case chunkLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case lastLineFeed
        case done
    }

    /// How long the extensions of a chunk, or all trailers together, may be.
    static let maximumExtra = 4096

    private var state: State
    private var extra = 0

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: state = .done
        case .length(let count): state = count == 0 ? .done : .content(remaining: count)
        case .chunked: state = .sizeFirst
        case .untilClose: state = .untilClose
        }
    }

    var isComplete: Bool { state == .done }

    /// Whether the end of the connection is the proper end of this body.
    var endsWithConnection: Bool { state == .untilClose }

    /// Says what the bytes from an offset on are; the caller then moves on by the count it was given.
    mutating func next(_ bytes: Span<UInt8>, from offset: Int) -> Step {
        let available = bytes.count - offset
        switch state {
        case .done: return .end
        case .content(let remaining):
            guard available > 0 else { return .needsMore }
            let taken = min(remaining, available)
            state = taken == remaining ? .done : .content(remaining: remaining - taken)
            return .content(taken)
        case .untilClose: return available > 0 ? .content(available) : .needsMore
        case .chunk(let remaining):
            guard available > 0 else { return .needsMore }
            let taken = min(remaining, available)
            state = taken == remaining ? .chunkCarriageReturn : .chunk(remaining: remaining - taken)
            return .content(taken)
        default: return walkFraming(bytes, from: offset)
        }
    }

    /// Goes on while the bytes are of one kind, up to content or the end.
    private mutating func walkFraming(_ bytes: Span<UInt8>, from offset: Int) -> Step {
        var index = offset
        var skips = false
        while index < bytes.count {
            let before = state
            let kind = take(bytes[index])
            if case .refused(let refusal) = kind { return .refused(refusal) }
            let skipsThis = kind == .skipped
            if index > offset, skipsThis != skips {
                state = before
                break
            }
            skips = skipsThis
            index += 1
            if case .chunk = state { break }
            if state == .done { break }
        }
        guard index > offset else { return .needsMore }
        return skips ? .skip(index - offset) : .framing(index - offset)
    }

    private enum Kind: Equatable {
        case framing
        case skipped
        case refused(Refusal)
    }

    /// Moves on by one byte of chunk framing.
    private mutating func take(_ byte: UInt8) -> Kind {
        switch state {
        case .sizeFirst: return takeSize(byte, value: 0, digits: 0)
        case .size(let value, let digits): return takeSize(byte, value: value, digits: digits)
        case .extensionBytes(let size):
            if byte == ByteRules.carriageReturn { return move(to: .sizeLineFeed(size)) }
            return leaveOut(byte)
        case .sizeLineFeed(let size):
            return expectLineFeed(byte, then: size == 0 ? .trailerStart : .chunk(remaining: size))
        case .chunkCarriageReturn:
            guard byte == ByteRules.carriageReturn else { return .refused(.badChunk) }
            return move(to: .chunkLineFeed)
        case .chunkLineFeed: return expectLineFeed(byte, then: .sizeFirst)
        case .trailerStart:
            if byte == ByteRules.carriageReturn { return move(to: .lastLineFeed) }
            state = .trailer
            return leaveOut(byte)
        case .trailer:
            guard byte == ByteRules.carriageReturn else { return leaveOut(byte) }
            state = .trailerLineFeed
            return .skipped
        case .trailerLineFeed:
            guard byte == ByteRules.lineFeed else { return .refused(.badChunk) }
            state = .trailerStart
            return .skipped
        case .lastLineFeed: return expectLineFeed(byte, then: .done)
        case .content, .untilClose, .chunk, .done: return .refused(.badChunk)
        }
    }

    /// Fifteen digits hold more than any body and can't overflow.
    private mutating func takeSize(_ byte: UInt8, value: Int, digits: Int) -> Kind {
        if let digit = ByteRules.hexValue(byte) {
            guard digits < 15 else { return .refused(.badChunk) }
            return move(to: .size(value << 4 | Int(digit), digits: digits + 1))
        }
        guard digits > 0 else { return .refused(.badChunk) }
        if byte == ByteRules.carriageReturn { return move(to: .sizeLineFeed(value)) }
        guard byte == 0x3B else { return .refused(.badChunk) }  // ;
        extra = 0
        state = .extensionBytes(value)
        return leaveOut(byte)
    }

    private mutating func leaveOut(_ byte: UInt8) -> Kind {
        extra += 1
        let isFine = !ByteRules.isControl(byte) || byte == ByteRules.tab
        return isFine && extra <= BodyWalker.maximumExtra ? .skipped : .refused(.badChunk)
    }

    private mutating func expectLineFeed(_ byte: UInt8, then following: State) -> Kind {
        guard byte == ByteRules.lineFeed else { return .refused(.badChunk) }
        if following == .trailerStart { extra = 0 }
        return move(to: following)
    }

    private mutating func move(to following: State) -> Kind {
        state = following
        return .framing
    }
}
