import HTTPTypes

/// The parts of a `multistatus` (RFC 4918 §13).
enum Multistatus {
    static let beginning = #"<?xml version="1.0" encoding="utf-8"?>\#n<D:multistatus xmlns:D="DAV:">\#n"#
    static let end = "</D:multistatus>\n"

    static func status(_ status: HTTPResponse.Status) -> String {
        "<D:status>HTTP/1.1 \(status.code) \(status.reasonPhrase)</D:status>"
    }

    /// Properties with one status; nothing for none.
    static func properties(_ elements: some Collection<String>, _ status: HTTPResponse.Status) -> String {
        guard !elements.isEmpty else { return "" }
        return "<D:propstat><D:prop>\(elements.joined())</D:prop>\(self.status(status))</D:propstat>"
    }
}
