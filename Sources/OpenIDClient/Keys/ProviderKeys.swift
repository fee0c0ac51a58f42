/// A provider's public keys (RFC 7517 §5).
struct ProviderKeys: Sendable, Equatable {
    let all: [ProviderKey]

    /// More keys than any provider has at once.
    static let most = 100

    /// Reads a key set; keys that can't be used here are left out, as RFC 7517 §5 asks.
    ///
    /// - Throws: ``OpenIDError/nonsense(_:_:)``.
    init(_ object: [String: OpenIDValue]) throws(OpenIDError) {
        guard case .array(let values) = object["keys"], values.count <= Self.most else {
            throw .nonsense(.keys, .member("keys"))
        }
        all = values.compactMap { value in
            if case .object(let key) = value { ProviderKey(key) } else { nil }
        }
    }

    /// The key that a token names, or the only one that it can mean.
    ///
    /// - Throws: ``TokenFault/unknownKey``, ``TokenFault/ambiguousKey`` or ``TokenFault/unfitKey``.
    func key(_ id: String?, for algorithm: SigningAlgorithm) throws(TokenFault) -> ProviderKey {
        let named = id.map { id in all.filter { $0.id == id } } ?? all
        let fitting = named.filter { $0.fits(algorithm) }
        guard let key = fitting.first else { throw id == nil || named.isEmpty ? .unknownKey : .unfitKey }
        guard fitting.count == 1 else { throw .ambiguousKey }
        return key
    }

    /// What is wrong with a token's signature; nil when it is right.
    func fault(of token: SignedToken) async -> TokenFault? {
        do {
            let key = try key(token.keyID, for: token.algorithm)
            let holds = await key.verifies(token.signature, over: token.signed, by: token.algorithm)
            return holds ? nil : .signature
        } catch {
            return error
        }
    }
}
