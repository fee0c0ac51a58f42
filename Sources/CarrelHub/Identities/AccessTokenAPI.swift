import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What a program in a server asks for to act for its user at the provider they signed in with: a fresh access token.
///
/// For the server's own user, with the server's own token, through the hub's socket (reference `egi.md` 1.8); it stands in
/// no environment variable and no file unless the user wants that.
struct AccessTokenAPI {
    let store: Store
    let shelf: AuthenticatorShelf
    let refresher: GrantRefresher

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self).post("carrel/access-token", use: answer)
    }

    private struct Question: Decodable {
        /// The name of an authenticator; may be left out by who has one only.
        let authenticator: String?
    }

    private struct Answer: Encodable {
        let authenticator: String
        let accessToken: String
        /// RFC 3339; nil where the provider doesn't say.
        let expiresAt: String?

        enum CodingKeys: String, CodingKey {
            case authenticator
            case accessToken = "access_token"
            case expiresAt = "expires_at"
        }
    }

    @Sendable private func answer(_ request: Request, context: SignedInContext) async throws -> Response {
        guard case .token(let token, let owner) = context.caller, token.serverId != nil, token.clientIdentifier == nil,
            // Others are lent to look at a server, and may do nothing for its user.
            token.scopes.contains(where: { $0.hasPrefix("\(ScopeName.userActivity.text)!") })
        else {
            throw HubError.badRequest("Only a server's own token can ask for an access token.")
        }
        guard let question = try? await request.decode(as: Question.self, context: context) else {
            throw HubError.badRequest("A JSON object is needed; it may name the authenticator.")
        }
        let mine = try await store.identities.all(ofUser: owner.id ?? 0).filter { identity in
            identity.lapsedAt == nil && shelf.settings(identity.provider)?.kind.givesTokens == true
        }
        let identity = try Self.chosen(question.authenticator, of: mine)
        guard let settings = shelf.settings(identity.provider) else { throw HubError.notFound }
        let found: (token: String, expires: Date?)?
        do {
            found = try await refresher.accessToken(of: identity, at: settings)
        } catch let error as AuthenticatorError {
            context.logger.warning(
                "\(error.code)",
                metadata: ["authenticator": "\(settings.name)", "detail": "\(error.detail ?? "")"],
            )
            throw HubError.providerSilent(message: error.message, remedy: error.remedy)
        }
        guard let found else { throw HubError.noAccessToken(settings.title) }
        context.logger.info("accessToken.given", metadata: ["authenticator": "\(settings.name)"])
        let answer = Answer(
            authenticator: settings.name,
            accessToken: found.token,
            expiresAt: found.expires.map(APITime.text)
        )
        var response = try Response.json(answer)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func chosen(_ name: String?, of mine: [IdentityRecord]) throws(HubError) -> IdentityRecord {
        if let name {
            guard let one = mine.first(where: { $0.provider == name }) else { throw .noAccessToken(name) }
            return one
        }
        guard let only = mine.first else { throw .noAccessToken("any provider") }
        guard mine.count == 1 else {
            let names = mine.map(\.provider).joined(separator: ", ")
            throw .badRequest("Name the authenticator: one of \(names).")
        }
        return only
    }
}
