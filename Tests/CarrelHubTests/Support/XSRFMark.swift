import CarrelAuth

/// Something that two hub keys agree on only if they are the same.
enum XSRFMark {
    static func of(_ key: HubKey) -> String {
        XSRFToken.plain(for: .session("a"), key: key)
    }
}
