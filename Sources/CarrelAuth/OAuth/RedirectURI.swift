/// The addresses that codes are sent to.
public enum RedirectURI {
    /// Whether an address can be registered: a path of this hub, or a whole http(s) URL, without fragment.
    ///
    /// Servers and services on the hub's own domain register paths (reference 1.7); RFC 6749 §3.1.2 asks for URLs.
    ///
    /// - Parameter uri: from the configuration, or made by the hub.
    /// - Returns: true when it can.
    public static func isFit(_ uri: String) -> Bool {
        guard uri.utf8.count <= 2048, uri.utf8.allSatisfy(\.isVisible), !uri.contains("#"),
            !uri.contains("\\")
        else { return false }
        if uri.hasPrefix("/") { return !uri.hasPrefix("//") }
        guard let scheme = ["https://", "http://"].first(where: uri.hasPrefix) else { return false }
        let authority = uri.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        return !authority.isEmpty && !authority.contains("@")
    }

    /// Adds parameters to the query that an address may already have (RFC 6749 §4.1.2).
    ///
    /// - Parameters:
    ///   - parameters: names and values, encoded here; a nil value is left out.
    ///   - uri: one that is registered.
    /// - Returns: the whole address.
    public static func adding(_ parameters: [(name: String, value: String?)], to uri: String) -> String {
        let query =
            parameters
            .compactMap { name, value in value.map { "\(encoded(name))=\(encoded($0))" } }
            .joined(separator: "&")
        guard !query.isEmpty else { return uri }
        guard uri.contains("?") else { return "\(uri)?\(query)" }
        return uri.hasSuffix("?") || uri.hasSuffix("&") ? uri + query : "\(uri)&\(query)"
    }

    /// The address that hands a code to the client.
    ///
    /// - Parameters:
    ///   - code: just made.
    ///   - state: what the client sent, if anything.
    ///   - uri: one that is registered.
    /// - Returns: the whole address, a secret until the client has used it.
    public static func carrying(code: Secret, state: String?, to uri: String) -> String {
        adding([("code", code.reveal()), ("state", state)], to: uri)
    }

    private static func encoded(_ text: String) -> String {
        text.percentEncoded { $0.isUnreserved }
    }
}
