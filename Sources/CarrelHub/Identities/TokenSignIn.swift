import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Signing in for programs: an access token of a provider for a token of the hub (reference `egi.md` 1.8, `jwt_login`).
///
/// Only for people who signed in with a browser before. The hub's token ends with the provider's.
struct TokenSignIn {
    let shelf: AuthenticatorShelf
    let desk: SignInDesk

    private var store: Store { desk.store }

    /// How long a token of the hub lasts whose model doesn't say when it ends.
    private static let standardLife: TimeInterval = 3600
    /// The longest that one lasts.
    private static let longestLife: TimeInterval = 86_400

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self).get("jwt_login", use: signIn)
    }

    private struct Answer: Encodable {
        let token: String
        let user: String
    }

    @Sendable private func signIn(_ request: Request, context: HubContext) async throws -> Response {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { throw TokenSignInError.missing }
        let shown = String(words[1])
        let settings = try provider(of: shown)
        let keys = ThrottleKey.keys(
            askingOf: settings.name,
            about: .token,
            from: RequestAddress(context.client.address),
        )
        let count = try await desk.countOrThrow(keys)
        do {
            guard let authenticator = try shelf.provider(settings.name) else { throw TokenSignInError.foreign }
            let (subject, ends) = try await authenticator.owner(of: shown, audiences: Set(settings.audiences))
            try await desk.takeBack(count)
            let (identity, user) = try await owner(subject, at: settings)
            let token = try await token(for: shown, of: identity, user, ends)
            let answer = Answer(token: token, user: user.name.text)
            context.logger.info(
                "signIn.token",
                metadata: [
                    "user": "\(user.name)", "authenticator": "\(settings.name)",
                    "address": "\(context.client.address)",
                ],
            )
            var response = try Response.json(answer)
            response.headers[.cacheControl] = "no-store"
            return response
        } catch let error as AuthenticatorError {
            try await desk.takeBack(count, isSuccess: false)
            throw HubError.providerSilent(message: error.message, remedy: error.remedy)
        } catch let error as TokenSignInError {
            let metadata: Logger.Metadata = ["code": "\(error.code)", "address": "\(context.client.address)"]
            context.logger.notice("signIn.tokenRefused", metadata: metadata)
            try await desk.audit.noteRefusal(.sessionRefused, .noAccount, error.code, from: context.client)
            throw error
        }
    }

    /// Whose token it says it is; with one provider only, also one that says nothing.
    private func provider(of shown: String) throws(TokenSignInError) -> AuthenticatorSettings {
        let offered = shelf.all.filter { !$0.audiences.isEmpty }
        guard !offered.isEmpty else { throw .notOffered }
        if let issuer = OpenIDAuthenticator.claimedIssuer(of: shown) {
            guard let one = offered.first(where: { $0.issuer == issuer }) else { throw .foreign }
            return one
        }
        guard let only = offered.first, offered.count == 1 else { throw .foreign }
        return only
    }

    private func owner(
        _ subject: String,
        at settings: AuthenticatorSettings,
    ) async throws -> (IdentityRecord, UserRecord) {
        guard let (identity, user) = try await store.identities.find(subject, at: settings.name) else {
            throw TokenSignInError.unknown
        }
        guard identity.lapsedAt == nil, settings.vouches(for: identity), !user.isDisabled else {
            throw TokenSignInError.notAllowed
        }
        return (identity, user)
    }

    /// The hub's token that stands for one of the provider's; it goes with the identity.
    private func token(
        for shown: String,
        of identity: IdentityRecord,
        _ user: UserRecord,
        _ ends: Date?,
    ) async throws -> String {
        guard let secret = desk.key.token(standingFor: shown) else { throw HubError.unexpected }
        let now = desk.now()
        if let found = try await store.tokens.live(secretHash: secret.hash.hex, now: now) {
            guard found.user.id == identity.userId else { throw HubError.unexpected }
            return secret.reveal()
        }
        var record = TokenRecord(
            userId: identity.userId,
            secretHash: secret.hash.hex,
            scopes: Role.token.scopes.map(\.text),
            note: "signed in with a token of a provider",
            createdAt: now,
        )
        record.identityId = identity.id
        let latest = now.addingTimeInterval(Self.longestLife)
        record.expiresAt = min(ends ?? now.addingTimeInterval(Self.standardLife), latest)
        try await store.tokens.forgetExpired(now: now)
        let details = ["provider": identity.provider]
        let noted = desk.audit.noting(.tokenMade, .account(user.name), by: user, details: details)
        _ = try await noted.tokens.add(record)
        return secret.reveal()
    }
}

/// Why a program isn't signed in with the token that it showed.
enum TokenSignInError: CarrelError, Equatable {
    case missing
    case notOffered
    /// It isn't a good token: changed, expired, revoked; `reason` in words.
    case bad(reason: String)
    /// It is a good token of somebody else, or for somebody else.
    case foreign
    /// It is one that the hub got with its own client.
    case own
    case unknown
    case notAllowed

    var code: String {
        switch self {
        case .missing: "signIn.tokenMissing"
        case .notOffered: "signIn.tokenNotOffered"
        case .bad: "signIn.tokenBad"
        case .foreign: "signIn.tokenForeign"
        case .own: "signIn.tokenOwn"
        case .unknown: "signIn.tokenUnknown"
        case .notAllowed: "signIn.tokenNotAllowed"
        }
    }

    var message: String {
        switch self {
        case .missing: "There is no token in the Authorization header."
        case .notOffered: "Programs can't sign in with tokens of providers here."
        case .bad(let reason): "The token isn't good: \(reason)."
        case .foreign: "The token isn't for this hub."
        case .own: "The token is one that this hub got for servers, which can't sign in with it."
        case .unknown: "The token's owner has never signed in here."
        case .notAllowed: "The token's owner may not use this hub at the moment."
        }
    }

    var remedy: String {
        switch self {
        case .missing: "Send `Authorization: Bearer` and the token."
        case .notOffered: "Make a token on the hub, or ask the operator to set `audiences`."
        case .bad: "Get a new one from the provider."
        case .foreign: "Get one from the provider that is made for this hub."
        case .own: "Get one with a client of your own at the provider, made for this hub."
        case .unknown: "Sign in once with a browser."
        case .notAllowed: "Sign in with a browser, where it says why."
        }
    }
}
