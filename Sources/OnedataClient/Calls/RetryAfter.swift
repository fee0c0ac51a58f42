import NIOHTTP1

/// How long a service wants to be left alone (RFC 9110 §10.2.3).
enum RetryAfter {
    /// The pause in seconds; nil if none is asked for, or a date, which Onedata doesn't send.
    static func pause(_ headers: HTTPHeaders) -> Duration? {
        headers.first(name: "Retry-After").flatMap { UInt32($0) }.map { .seconds(Int64($0)) }
    }
}
