import CarrelAuth
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Finds out who asks, by token or by session cookie, and refuses requests that somebody else's page made.
struct Authentication: RouterMiddleware {
    let store: Store
    let key: HubKey
    /// Whom a proxy before this one vouches for.
    let proven: ProvenNames
    let now: @Sendable () -> Date

    func handle(
        _ request: Request,
        context: HubContext,
        next: (Request, HubContext) async throws -> Response,
    ) async throws -> Response {
        var context = context
        context.caller = try await caller(of: request)
        context.membership = try await membership(for: context.caller)
        if let id = context.caller.user?.id { context.places = try await store.groups.places(ofUser: id) }
        if let user = context.caller.user { context.logger[metadataKey: "user"] = "\(user.name)" }

        let browser = BrowserMark(of: request)
        let subject = subject(of: context, browser)
        context.xsrf = XSRFToken.plain(for: subject, key: key)
        var request = request
        var response: Response
        do {
            try await checkOrigin(of: &request, context: context, subject: subject)
            response = try await AuditTrail.$source.withValue(AuditSource(context, request)) {
                try await next(request, context)
            }
        } catch {
            // The page of an error is shown to the one who is signed in, with the forms' value.
            throw Recognised(error: error, context: context)
        }
        if case .token = context.caller { return response }
        addCookies(to: &response, request: request, context: context, browser)
        return response
    }

    /// An error together with what was found out about the request before it happened.
    struct Recognised: Error {
        let error: any Error
        let context: HubContext
    }

    // MARK: Who

    private func caller(of request: Request) async throws -> Caller {
        if let field = request.headers[.authorization] {
            guard let secret = Secret(authorization: field),
                let found = try await store.tokens.live(secretHash: secret.hash.hex, now: now())
            else { return .nobody }
            try await noteUse(of: found.token)
            return .token(found.token, found.user)
        }
        return try await session(of: request)
    }

    /// The session of the login cookie.
    ///
    /// A page at another path of this origin can plant cookies of that name, with a session of its maker's. Two different
    /// live sessions are such a case: neither is believed, so nobody works in somebody else's account unawares.
    private func session(of request: Request) async throws -> Caller {
        var found: [String: (session: SessionRecord, user: UserRecord)] = [:]
        for value in Set(HubCookies.values(of: HubCookies.login, in: request.headers)).prefix(16) {
            guard let hash = Secret(presented: value)?.hash.hex else { continue }
            found[hash] = try await store.sessions.live(secretHash: hash, now: now())
        }
        guard found.count == 1, let (session, user) = found.values.first else { return .nobody }
        if try await proven.contradict(session, in: request.headers), let id = session.id {
            let noted = AuditTrail(store: store, now: now)
                .noting(.sessionEnded, .account(user.name), details: ["which": "anotherName"])
            try await noted.sessions.end(id)
            return .nobody
        }
        try await noteUse(of: session)
        return .session(session, user)
    }

    /// Only tokens have scopes for a group's members: what roles give a person names the group itself.
    private func membership(for caller: Caller) async throws -> GroupMembership {
        guard case .token(let token, _) = caller else { return .none }
        return try await GroupMembership(namedIn: token.scopes.compactMap { try? Scope($0) }, store.groups)
    }

    /// To the minute, so that a busy browser doesn't make the database write at every click.
    private func noteUse(of token: TokenRecord) async throws {
        guard let id = token.id, now().timeIntervalSince(token.lastUsedAt ?? .distantPast) > 60 else { return }
        try await store.tokens.used(id, at: now())
    }

    private func noteUse(of session: SessionRecord) async throws {
        guard let id = session.id, now().timeIntervalSince(session.lastSeenAt) > 60 else { return }
        try await store.sessions.seen(id, at: now())
        try await store.users.recordActivity(of: session.userId, at: now())
    }

    private func subject(of context: HubContext, _ browser: BrowserMark) -> XSRFToken.Subject {
        if case .session(let session, _) = context.caller { return .session(session.secretHash) }
        let network = RequestAddress(context.client.address)?.networkKey
        return .anonymous(mark: browser.value.reveal(), network: network)
    }

    // MARK: From where

    private func checkOrigin(
        of request: inout Request,
        context: HubContext,
        subject: XSRFToken.Subject,
    ) async throws {
        switch XSRFPolicy().decide(XSRFPolicy.Request(request, context: context)) {
        case .exempt:
            return
        case .refuse(.otherSite):
            throw HubError.xsrf(method: request.method.rawValue, isMissing: false)
        case .refuse(.notJSON):
            throw HubError.contentType
        case .tokenRequired:
            let presented = try await presentedToken(in: &request, limit: context.maxUploadSize)
            guard XSRFToken.verify(presented, for: subject, key: key) else {
                throw HubError.xsrf(method: request.method.rawValue, isMissing: presented == nil)
            }
        }
    }

