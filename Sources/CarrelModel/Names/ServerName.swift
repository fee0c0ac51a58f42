/// The name of one of a user's servers; the default server has the empty name.
///
/// A server in the instance `x` has the name `x`. JupyterHub 6's rules: 1 to 30 characters from a to z, 0 to 9 and `-`,
/// beginning with a letter, not ending with a hyphen, without two hyphens in a row.
public struct ServerName: Hashable, Sendable {
    /// The name of the default server: empty.
    public static let `default` = ServerName()

    /// The most characters that a name may have.
    public static let longest = 30

    /// The name as it stands in URLs; empty for the default server.
    public let text: String

    private init() { text = "" }

    /// Makes a name.
    ///
    /// - Parameter text: empty for the default server. Upper case is refused, not folded, as in JupyterHub.
    /// - Throws: what is wrong with it.
    public init(_ text: String) throws(NameError) {
        if let fault = Self.fault(in: text) { throw .serverName(fault) }
        self.text = text
    }

    /// Whether it is the default server's name.
    public var isDefault: Bool { text.isEmpty }

    /// The name for people: the name itself, or `default server`.
    public var displayText: String { isDefault ? "default server" : text }

    private static func fault(in text: String) -> NameError.ServerNameFault? {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last else { return nil }
        if !scalars.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }) {
            return .character
        }
        if scalars.count > longest { return .tooLong }
        if !("a"..."z").contains(first) { return .start }
        if last == "-" { return .end }
        return text.contains("--") ? .doubleHyphen : nil
    }
}

extension ServerName: CustomStringConvertible {
    /// The name for people.
    public var description: String { displayText }
}

extension ServerName: WrittenName {
    /// Reads a name.
    public init(written text: String) throws(NameError) {
        try self.init(text)
    }
}
