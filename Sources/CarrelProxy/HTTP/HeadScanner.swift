/// Finds the end of a message's head while its bytes arrive, and refuses what must not stand in one.
///
/// Pure and resumable: it is shown everything gathered so far and remembers how far it has looked.
struct HeadScanner: Equatable, Sendable {
    /// What the bytes seen so far amount to.
    enum Progress: Equatable, Sendable {
        case incomplete
        /// The head is `start..<end`, its empty line included; `start` is past an empty line sent before it.
        case complete(start: Int, end: Int)
        case refused(Refusal)
    }

    /// How long a head and its first line may be.
    struct Limits: Equatable, Sendable {
        var head = 64 * 1024
        var firstLine = 16 * 1024
    }

    private(set) var offset = 0
    private var start = 0
    private var lineStart = 0
    private var hasFirstLine = false
    private var afterCarriageReturn = false

    /// Whether nothing of a head has arrived yet.
    var isIdle: Bool { offset == start }

    /// Looks at the bytes that are new.
    ///
    /// `bytes`: everything since the last message ended.
    /// `limits`: what is refused as too large.
    mutating func scan(_ bytes: Span<UInt8>, limits: Limits) -> Progress {
        var index = offset
        defer { offset = index }
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if !ByteRules.isControl(byte) && !afterCarriageReturn && index != lineStart {
                index &+= 1
                continue
            }
            let verdict = step(byte, at: index)
            index &+= 1
            if case .complete(let start, let end) = verdict, end - start > limits.head {
                return .refused(.headTooLarge)
            }
            if let verdict { return verdict }
        }
        if !hasFirstLine && count - start > limits.firstLine { return .refused(.targetTooLong) }
        return count - start > limits.head ? .refused(.headTooLarge) : .incomplete
    }

    /// One byte that is not plain text inside a line.
    private mutating func step(_ byte: UInt8, at index: Int) -> Progress? {
        if afterCarriageReturn {
            guard byte == ByteRules.lineFeed else { return .refused(.bareCarriageReturn) }
            afterCarriageReturn = false
            return lineEnded(at: index)
        }
        switch byte {
        case ByteRules.carriageReturn: afterCarriageReturn = true
        case ByteRules.lineFeed: return .refused(.bareLineFeed)
        case ByteRules.space, ByteRules.tab:
            if index == lineStart { return .refused(hasFirstLine ? .foldedField : .malformedRequestLine) }
        default:
            if ByteRules.isControl(byte) { return .refused(.controlCharacter) }
        }
        return nil
    }

    private mutating func lineEnded(at index: Int) -> Progress? {
        let isEmpty = index - lineStart == 1
        lineStart = index + 1
        if isEmpty && hasFirstLine { return .complete(start: start, end: index + 1) }
        if isEmpty {
            // RFC 9112 §2.2: one empty line before a request is passed over.
            guard start == 0 else { return .refused(.malformedRequestLine) }
            start = lineStart
            return nil
        }
        hasFirstLine = true
        return nil
    }
}
