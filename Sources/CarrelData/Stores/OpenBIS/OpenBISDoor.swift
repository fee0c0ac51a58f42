import OpenBISClient

/// A person's way into an openBIS: by the token of their sign-in, asked for anew when it has ended.
actor OpenBISDoor {
    private let client: @Sendable () throws(OpenBISError) -> OpenBISClient
    private let token: @Sendable () async throws(DataFault) -> String?
    private var known: OpenBISSession?

    /// Asks nobody yet.
    ///
    /// - Parameters:
    ///   - client: asks openBIS.
    ///   - token: gives the person's token; nil when there is none, a fault when that can't be said.
    init(
        client: @escaping @Sendable () throws(OpenBISError) -> OpenBISClient,
        token: @escaping @Sendable () async throws(DataFault) -> String?,
    ) {
        self.client = client
        self.token = token
    }

    /// Asks openBIS, once more if the session has ended and the person has another by now.
    ///
    /// - Throws: ``DataFault``; ``ConnectionState/missing`` without a token, ``ConnectionState/expired`` for one that ended.
    func ask<Value: Sendable>(
        _ work: @Sendable (OpenBISSession) async throws(OpenBISError) -> Value
    ) async throws(DataFault) -> Value {
        let session: OpenBISSession
        if let known { session = known } else { session = try await fresh() }
        do throws(OpenBISError) {
            return try await work(session)
        } catch {
            guard error == .sessionOver else { throw error.fault }
        }
        known = nil
        let other = try await fresh()
        guard other.token.text != session.token.text else { throw .unusable(.expired) }
        do throws(OpenBISError) { return try await work(other) } catch { throw error.fault }
    }

    private func fresh() async throws(DataFault) -> OpenBISSession {
        guard let text = try await token() else { throw .unusable(.missing) }
        do throws(OpenBISError) {
            let session = try client().session(try OpenBISToken(text))
            known = session
            return session
        } catch {
            throw error.fault
        }
    }
}
