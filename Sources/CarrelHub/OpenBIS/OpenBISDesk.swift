import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Logging
import OpenBISClient

/// Who people are at openBIS, and what the hub asks there for them: the one place for all pages and endpoints.
struct OpenBISDesk: Sendable {
    let tied: OpenBISTies
    let connections: OpenBISConnections
    let identities: IdentityDesk

    private var signIn: SignInDesk { identities.signIn }

    /// Whose a token is.
    enum Owner: Sendable {
        /// An account of the hub.
        case user(UserRecord)
        /// Their account is switched off.
        case disabled(UserRecord)
        /// They have no account here, and get none; why, as at a sign-in.
        case refused(IdentityDesk.Outcome, AuthenticatedPerson)
    }

    /// All openBIS of the configuration, in the operator's order.
    var all: [AuthenticatorSettings] { tied.all }

    /// The one of this name; nil when the configuration has none.
    func settings(_ name: String) -> AuthenticatorSettings? { all.first { $0.name == name } }

    // MARK: Whose is this token?

    /// Finds out who somebody is who brings a token; strangers are slowed down by their network.
    ///
    /// - Parameters:
    ///   - text: what was brought.
    ///   - settings: of the openBIS it should be of.
    ///   - client: from where.
    /// - Returns: who it is there.
    /// - Throws: ``HubError/tooManyAttempts(wait:)``, `AuthenticatorError`, or what the database says.
    func person(
        bringing text: String,
        to settings: AuthenticatorSettings,
        from client: ClientConnection,
    ) async throws -> AuthenticatedPerson {
        let address = RequestAddress(client.address)
        let count = try await signIn.countOrThrow(
            ThrottleKey.keys(askingOf: settings.name, about: .token, from: address)
        )
        do {
            guard let authenticator = try tied.shelf.authenticator(settings.name) else { throw HubError.notFound }
            let person = try await authenticator.authenticate(.token(text))
            try await signIn.takeBack(count)
            return person
        } catch let error as AuthenticatorError {
            // That it doesn't answer is nobody's fault here.
            if error.status != .forbidden { try await signIn.takeBack(count, isSuccess: false) }
            throw error
        }
    }

    /// The account of somebody who brings a token, made if there is none yet; their servers get the token.
    ///
    /// Nobody is signed in by that. Parameters and errors as of ``person(bringing:to:from:)``.
    func owner(
        ofToken text: String,
        at settings: AuthenticatorSettings,
        from client: ClientConnection,
    ) async throws -> Owner {
        let person = try await person(bringing: text, to: settings, from: client)
        return switch try await identities.arrive(person, at: settings) {
        case .known(_, let user): .user(user)
        case .disabled(let user): .disabled(user)
        case .refused(let outcome): .refused(outcome, person)
        }
    }

    // MARK: What may be asked for a user?

    /// What the hub can ask of openBIS for a user.
    ///
    /// - Parameters:
    ///   - user: for whom.
    ///   - name: at which; nil for the one that they came by last.
    /// - Returns: nil for who isn't known there, or has no token that is good as far as the hub knows.
    /// - Throws: `OpenBISError` for settings that can't be used, or what the database says.
    func access(of user: UserRecord, at name: String? = nil) async throws -> OpenBISAccess? {
        for tie in try await ties(of: user) where name == nil || tie.settings.name == name {
            guard let token = tie.grant?.usable else { continue }
            let client = try connections.client(for: tie.settings)
            return OpenBISAccess(settings: tie.settings, client: client, token: token, userID: tie.identity.subject)
        }
        return nil
    }

    /// Notes that openBIS doesn't take a token any more, so that nobody tries with it again.
    func noteEnd(of access: OpenBISAccess, for user: UserRecord) async throws {
        guard let mine = try await ties(of: user).first(where: { $0.settings.name == access.settings.name }),
            let kept = try await identities.grants.grant(of: mine.identity),
            var grant = OpenBISGrant(stored: kept), grant.token == access.token.text
        else { return }
        grant.isOver = true
        guard let over = grant.stored else { return }
        // Not in the place of what a renewal has brought meanwhile.
        try await identities.grants.replace(kept, by: over, of: mine.identity)
    }

    /// Takes a user's tokens out of the hub and of their homes.
    @Sendable func forgetTokens(of user: UserRecord) async throws {
        for tie in try await ties(of: user) { try await forget(tie) }
    }

    /// Takes a token out of the hub and of its owner's homes, and ends the session there if the hub began it.
    ///
    /// A session that another one only takes the place of isn't ended: what runs in servers may be at work with it.
    func forget(_ tie: OpenBISTie) async throws {
        try await identities.grants.keep(nil, of: tie.identity)
        guard let grant = tie.grant?.stored else { return }
        do throws(AuthenticatorError) {
            try await OpenBISAuthenticator(settings: tie.settings, connections: connections).release(grant)
        } catch {
            // It is gone from here in any case, and ends by itself when nobody uses it.
            identities.logger.warning("\(error.code)", metadata: ["authenticator": "\(tie.settings.name)"])
        }
    }

    /// Who a user is at each openBIS, that which they came by last first.
    func ties(of user: UserRecord) async throws -> [OpenBISTie] { try await tied.ties(of: user) }
}

/// What the hub can ask of an openBIS for somebody.
struct OpenBISAccess: Sendable {
    let settings: AuthenticatorSettings
    let client: OpenBISClient
    let token: OpenBISToken
    /// Who they are there.
    let userID: String

    /// What they may see and do there.
    var session: OpenBISSession { client.session(token) }
}
