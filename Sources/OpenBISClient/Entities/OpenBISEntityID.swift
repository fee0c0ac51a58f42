/// By which something is named: its permanent id, or its path.
public enum OpenBISEntityID: Sendable, Hashable {
    /// Such as `20240101120000000-12`; never changes.
    case permID(String)
    /// Such as `/SPACE/PROJECT/CODE`; changes when it is moved.
    case identifier(String)

    /// Takes what somebody typed: with a slash it is a path, whose case doesn't matter and whose first slash may be missing.
    ///
    /// - Parameter typed: the text; white space around it goes.
    /// - Throws: ``OpenBISError/notFound`` for an empty or overlong text, which nothing is named by.
    public init(_ typed: String) throws(OpenBISError) {
        let text = typed.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let name = String(text)
        guard (1...500).contains(name.utf8.count) else { throw .notFound }
        self = name.contains("/") ? .identifier((name.hasPrefix("/") ? "" : "/") + name.uppercased()) : .permID(name)
    }

    /// The id as openBIS takes it.
    ///
    /// The path of an object may go through its collection, as people see it; openBIS names it without.
    func parameter(_ kind: EntityKind) -> Parameter {
        switch self {
        case .permID(let text): return kind.permID(text)
        case .identifier(let text):
            var parts = text.split(separator: "/")
            if kind == .sample, parts.count == 4 { parts.remove(at: 2) }
            return kind.identifier("/" + parts.joined(separator: "/"))
        }
    }
}
