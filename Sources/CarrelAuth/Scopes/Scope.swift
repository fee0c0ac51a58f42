/// A permission as it is written in a role, a token or a request: `read:users!group=ecology`.
///
/// Not yet expanded: ``ScopeSet`` says what it comes to.
public struct Scope: Sendable, Hashable {
    /// Which permission.
    public let name: ScopeName
    /// On whom; nil is everybody.
    public let filter: ScopeFilter?

    /// Makes a scope.
    ///
    /// - Parameters:
    ///   - name: which permission.
    ///   - filter: on whom; nil is everybody.
    public init(_ name: ScopeName, on filter: ScopeFilter? = nil) {
        self.name = name
        self.filter = filter
    }

    /// Reads a scope.
    ///
    /// - Parameters:
    ///   - text: for example `servers!server=alice/gpu`.
    ///   - table: the scopes that exist.
    /// - Throws: ``AuthError/unknownScope(_:)`` or ``AuthError/unknownFilter(_:)``, naming it.
    public init(_ text: String, in table: ScopeTable = .standard) throws(AuthError) {
        let mark = text.firstIndex(of: "!")
        guard let name = table.name(text[..<(mark ?? text.endIndex)]) else {
            throw .unknownScope(AuthError.excerpt(text))
        }
        self.name = name
        guard let mark else {
            filter = nil
            return
        }
        guard let filter = ScopeFilter(text[text.index(after: mark)...]) else {
            throw .unknownFilter(AuthError.excerpt(text))
        }
        self.filter = filter
    }

    /// Reads a list of scopes, dropping what is said twice.
    ///
    /// - Parameters:
    ///   - texts: one scope each.
    ///   - table: the scopes that exist.
    /// - Returns: in the order of the list.
    /// - Throws: ``AuthError/unknownScope(_:)`` or ``AuthError/unknownFilter(_:)`` for the first that is wrong.
    public static func list(_ texts: [String], in table: ScopeTable = .standard) throws(AuthError) -> [Scope] {
        var seen: Set<Scope> = []
        var scopes: [Scope] = []
        for text in texts {
            let scope = try Scope(text, in: table)
            if seen.insert(scope).inserted { scopes.append(scope) }
        }
        return scopes
    }

    /// As it is written.
    public var text: String {
        filter.map { "\(name.text)!\($0.text)" } ?? name.text
    }
}

extension Scope: CustomStringConvertible {
    /// As it is written.
    public var description: String { text }
}
