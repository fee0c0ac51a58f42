import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The OAuth 2 provider by which servers let their users in (reference 1.7 and 1.11).
struct OAuthAPI {
    static let tokenPath = APIPath.prefix + "/oauth2/token"
    /// Where browsers come from a server to be let in.
    static let authorizePath = APIPath.prefix + "/oauth2/authorize"

    let instances: InstanceDesk
    let plan = AuthorizationPlan()
    let now: @Sendable () -> Date

    private var store: Store { instances.store }

    /// Below the API's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("oauth2/authorize", use: authorize)
            .post("oauth2/token", use: exchange)
    }

    // MARK: The browser's half

    @Sendable private func authorize(_ request: Request, context: HubContext) async throws -> Response {
        let query = AuthorizationRequest(query: FormText.pairs(request.uri.query ?? ""))
        var client: OAuthClient?
        if let id = query.clientID { client = try await self.client(id) }
        let step = plan.decide(
            query,
            client: client,
            visitor: try await visitor(context),
            consent: .notAsked,
            at: now()
        )
        switch step {
        case .signIn:
            throw SignInNeeded()
        case .errorPage(let status, let message):
            throw status == 400 ? HubError.badRequest(message) : HubError.unexpected
        case .redirectError(let location):
            return .redirect(to: location, type: .found)
        case .forbidden, .confirm:
            try await note(.refused("notYours"), client)
            // Every client today is somebody's own server, which never asks; a stranger may not enter it.
            throw HubError.notYours
        case .grant(let code):
            // Of one's own server, also where its instance isn't open to one any more.
            if let id = query.clientID, let row = try await store.oauth.client(id),
                let owned = try await store.servers.withID(row.serverId), owned.owner.id == context.caller.user?.id
            {
                try await instances.checkWay(of: context.caller, in: owned.instance)
            }
            try await note(.done, client)
            return try await grant(code, state: query.state, context: context)
        }
    }

    /// Notes that somebody enters another's server, or isn't let in; once a session.
    private func note(_ outcome: AuditEvent.Outcome, _ client: OAuthClient?) async throws {
        guard case .server(let user, let name) = client?.resource else { return }
        let key = ServerKey(user: try UserName(normalizing: user), server: try ServerName(name))
        try await AuditTrail(store: store, now: now).noteOther(.serverEntered, key, outcome)
    }

    private func grant(_ code: OAuthCode, state: String?, context: HubContext) async throws -> Response {
        guard case .session(let session, _) = context.caller, let sessionID = session.id else { throw SignInNeeded() }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.code, using: &random)
        try await store.oauth.add(
            OAuthCodeRecord(
                secretHash: secret.hash.hex,
                clientIdentifier: code.clientID,
                userId: code.userID,
                sessionId: sessionID,
                redirectURI: code.redirectURI,
                scopes: code.scopes.map(\.text),
                challenge: code.challenge?.value,
                challengeMethod: code.challenge?.method.rawValue,
                expiresAt: code.expires,
            )
        )
        return .redirect(to: RedirectURI.carrying(code: secret, state: state, to: code.redirectURI), type: .found)
    }

    private func visitor(_ context: HubContext) async throws -> AuthorizationPlan.Visitor? {
        guard case .session(let session, let user) = context.caller, let userID = user.id, let sessionID = session.id,
            !user.mustChangePassword
        else { return nil }
        return AuthorizationPlan.Visitor(
            userID: userID,
            userName: user.name.text,
            sessionID: String(sessionID),
            scopes: Rights.scopes(of: user, in: try await store.groups.places(ofUser: user.id ?? 0)),
            membership: try await GroupMembership(of: user, store.groups),
        )
    }

    // MARK: The server's half

    @Sendable private func exchange(_ request: Request, context: HubContext) async throws -> Response {
        let text = try await FormText(of: request, limit: context.maxUploadSize)
        let form = TokenRequest(form: text.pairs, authorization: request.headers[.authorization])
        var client: OAuthClient?
        if let id = form.clientID { client = try await self.client(id) }
        var code: OAuthCode?
        if let hash = form.code?.hash.hex { code = try await self.code(hash) }
        switch TokenExchange().decide(form, client: client, code: code, at: now()) {
        case .grant(let grant):
            guard let hash = form.code?.hash.hex, let answer = try await make(grant, code: hash) else {
                return try Self.failure(.invalidGrant)
            }
            return answer
        case .refuse(let failure):
            return try Self.failure(failure)
        case .refuseAndRevoke(let failure):
            if let hash = form.code?.hash.hex {
                let count = try await store.oauth.revokeTokens(ofCode: hash)
                context.logger.warning("oauth.codeShownTwice", metadata: ["revoked": "\(count)"])
            }
            return try Self.failure(failure)
        }
    }

    /// Makes the token; nil when somebody else was quicker with the same code.
    private func make(_ grant: TokenExchange.Grant, code hash: String) async throws -> Response? {
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        var token = TokenRecord(
            userId: grant.userID,
            secretHash: secret.hash.hex,
            scopes: grant.scopes.map(\.text),
            note: "Sign-in to \(grant.clientID)",
            createdAt: now(),
        )
        token.clientIdentifier = grant.clientID
        token.sessionId = Int64(grant.sessionID)
        token.codeHash = hash
        token.expiresAt = now().addingTimeInterval(grant.lifetime.seconds)
        guard try await store.oauth.exchange(code: hash, for: token, now: now()) != nil else { return nil }
        return try .json(
            TokenAnswer(
                accessToken: secret.reveal(),
                expiresIn: Int(grant.lifetime.seconds),
                scope: grant.scopes.map(\.text).joined(separator: " "),
            )
        )
    }

    private static func failure(_ failure: TokenExchange.Failure) throws -> Response {
        try .json(
            FailureAnswer(error: failure.error, errorDescription: failure.message),
            status: HTTPResponse.Status(code: failure.status),
        )
    }

    private struct TokenAnswer: Encodable {
        let accessToken: String
        let expiresIn: Int
        let tokenType = "Bearer"
        let scope: String

        enum CodingKeys: String, CodingKey {
            case scope
            case accessToken = "access_token"
            case expiresIn = "expires_in"
            case tokenType = "token_type"
        }
    }

    private struct FailureAnswer: Encodable {
        let error: String
        let errorDescription: String?

        enum CodingKeys: String, CodingKey {
            case error
            case errorDescription = "error_description"
        }
    }

    // MARK: Rows as the plan's values

    private func client(_ identifier: String) async throws -> OAuthClient? {
        guard let row = try await store.oauth.client(identifier), let hash = SecretHash(hex: row.secretHash) else {
            return nil
        }
        let owned = try await store.servers.withID(row.serverId)
        return OAuthClient(
            id: row.identifier,
            secretHash: hash,
            redirectURI: row.redirectURI,
            resource: owned.map { .server(user: $0.owner.name.text, name: $0.server.name.text) },
            allowedScopes: try Scope.list(row.allowedScopes),
            title: owned.map { "Server at \($0.key.prefix)" } ?? row.identifier,
        )
    }

    private func code(_ hash: String) async throws -> OAuthCode? {
        guard let row = try await store.oauth.code(secretHash: hash) else { return nil }
        var challenge: PKCEChallenge?
        if let value = row.challenge, let method = row.challengeMethod.flatMap(PKCEChallenge.Method.init(rawValue:)) {
            challenge = PKCEChallenge(method: method, value: value)
        }
        return OAuthCode(
            clientID: row.clientIdentifier,
            userID: row.userId,
            sessionID: String(row.sessionId),
            redirectURI: row.redirectURI,
            scopes: try Scope.list(row.scopes),
            challenge: challenge,
            expires: row.expiresAt,
            isUsed: row.usedAt != nil,
        )
    }
}

/// Leads a browser to the sign-in page and back, also from below the API's prefix.
struct SignInNeeded: Error {}
