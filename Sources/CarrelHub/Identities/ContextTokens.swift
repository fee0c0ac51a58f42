import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Logging

/// The context of D4Science (a virtual research environment) that somebody came from, and its token.
struct ContextTokens: Sendable {
    let store: Store
    let shelf: AuthenticatorShelf
    let grants: GrantVault
    let refresher: GrantRefresher
    let logger: Logger

    /// The context that somebody came from when they signed in last.
    ///
    /// - Parameters:
    ///   - user: whose.
    ///   - authenticator: by which; nil for whichever it was.
    /// - Returns: its path; nil for who came from none.
    /// - Throws: what the database says.
    func context(of user: Int64, at authenticator: String? = nil) async throws -> String? {
        try await origin(of: user, at: authenticator)?.context
    }

    /// The environment of a server of theirs, as services of D4Science expect it (reference `egi.md` 1.6).
    ///
    /// No start waits for a slow provider: then it goes on without.
    func extras(for user: Int64) async -> ServerExtras {
        let (answers, answer) = AsyncStream.makeStream(of: ServerExtras.self)
        Task { answer.yield(await found(for: user)) }
        let clock = Task {
            try await Task.sleep(for: Self.patience)
            answer.yield(ServerExtras(notices: [Self.missing("The provider")]))
        }
        defer { clock.cancel() }
        for await first in answers { return first }
        return ServerExtras()
    }

    private static let patience = Duration.seconds(5)

    private static func missing(_ title: String) -> String {
        "\(title) gave no token for your virtual research environment just now. Restart to try again."
    }

    private func found(for user: Int64) async -> ServerExtras {
        var title = "The provider"
        do {
            guard let (identity, context) = try await origin(of: user, at: nil),
                let settings = shelf.settings(identity.provider), let provider = try shelf.provider(settings.name)
            else { return ServerExtras() }
            title = settings.title
            // A fresh access token, then what it is changed for.
            guard try await refresher.accessToken(of: identity, at: settings) != nil,
                let grant = try await grants.grant(of: identity),
                let (context, token) = try await provider.contextToken(grant, subject: identity.subject)
            else {
                let notice = "\(title) gives no token for \(context) any more. Sign in anew from its page."
                return ServerExtras(notices: [notice])
            }
            return ServerExtras(variables: Self.variables(context, token))
        } catch {
            let reason = (error as? AuthenticatorError)?.detail ?? "\(error)"
            logger.warning("contextToken.missing", metadata: ["user": "\(user)", "detail": "\(reason)"])
            return ServerExtras(notices: [Self.missing(title)])
        }
    }

    private func origin(of user: Int64, at name: String?) async throws -> (identity: IdentityRecord, context: String)? {
        let mine = try await store.identities.all(ofUser: user)
            .filter { identity in
                identity.lapsedAt == nil && (name == nil || identity.provider == name)
                    && shelf.settings(identity.provider)?.contexts.isEmpty == false
            }
            .sorted { ($0.signedInAt ?? .distantPast) > ($1.signedInAt ?? .distantPast) }
        for identity in mine {
            let grant = try await grants.grant(of: identity).flatMap { OpenIDGrant(stored: $0) }
            if let context = grant?.context, shelf.settings(identity.provider)?.admits(context) == true {
                return (identity, context)
            }
        }
        return nil
    }

    private static func variables(_ context: String, _ token: String) -> [String: String] {
        [
            "D4SCIENCE_TOKEN": token, "GCUBE_TOKEN": token,
            "D4SCIENCE_CONTEXT": context, "GCUBE_CONTEXT": context,
            "VRE": context.split(separator: "/").last.map(String.init) ?? context,
        ]
    }
}
