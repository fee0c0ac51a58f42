import NIOCore

/// What a server says of a lock that it gave (RFC 4918 §9.10).
struct LockAnswer: Equatable {
    private(set) var token: String?
    /// Nil when it says none, or that the lock never ends.
    private(set) var timeout: Duration?

    /// Reads the body of an answer to LOCK.
    init(_ body: ByteBuffer) throws(XMLFault) {
        let found = Found()
        let stream = try XMLStream { event throws(XMLFault) in try found.take(event) }
        try stream.feed(body)
        try stream.finish()
        token = found.token
        timeout = found.timeout
    }

    /// The seconds of `Second-600`; longer ones are cut to a day.
    static func timeout(_ text: String) -> Duration? {
        guard text.hasPrefix("Second-"), let seconds = ContentRange.number(text.dropFirst(7)) else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    private final class Found {
        var token: String?
        var timeout: Duration?
        private var open: [String] = []
        private var text = ""

        func take(_ event: XMLEvent) throws(XMLFault) {
            switch event {
            case .start(let name):
                guard !open.isEmpty || name == "DAV:\u{c}prop" else { throw .notMultistatus }
                open.append(name)
                text = ""
            case .text(let piece):
                guard text.utf8.count + piece.utf8.count <= 4096 else { throw .tooLarge }
                text += piece
            case .end:
                let name = open.popLast()
                if name == "DAV:\u{c}timeout" { timeout = LockAnswer.timeout(text.trimmed) }
                if name == "DAV:\u{c}href", open.last == "DAV:\u{c}locktoken" { token = text.trimmed }
                text = ""
            }
        }
    }
}
