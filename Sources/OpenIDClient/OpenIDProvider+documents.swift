import Foundation

extension OpenIDProvider {
    /// How long metadata are kept, in seconds.
    private static let metadataLimit: TimeInterval = 3600

    /// What the provider says about itself, at most an hour ago.
    func metadata() async throws(OpenIDError) -> ProviderMetadata {
        if let kept = keptMetadata, (0..<Self.metadataLimit).contains(now().timeIntervalSince(kept.fetched)) {
            return kept.document
        }
        if let flight = metadataFlight { return try await flight.value.get() }
        // Not a child of the first who asks: if that task is cancelled, the others go on waiting.
        let flight = Flight<ProviderMetadata> {
            let result = await self.fetchedMetadata()
            self.land(metadata: result)
            return result
        }
        metadataFlight = flight
        return try await flight.value.get()
    }

    /// Takes a token apart and checks its signature.
    ///
    /// - Returns: the token and its claims, which are still to be checked.
    func verified(_ text: String) async throws(OpenIDError) -> (SignedToken, OpenIDClaims) {
        let token = try OpenIDError.holding(try SignedToken(text))
        let keys = try await keys()
        if let fault = await keys.fault(of: token) {
            guard let later = try await laterKeys(than: keys, after: fault) else { throw .invalidToken(fault) }
            if let fault = await later.fault(of: token) { throw .invalidToken(fault) }
        }
        return (token, try OpenIDError.holding(try token.claims()))
    }

    /// Newer keys than those with which a token was checked, as the provider may have changed them since.
    ///
    /// Nil when there is no sense in it, or it was just done: tokens with made-up keys must not become a flood of requests.
    private func laterKeys(than keys: ProviderKeys, after fault: TokenFault) async throws(OpenIDError) -> ProviderKeys?
    {
        guard [.unknownKey, .unfitKey, .signature].contains(fault) else { return nil }
        if let kept = keptKeys, kept.document != keys { return kept.document }
        if keysFlight == nil {
            guard plan.maySearch(last: keysSearched, at: now()) else { return nil }
            keysSearched = now()
        }
        return try await newKeys()
    }

    private func keys() async throws(OpenIDError) -> ProviderKeys {
        let kept = keptKeys
        switch (plan.step(fetched: kept?.fetched, failed: keysFailed, at: now()), kept) {
        case (.use, let kept?): return kept.document
        case (.renew, let kept?): return (try? await newKeys()) ?? kept.document
        default: return try await newKeys()
        }
    }

    private func newKeys() async throws(OpenIDError) -> ProviderKeys {
        if let flight = keysFlight { return try await flight.value.get() }
        // Not a child of the first who asks: if that task is cancelled, the others go on waiting.
        let flight = Flight<ProviderKeys> {
            let result = await self.fetchedKeys()
            self.land(keys: result)
            return result
        }
        keysFlight = flight
        return try await flight.value.get()
    }
}

extension OpenIDProvider {
    private func land(metadata result: Result<ProviderMetadata, OpenIDError>) {
        metadataFlight = nil
        guard case .success(let metadata) = result else { return }
        if keptMetadata?.document.keys != metadata.keys { keptKeys = nil }
        keptMetadata = Kept(document: metadata, fetched: now())
    }

    private func land(keys result: Result<ProviderKeys, OpenIDError>) {
        keysFlight = nil
        switch result {
        case .success(let keys):
            keptKeys = Kept(document: keys, fetched: now())
            keysFailed = nil
        case .failure: keysFailed = now()
        }
    }

    private func fetchedMetadata() async -> Result<ProviderMetadata, OpenIDError> {
        do {
            let address = try ProviderMetadata.address(of: registration.issuer)
            let answer = try await calls.get(address.text, for: .discovery)
            let object = try answer.object(of: .discovery)
            return .success(try ProviderMetadata(object, issuer: registration.issuer))
        } catch {
            return .failure(error)
        }
    }

    private func fetchedKeys() async -> Result<ProviderKeys, OpenIDError> {
        do {
            let answer = try await calls.get(try await metadata().keys.text, for: .keys)
            return .success(try ProviderKeys(try answer.object(of: .keys)))
        } catch {
            return .failure(error)
        }
    }
}
