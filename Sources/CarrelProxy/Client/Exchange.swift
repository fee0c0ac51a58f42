import NIOCore

/// One request on its way and what has come of it.
struct Exchange {
    let id: RequestID
    let method: RequestMethod
    let isHTTP10: Bool
    let wantsJSON: Bool
    let wantsUpgrade: Bool
    let isBodiless: Bool
    /// Nil when no route answers for the path.
    let route: Route?
    /// The head as it goes to the server; kept to be sent again, and to say later what was asked for.
    var head: ByteBuffer
    var requestBody: BodyPump
    var upstream: UpstreamHandler?
    /// The connection ends after the response.
    var closesAfter: Bool
    /// A head other than an interim one was passed on.
    var hasResponse = false
    var status = 0
    var usedKeptConnection = false
    var hasRetried = false
    var isFetchingErrorPage = false
    /// A client that was told to close after its answer gets no second chance either.
    var persistence: HeadWriter.Persistence {
        if closesAfter { return .close }
        return isHTTP10 ? .announcedKeepAlive : .keepAlive
    }

    /// Whether the request may be sent once more on a new connection (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
    var mayRetry: Bool {
        usedKeptConnection && !hasRetried && !hasResponse && isBodiless && method.isIdempotent
    }

    /// The address asked for, read back from the head.
    var target: String {
        let text = String(buffer: head)
        let line = text.prefix { $0 != "\r\n" }
        let parts = line.split(separator: " ")
        let prefix = route?.target.prefix ?? ""
        return parts.count > 1 ? String(parts[1].dropFirst(prefix.count)) : "/"
    }

    /// The host asked for, read back from the head.
    var host: String {
        let lines = String(buffer: head).split(separator: "\r\n", maxSplits: 2)
        return lines.count > 1 ? String(lines[1].dropFirst("Host: ".count)) : "localhost"
    }
}
