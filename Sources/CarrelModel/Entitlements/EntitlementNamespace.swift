/// Who hands out entitlements: `urn:mace:egi.eu`, the part before `:group:`.
///
/// `urn` and the identifier after it are the same in upper and lower case (RFC 8141 §3.1) and are kept in lower case; all
/// else is compared as it is written.
public struct EntitlementNamespace: Sendable, Hashable {
    /// The namespace of EGI Check-in (reference `egi.md` 7).
    public static let egi = EntitlementNamespace(text: "urn:mace:egi.eu")

    /// In the form that is compared, without colon at the end.
    public let text: String

    /// Reads a namespace that an operator wrote.
    ///
    /// - Parameter written: `urn:`, an identifier, and one or more parts that were delegated to somebody.
    /// - Throws: ``EntitlementError/unfitNamespace(_:_:)``.
    public init(_ written: String) throws(EntitlementError) {
        do throws(EntitlementFault) {
            let parts = try EntitlementParts.split(written)
            guard !parts.contains("group") else { throw .order }
            try self.init(parts: parts[...])
        } catch {
            throw .unfitNamespace(EntitlementError.excerpt(written), error)
        }
    }

    /// Takes the parts before `group`.
    init(parts: ArraySlice<String>) throws(EntitlementFault) {
        guard let scheme = parts.first?.lowercased(), scheme == "urn" else { throw .notAURN }
        guard parts.count >= 3 else { throw .order }
        let identifier = parts[parts.startIndex + 1].lowercased()
        guard Self.isIdentifier(identifier) else { throw .namespaceIdentifier }
        text = ([scheme, identifier] + parts.dropFirst(2)).joined(separator: ":")
    }

    private init(text: String) {
        self.text = text
    }

    /// 2 to 32 letters, digits and hyphens, with none of the latter at an end: RFC 8141 §2.
    private static func isIdentifier(_ text: String) -> Bool {
        (2...32).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.wholeMatch(of: /[a-z0-9\-]+/) != nil
    }
}

extension EntitlementNamespace: CustomStringConvertible {
    /// As it is compared.
    public var description: String { text }
}
