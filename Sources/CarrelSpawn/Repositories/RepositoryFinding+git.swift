/// What `git ls-remote` says, understood.
extension RepositoryFinding {
    /// How many other branches are named when one is missing.
    static let mostOthers = 10

    /// Understands a list of references: one a line, a version and a name divided by a tab; nil when what was asked for
    /// isn't among them.
    ///
    /// - Parameters:
    ///   - list: what `git ls-remote` printed.
    ///   - reference: the branch or tag that should be among them; nil for any.
    init?(list: String, reference: String?) {
        let names = Self.names(in: list)
        if let reference, names.contains("refs/heads/\(reference)") {
            self = .found(.branch)
        } else if let reference, names.contains("refs/tags/\(reference)") {
            self = .found(.tag)
        } else {
            guard reference == nil, !names.isEmpty else { return nil }
            self = .found(nil)
        }
    }

    /// The names of branches in a list of references, those that most people mean first.
    static func branches(in list: String) -> [String] {
        let all = names(in: list).compactMap { name in
            name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : nil
        }
        let first = ["main", "master"].filter(all.contains)
        return Array((first + all.filter { !first.contains($0) }).prefix(mostOthers)).map { String($0.prefix(100)) }
    }

    private static func names(in list: String) -> [String] {
        list.split(separator: "\n").compactMap { $0.split(separator: "\t").dropFirst().first.map(String.init) }
    }

    /// Understands a failure.
    ///
    /// - Parameters:
    ///   - failure: what `git` ended with.
    ///   - hasSignedIn: whether it had a credential to show.
    init(_ failure: ProgramFailure, hasSignedIn: Bool) {
        guard case .failed(_, _, let said) = failure else {
            if case .tooSlow = failure { self = .tooSlow } else { self = .failed }
            return
        }
        func has(_ words: String...) -> Bool { words.contains { said.contains($0) } }
        if has("Authentication failed", "could not read Username", "error: 401", "error: 403") {
            self = hasSignedIn ? .refused : .needsSignIn
        } else if has("is this a git repository", "not valid: ", "invalid server response", "protocol error") {
            self = .notRepository
        } else if has("certificate", "SSL", "TLS") {
            self = .untrusted
        } else if has("Could not resolve", "Failed to connect", "Couldn't connect", "Connection refused", "unreachable")
        {
            self = .unreachable
        } else if has("timed out", "Operation too slow") {
            self = .tooSlow
        } else if has("not found", "error: 404", "error: 410") {
            self = .notFound
        } else if has("redirect") {
            self = .notRepository
        } else {
            self = has("unable to access", "hung up", "Empty reply", "Recv failure") ? .unreachable : .failed
        }
    }
}