    /// The token as a header, an argument of the query, or a field of a form; the body stays readable.
    private func presentedToken(in request: inout Request, limit: Int) async throws -> String? {
        if let field = request.headers[.xsrfToken] ?? request.headers[.csrfToken] { return field }
        if let argument = request.uri.queryParameters["_xsrf"] { return String(argument) }
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else { return nil }
        _ = try await request.collectBody(upTo: limit)
        return try await FormBody(of: request, limit: limit)["_xsrf"]
    }

    // MARK: Cookies

    private func addCookies(
        to response: inout Response,
        request: Request,
        context: HubContext,
        _ browser: BrowserMark,
    ) {
        if HubCookies.values(of: HubCookies.login, in: request.headers).count > 1 {
            context.logger.warning("session.planted", metadata: ["address": "\(context.client.address)"])
            for cookie in HubCookies.planted(path: request.uri.path, isSecure: context.client.isSecure) {
                response.setCookie(cookie)
            }
        }
        guard !HubCookies.sets([HubCookies.login, HubCookies.session], in: response.headers) else { return }
        if browser.isNew {
            response.setCookie(HubCookies.sessionCookie(browser.value, isSecure: context.client.isSecure))
        }
        guard !HubCookies.values(of: HubCookies.xsrf, in: request.headers).contains(context.xsrf) else { return }
        response.setCookie(HubCookies.xsrfCookie(context.xsrf, isSecure: context.client.isSecure))
    }
}

/// The value by which a browser is told from others before it signs in.
struct BrowserMark {
    let value: Secret
    let isNew: Bool

    init(of request: Request) {
        for text in HubCookies.values(of: HubCookies.session, in: request.headers) {
            guard let known = Secret(presented: text) else { continue }
            value = known
            isNew = false
            return
        }
        var random = SystemRandomNumberGenerator()
        value = Secret.generate(.mark, using: &random)
        isNew = true
    }
}

extension XSRFPolicy.Request {
    fileprivate init(_ request: Request, context: HubContext) {
        // The router leaves empty segments out, so they are left out here too: `//hub//spawn/x` starts a server as well.
        let path = "/" + request.uri.path.split(separator: "/").joined(separator: "/")
        self.init(
            method: request.method.rawValue,
            credential: Self.credential(of: context.caller, path: path),
            face: path.hasPrefix(APIPath.prefix) ? .api : .page,
            effect: Self.acts(path) || OpenBISLinks.isLink(request) ? .acts : .reads,
            fetchMode: request.headers[.secFetchMode],
            fetchSite: request.headers[.secFetchSite],
            fetchDestination: request.headers[.secFetchDest],
            origin: Self.source(request.headers[.origin], host: context.client.host),
            referer: Self.source(request.headers[.referer], host: context.client.host),
            contentType: request.headers[.contentType],
        )
    }

    /// Whether a GET does something: starts a server, also from a catalogue, signs out, or signs in with what the request
    /// itself shows.
    private static func acts(_ path: String) -> Bool {
        path.hasPrefix(HubPath.prefix + "spawn") || path == HubPath.signOut
            || path.hasPrefix(LaunchPages.streamPrefix) || path.hasPrefix(HubPath.prefix + "oauth_login/")
            || path.hasPrefix(HubPath.prefix + "catalogue/") && (path + "/").contains("/open/")
    }

    private static func credential(of caller: Caller, path: String) -> XSRFPolicy.Credential {
        // The token endpoint's client shows its secret in the form (reference 1.11).
        if path == OAuthAPI.tokenPath { return .token }
        // A provider's notice that somebody signed out is signed by it; no browser sends it.
        if path.hasPrefix(AuthenticatorPages.noticePrefix) { return .token }
        // Outside the hub's prefix no browser shows its session; other sites launch there for strangers, as with Binder.
        if path.hasPrefix("/build/") { return .token }
        return switch caller {
        case .token: .token
        case .session: .cookie
        case .nobody: .nobody
        }
    }

    private static func source(_ field: String?, host: String) -> XSRFPolicy.Source {
        guard let field else { return .absent }
        guard let url = URL(string: field), let name = url.host(percentEncoded: false) else { return .foreign }
        let authority = url.port.map { "\(name):\($0)" } ?? name
        return authority.lowercased() == host.lowercased() ? .own : .foreign
    }
}
