import CarrelAuth
import CarrelModel
import Foundation
import OpenBISClient

/// An openBIS as a way to sign in: with name and password, or with a token of a session there or a personal one.
///
/// Who somebody is is what openBIS says of the token, never what the token says of itself.
struct OpenBISAuthenticator: Authenticator {
    let settings: AuthenticatorSettings
    let connections: OpenBISConnections

    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart { .form }

    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson {
        switch proof {
        case .token(let text): return try await person(bringing: text)
        case .password(let name, let password) where password.hasPrefix("$pat-"):
            // People know from other services that such a token is typed in the place of the password.
            let person: AuthenticatedPerson
            do throws(AuthenticatorError) {
                person = try await self.person(bringing: password)
            } catch .deadToken {
                throw .wrongPassword(settings.title)
            }
            guard person.subject.lowercased() == name.lowercased() else { throw .wrongPassword(settings.title) }
            return person
        case .password(let name, let password):
            do throws(OpenBISError) {
                let client = try connections.client(for: settings)
                let token = try await client.login(user: name, password: password)
                return try await person(of: token, origin: .password, client)
            } catch {
                throw translated(error)
            }
        case .answer, .fields: throw .foreign(settings.title)
        }
    }

    /// Asks whether the session lasts, which prolongs it.
    ///
    /// Its end says nothing of the person, who may have been away for long.
    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson? {
        guard var before = OpenBISGrant(stored: grant) else { return nil }
        let same = AuthenticatedPerson(
            subject: subject,
            label: before.user,
            names: [before.user],
            entitlements: nil,
            grant: grant,
        )
        guard settings.openBIS.keepAlive, let token = before.usable else { return same }
        do throws(OpenBISError) {
            let found = try await connections.client(for: settings).sessionInformation(token)
            if found.userID == subject { return same }
        } catch .sessionOver {
            // Told below.
        } catch {
            throw translated(error)
        }
        before.isOver = true
        if let stored = before.stored { await keep(stored) }
        return same
    }

    /// Browsers have nothing to do there; the session is ended by the hub where the operator wants that.
    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep? {
        guard settings.openBIS.signOutThere, let grant else { return nil }
        try await end(OpenBISGrant(stored: grant))
        return nil
    }

    /// Ends the session that the hub began itself.
    func release(_ grant: Data) async throws(AuthenticatorError) {
        guard let grant = OpenBISGrant(stored: grant), grant.origin == .password else { return }
        try await end(grant)
    }

    private func end(_ grant: OpenBISGrant?) async throws(AuthenticatorError) {
        guard let token = grant?.usable, !token.isPersonalAccessToken else { return }
        do throws(OpenBISError) {
            try await connections.client(for: settings).logout(token)
        } catch {
            throw translated(error)
        }
    }

    // MARK: Who

    private func person(bringing text: String) async throws(AuthenticatorError) -> AuthenticatedPerson {
        do throws(OpenBISError) {
            let token = try OpenBISToken(text)
            return try await person(of: token, origin: .brought, connections.client(for: settings))
        } catch {
            throw translated(error)
        }
    }

    private func person(
        of token: OpenBISToken,
        origin: OpenBISGrant.Origin,
        _ client: OpenBISClient,
    ) async throws(OpenBISError) -> AuthenticatedPerson {
        let user = try await client.sessionInformation(token).userID
        var person = AuthenticatedPerson(
            subject: user,
            label: user,
            names: [user],
            entitlements: nil,
            grant: OpenBISGrant(token, of: user, origin: origin).stored,
        )
        // All that runs in their servers can read it.
        person.isByToken = origin == .brought
        return person
    }

    /// Words for people instead of the protocol's.
    func translated(_ error: OpenBISError) -> AuthenticatorError {
        let title = settings.title
        return switch error {
        case .wrongCredentials: .wrongPassword(title)
        case .sessionOver, .notAToken: .deadToken(title)
        case .unreachable, .slow, .unavailable, .tooManyRequests, .cancelled: .unreachable(title)
        case .untrustedCertificate: .untrusted(title, reason: "\(error)")
        case .unfitAddress, .unfitAuthority: .misconfigured(title, reason: "\(error)")
        case .refused(let words), .forbidden(let words): .refused(title, words: words)
        default: .nonsense(title, reason: "\(error)")
        }
    }
}
