/// The scopes that exist, what each includes, and what to tell a person about it.
///
/// JupyterHub 6.1's (reference 2.7), and the operator's own `custom:` scopes for services.
public struct ScopeTable: Sendable, Equatable {
    /// One scope.
    public struct Definition: Sendable, Equatable {
        /// A phrase for the person who is asked to grant it.
        public let phrase: String
        /// What it includes directly.
        public let includes: [ScopeName]

        /// Makes a definition.
        public init(phrase: String, includes: [ScopeName] = []) {
            self.phrase = phrase
            self.includes = includes
        }
    }

    private var definitions: [ScopeName: Definition]
    /// What each includes in the end, itself among it.
    private var closures: [ScopeName: Set<ScopeName>] = [:]

    /// JupyterHub's.
    public static let standard = ScopeTable(definitions: standardDefinitions)

    private init(definitions: [ScopeName: Definition]) {
        self.definitions = definitions
        for name in definitions.keys { closures[name] = Self.closure(of: name, in: definitions) }
    }

    /// Adds the operator's scopes for services.
    ///
    /// - Parameter custom: names that begin with `custom:`, each with a phrase and the custom scopes it includes.
    /// - Returns: a table with both.
    /// - Throws: ``AuthError/unknownScope(_:)`` for a name that breaks the pattern, or an included scope that isn't a
    ///   defined custom one.
    public func adding(custom: [String: (phrase: String, includes: [String])]) throws(AuthError) -> ScopeTable {
        var all = definitions
        for (name, definition) in custom {
            for one in [name] + definition.includes where custom[one] == nil || !Self.isCustom(one) {
                throw .unknownScope(AuthError.excerpt(one))
            }
            all[ScopeName(unchecked: name)] = Definition(
                phrase: definition.phrase,
                includes: definition.includes.map(ScopeName.init(unchecked:)),
            )
        }
        return ScopeTable(definitions: all)
    }

    /// The name of a scope that exists.
    ///
    /// - Parameter text: without filter.
    /// - Returns: nil when there is none.
    public func name(_ text: some StringProtocol) -> ScopeName? {
        let name = ScopeName(unchecked: String(text))
        return definitions[name] == nil ? nil : name
    }

    /// What a scope means.
    ///
    /// - Parameter name: a scope's.
    /// - Returns: nil when there is none.
    public func definition(of name: ScopeName) -> Definition? { definitions[name] }

    /// All names, sorted.
    public var names: [ScopeName] { definitions.keys.sorted() }

    /// What a scope includes in the end, itself among it.
    func included(in name: ScopeName) -> Set<ScopeName> { closures[name] ?? [name] }

    private static func closure(of name: ScopeName, in definitions: [ScopeName: Definition]) -> Set<ScopeName> {
        var found: Set<ScopeName> = []
        var open = [name]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += definitions[next]?.includes ?? [] }
        }
        return found
    }

    /// `custom:`, then lower-case letters, digits and -_:* with a letter, digit or star at each end.
    private static func isCustom(_ name: String) -> Bool {
        guard name.hasPrefix("custom:"), name.utf8.count <= 255 else { return false }
        let rest = name.dropFirst("custom:".count).utf8
        guard rest.count >= 3, let first = rest.first, let last = rest.last else { return false }
        return first.isLowerCaseOrDigit
            && (last.isLowerCaseOrDigit || last == UInt8(ascii: "*") || last == UInt8(ascii: "_"))
            && rest.allSatisfy { $0.isLowerCaseOrDigit || "-_:*".utf8.contains($0) }
    }
}
