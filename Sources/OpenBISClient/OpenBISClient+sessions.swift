extension OpenBISClient {
    /// Signs somebody in (reference 4.4).
    ///
    /// Each call makes a session of its own, so it isn't made again when it isn't known what became of it.
    ///
    /// - Parameters:
    ///   - user: the id, as openBIS has it.
    ///   - password: what they typed.
    /// - Returns: the token of a session, which ends when nothing was asked with it for some time, 12 hours by default.
    /// - Throws: ``OpenBISError/wrongCredentials``; ``OpenBISError/unreachable(_:)``,
    ///   ``OpenBISError/untrustedCertificate(_:)`` and others, which say nothing about the password.
    public func login(user: String, password: String) async throws(OpenBISError) -> OpenBISToken {
        guard !user.isEmpty, !password.isEmpty else { throw .wrongCredentials }
        let call = RemoteCall("login", [.text(user), .text(password)], secrets: [password], isSafe: false)
        let answer = try await calls.answer(to: call, at: place)
        guard !answer.result.isNull else { throw .wrongCredentials }
        return try answer.read { result throws(Misfit) in
            guard let token = try? OpenBISToken(try result.asText()) else { throw Misfit("result") }
            return token
        }
    }

    /// Ends a session, and removes what was uploaded in it and not registered; no error if it is over already.
    ///
    /// A personal access token stays good.
    ///
    /// - Parameter token: of the session.
    /// - Throws: what an openBIS that isn't there leads to.
    public func logout(_ token: OpenBISToken) async throws(OpenBISError) {
        do throws(OpenBISError) {
            _ = try await session(token).ask("logout")
        } catch .sessionOver {
            return
        }
    }

    /// Whether a token is good now, of a session or a personal access token; asking prolongs a session.
    ///
    /// - Parameter token: any text that was shown as one.
    /// - Returns: false also for what never was a token.
    /// - Throws: what an openBIS that isn't there leads to.
    public func isSessionActive(_ token: OpenBISToken) async throws(OpenBISError) -> Bool {
        try await session(token).ask("isSessionActive").read { result throws(Misfit) in try result.asFlag() }
    }

    /// Whose a token is, as openBIS says: the one thing to believe, for the name in the token is only a claim.
    ///
    /// - Parameter token: of a session, or a personal access token.
    /// - Returns: the person.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func sessionInformation(_ token: OpenBISToken) async throws(OpenBISError) -> OpenBISSessionInformation {
        let answer = try await session(token).ask("getSessionInformation")
        guard !answer.result.isNull else { throw .sessionOver }
        return try answer.read(OpenBISSessionInformation.init)
    }

    /// What the server is and can do.
    ///
    /// - Parameter token: of anybody.
    /// - Returns: what it says about itself.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func serverInformation(_ token: OpenBISToken) async throws(OpenBISError) -> OpenBISServerInformation {
        try await session(token).ask("getServerInformation").read(OpenBISServerInformation.init)
    }

    private var place: ServicePlace { .application(settings.address) }
}
