extension OpenIDProvider {
    /// What a browser posts to end the person's session at the provider too (RP-Initiated Logout 1.0 §2).
    ///
    /// - Parameters:
    ///   - idToken: the newest of the person, so that the provider needn't ask.
    ///   - returningTo: where the provider sends the browser then; must be registered with it.
    ///   - state: comes back with the browser.
    /// - Returns: the form; nil when the provider has none.
    /// - Throws: when the provider's metadata can't be had.
    public func endSession(
        idToken: String?,
        returningTo: String,
        state: String?,
    ) async throws(OpenIDError) -> EndSessionForm? {
        guard let endpoint = try await metadata().endSession else { return nil }
        let fields: [(name: String, value: String?)] = [
            ("id_token_hint", idToken),
            ("client_id", registration.clientID),
            ("post_logout_redirect_uri", returningTo),
            ("state", state),
        ]
        return EndSessionForm(
            action: endpoint.text,
            fields: fields.compactMap { name, value in value.map { (name, $0) } },
        )
    }

    /// Checks a logout token that was posted to us (Back-Channel Logout 1.0 §2.5).
    ///
    /// - Parameter logoutToken: as it came.
    /// - Returns: whose session ends.
    /// - Throws: ``OpenIDError/invalidToken(_:)``.
    public func logoutNotice(_ logoutToken: String) async throws(OpenIDError) -> LogoutNotice {
        let (token, claims) = try await verified(logoutToken)
        return try OpenIDError.holding(try rules.checkLogoutToken(token, claims, at: now()))
    }
}
