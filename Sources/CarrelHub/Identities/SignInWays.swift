import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Logging

/// What the pages for signing in and out know of providers.
struct SignInWays: Sendable {
    /// The providers, in the operator's order.
    let all: @Sendable () -> [AuthenticatorSettings]
    /// Whether name and password of a local account are asked for.
    let hasForm: @Sendable () -> Bool
    /// The people whom a request proves, by authenticator.
    let proven: @Sendable (HTTPFields) -> [String: AuthenticatedPerson]
    /// How somebody with this identity signs out at its provider, and what that is called; nil where that can't be.
    let onward: @Sendable (_ identity: Int64) async throws -> (title: String, step: SignOutStep)?

    /// Local accounts only.
    static let local = SignInWays(all: { [] }, hasForm: { true }, proven: { _ in [:] }, onward: { _ in nil })
}

extension SignInWays {
    /// The providers on a shelf.
    init(
        _ shelf: AuthenticatorShelf,
        _ store: Store,
        _ grants: GrantVault,
        hasForm: @escaping @Sendable () -> Bool,
        proven: ProvenNames,
        logger: Logger,
    ) {
        self.init(all: { shelf.all }, hasForm: hasForm, proven: { proven.people(in: $0) }) { id in
            guard let identity = try await store.identities.withID(id) else { return nil }
            let isOpenBIS = shelf.settings(identity.provider)?.kind == .openbis
            // As long as they are signed in elsewhere, servers keep their token.
            if isOpenBIS, try await store.isSignedIn(by: identity, now: grants.now()) { return nil }
            let grant = try await grants.grant(of: identity)
            if isOpenBIS { try await grants.keep(nil, of: identity) }
            do throws(AuthenticatorError) {
                guard let authenticator = try shelf.authenticator(identity.provider) else { return nil }
                let step = try await authenticator.signOut(grant, returningTo: shelf.origin() + HubPath.signIn)
                return step.map { (shelf.settings(identity.provider)?.title ?? identity.provider, $0) }
            } catch {
                // Who signs out is out in any case.
                logger.warning("\(error.code)", metadata: ["authenticator": "\(identity.provider)"])
                return nil
            }
        }
    }
}

extension Store {
    /// Whether a browser is signed in by an identity.
    fileprivate func isSignedIn(by identity: IdentityRecord, now: Date) async throws -> Bool {
        try await sessions.all(ofUser: identity.userId, now: now).contains { $0.identityId == identity.id }
    }
}
