import HTTPTypes

/// Which requests of browsers are refused: those that a page made, which may be anybody's.
///
/// The gateway shares its origin with people's servers, and a browser adds the password by itself once it was typed. Opening an
/// address is let through: what is served opens in a sandbox, where no page can read it.
enum BrowserRule {
    /// Whether a request is one of a page's (Fetch Metadata Request Headers, W3C).
    static func refuses(_ method: HTTPRequest.Method, _ headers: HTTPFields) -> Bool {
        if let mode = value(of: "sec-fetch-mode", in: headers) {
            return mode != "navigate" || ![.get, .head].contains(method)
        }
        if value(of: "origin", in: headers) != nil, ![.get, .head, .options].contains(method) { return true }
        // Over plain http browsers don't say what a request is for; Nextcloud's programs have the word, too.
        let agent = headers[.userAgent] ?? ""
        return agent.contains("Mozilla/") && !agent.contains("mirall")
    }

    private static func value(of name: String, in headers: HTTPFields) -> String? {
        headers.first { $0.name.canonicalName == name }?.value
    }
}
