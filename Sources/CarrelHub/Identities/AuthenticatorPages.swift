import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The way to a provider and back.
struct AuthenticatorPages {
    let shelf: AuthenticatorShelf
    let desk: IdentityDesk
    let signIn: SignInPages
    let pages: PageResponder
    let notices: SignOutNotices

    /// Where providers say that somebody signed out.
    static let noticePrefix = HubPath.prefix + "oauth_logout/"

    /// Below the hub's prefix; addresses as those of JupyterHub's oauthenticator.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("oauth_login/:authenticator", use: begin)
            .get("oauth_callback", use: comeBack)
            .get("oauth_callback/:authenticator", use: comeBack)
            .post("oauth_logout/:authenticator", use: endSessions)
            .get("sign-in-logo/:authenticator", use: logo)
    }

    // MARK: There

    @Sendable private func begin(_ request: Request, context: HubContext) async throws -> Response {
        let next = signIn.next(request.uri.queryParameters["next"].map(String.init), context)
        let isAnew = request.uri.queryParameters[SignInPages.anew] != nil
        let comesFrom = request.uri.queryParameters[SignInPages.context].map(String.init)
        if case .session = context.caller, !isAnew, comesFrom == nil {
            return .redirect(to: next ?? HubPath.prefix, type: .found)
        }
        let name = context.parameters.get("authenticator") ?? ""
        return try await begin(name, .signIn, next: next, from: comesFrom, request, context)
    }

    /// Sends a browser to a provider, asks for name and password, or goes on at once, whatever it takes.
    func begin(
        _ name: String,
        _ purpose: SignInAttempt.Purpose,
        next: String?,
        from place: String? = nil,
        _ request: Request,
        _ context: HubContext,
    ) async throws -> Response {
        do {
            guard let authenticator = try shelf.authenticator(name), let settings = shelf.settings(name) else {
                throw HubError.notFound
            }
            let place = place.flatMap { settings.admits($0) ? $0 : nil }
            if !settings.contexts.isEmpty, place == nil {
                throw AuthenticatorError.noContext(settings.title)
            }
            let start = try await authenticator.begin(next: next, purpose: purpose, now: desk.now())
            let (url, attempt): (String, SignInAttempt)
            switch start {
            case .there(let address, var begun):
                begun.context = place
                (url, attempt) = (address, begun)
            case .form: return try ask(name, purpose, next: next, context)
            case .proven:
                let proof = SignInProof.fields { [headers = request.headers] in ProvenNames.values(of: $0, in: headers)
                }
                let person = try await authenticator.authenticate(proof)
                return try await arrive(person, at: name, purpose, next: next, request, context)
            }
            guard let cookie = SignInAttempt.cookieName(for: attempt.state) else { throw HubError.unexpected }
            var response = Response.redirect(to: url, type: .found)
            if purpose != .signIn {
                // After a form, browsers follow no redirect to another site (`form-action`).
                response = try page(OnwardPage(to: settings.title, url: url), context, status: .ok)
                response.headers[.refresh] = "0; url=\(url)"
            }
            let value = try attempt.sealed(for: context.xsrf, key: desk.signIn.key)
            let lifetime = Int(SignInAttempt.lifetime / .seconds(1))
            response.setCookie(Self.cookie(cookie, value, lifetime: lifetime, context))
            return response
        } catch let error as AuthenticatorError {
            return try failed(error, name, next: next, context)
        }
    }

    /// Asks for a name and a password here.
    private func ask(
        _ name: String,
        _ purpose: SignInAttempt.Purpose,
        next: String?,
        _ context: HubContext,
    ) throws -> Response {
        guard purpose != .signIn else {
            let anew = context.caller.user == nil ? "" : "\(next == nil ? "?" : "&")\(SignInPages.anew)=1"
            return .redirect(to: HubPath.signIn + SignInPages.query(next) + anew, type: .found)
        }
        guard let settings = shelf.settings(name) else { throw HubError.notFound }
        return try page(AddWayPage(settings), context, status: .ok)
    }

    // MARK: Back

    @Sendable private func comeBack(_ request: Request, context: HubContext) async throws -> Response {
        let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let state = query.first { $0.0 == "state" }?.1 ?? ""
        guard let cookie = SignInAttempt.cookieName(for: state),
            let attempt = attempt(cookie, state, of: request, context),
            let settings = shelf.settings(attempt.authenticator),
            settings.callbackPath == request.uri.path
        else {
            let title = shelf.all.first { $0.callbackPath == request.uri.path }?.title ?? "The provider"
            return try failed(.foreign(title), "", next: nil, context)
        }
        let keys = ThrottleKey.keys(
            askingOf: settings.name,
            about: .answer,
            from: RequestAddress(context.client.address),
        )
        let count = try await desk.signIn.countOrThrow(keys)
        var response: Response
        do {
            guard let authenticator = try shelf.authenticator(settings.name) else { throw HubError.notFound }
            let person = try await authenticator.authenticate(.answer(query: query, attempt: attempt))
            try await desk.signIn.takeBack(count)
            let (purpose, next) = (attempt.purpose, attempt.next)
            response = try await arrive(person, at: settings.name, purpose, next: next, request, context)
        } catch let error as AuthenticatorError {
            // That it doesn't answer is nobody's fault here.
            if error.status == .serviceUnavailable { try await desk.signIn.takeBack(count, isSuccess: false) }
            response = try failed(error, settings.name, next: attempt.next, context)
        }
        // What was answered once is worth nothing any more.
        response.setCookie(Self.cookie(cookie, "", lifetime: 0, context))
        return response
    }

    /// Does what somebody began for whom an authenticator has just vouched.
    private func arrive(
        _ person: AuthenticatedPerson,
        at name: String,
        _ purpose: SignInAttempt.Purpose,
        next: String?,
        _ request: Request,
        _ context: HubContext,
    ) async throws -> Response {
        guard let settings = shelf.settings(name) else { throw HubError.notFound }
        return switch purpose {
        case .signIn: try await welcome(person, settings, next: next, request, context)
        case .link(let user): try await link(person, settings, to: user, context)
        }
    }

    /// The attempt that this browser began; a second cookie of its name was planted by somebody, so none is believed.
    private func attempt(
        _ cookie: String,
        _ state: String,
        of request: Request,
        _ context: HubContext,
    ) -> SignInAttempt? {
        let values = HubCookies.values(of: cookie, in: request.headers)
        guard values.count == 1, let value = values.first else { return nil }
        // A page of this origin can plant the whole of its maker's sign-in, and then this browser has two of something.
        for name in [HubCookies.session, HubCookies.login] {
            guard HubCookies.values(of: name, in: request.headers).count <= 1 else { return nil }
        }
        return SignInAttempt(sealed: value, state: state, for: context.xsrf, key: desk.signIn.key, now: desk.now())
    }

    /// Signs somebody in whom an authenticator has just vouched for, or says why not; by `mark` their browser is known
    /// again, if not by the account's name.
    func welcome(
        _ person: AuthenticatedPerson,
        _ settings: AuthenticatorSettings,
        mark given: String? = nil,
        next: String?,
        _ request: Request,
        _ context: HubContext,
    ) async throws -> Response {
        let agent = request.headers[.userAgent] ?? ""
        let outcome = try await desk.signIn(person, at: settings, context.client, userAgent: agent)
        let metadata: Logger.Metadata = [
            "authenticator": "\(settings.name)", "address": "\(context.client.address)",
        ]
        guard case .welcome(let user, let session, let mark) = outcome else {
            context.logger.notice("signIn.\(outcome.event)", metadata: metadata)
            try await note(outcome, settings, context)
            return try page(SignInRefusedPage(outcome, at: settings, person), context, status: .forbidden)
        }
        context.logger.info("signIn.done", metadata: metadata.merging(["user": "\(user.name)"]) { $1 })
        return try await signIn.welcome(user, session, given ?? mark, next: next, request: request, context: context)
    }

    /// Who is disabled was noted with the sign-ins of their account.
    private func note(
        _ outcome: IdentityDesk.Outcome,
        _ settings: AuthenticatorSettings,
        _ context: HubContext,
    ) async throws {
        if case .disabled = outcome { return }
        let details = ["provider": settings.name]
        try await desk.signIn.audit.noteRefusal(
            .sessionRefused,
            .noAccount,
            outcome.event,
            from: context.client,
            details: details,
        )
    }

    /// Adds who somebody is elsewhere to their account here.
    func link(
        _ person: AuthenticatedPerson,
        _ settings: AuthenticatorSettings,
        to user: Int64,
        _ context: HubContext,
    ) async throws -> Response {
        // Who signed in as somebody else meanwhile doesn't get it.
        guard case .session(_, let present) = context.caller, present.id == user else {
            throw AuthenticatorError.foreign(settings.title)
        }
        guard try await desk.link(person, at: settings, to: present) else {
            return try page(SignInRefusedPage(.outsider, at: settings, person), context, status: .forbidden)
        }
        context.logger.notice("identity.linked", metadata: ["authenticator": "\(settings.name)"])
        return .redirect(to: HubPath.account + "?done=linked", type: .found)
    }

    /// What went wrong, on the sign-in page, where the other ways are.
    private func failed(
        _ error: AuthenticatorError,
        _ name: String,
        next: String?,
        _ context: HubContext,
    ) throws -> Response {
        var metadata: Logger.Metadata = ["authenticator": "\(name)", "address": "\(context.client.address)"]
        if let detail = error.detail { metadata["detail"] = "\(detail)" }
        context.logger.warning("\(error.code)", metadata: metadata)
        return try page(
            SignInRefusedPage(error, retry: name.isEmpty ? nil : name, next: next),
            context,
            status: error.status,
        )
    }

    // MARK: Out

    /// OpenID Connect Back-Channel Logout 1.0: a provider says that somebody signed out there.
    @Sendable private func endSessions(_ request: Request, context: HubContext) async throws -> Response {
        let name = context.parameters.get("authenticator") ?? ""
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        var response = Response(status: .ok)
        do {
            guard let authenticator = try shelf.provider(name), let token = form["logout_token"] else {
                throw HubError.notFound
            }
            let notice = try await authenticator.notice(token)
            let ended = try await notices.take(notice, from: name, desk.store)
            context.logger.info("signOut.there", metadata: ["authenticator": "\(name)", "sessions": "\(ended)"])
        } catch let error as AuthenticatorError {
            context.logger.warning(
                "signOut.refused",
                metadata: ["authenticator": "\(name)", "detail": "\(error.detail ?? error.message)"],
            )
            response.status = .badRequest
        }
        response.headers[.cacheControl] = "no-store"
        return response
    }

    // MARK: How

    @Sendable private func logo(_ request: Request, context: HubContext) async throws -> Response {
        let name = context.parameters.get("authenticator") ?? ""
        guard let path = shelf.settings(name)?.logo, let logo = AuthenticatorLogo(at: path)
        else { throw HubError.notFound }
        return Response(
            status: .ok,
            headers: [
                .contentType: logo.contentType, .cacheControl: "public, max-age=3600",
                // A picture of somebody else's: nothing in it may run.
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: logo.bytes)),
        )
    }

    func page(
        _ page: some Page,
        _ context: HubContext,
        status: HTTPResponse.Status,
    ) throws -> Response {
        try pages.page(page, status: status, for: context.caller.user, xsrf: context.xsrf)
    }

    private static func cookie(_ name: String, _ value: String, lifetime: Int, _ context: HubContext) -> Cookie {
        Cookie(
            name: name,
            value: value,
            maxAge: lifetime,
            path: HubPath.prefix + "oauth_callback",
            secure: context.client.isSecure,
            httpOnly: true,
            sameSite: .lax,
        )
    }
}

extension HTTPField.Name {
    /// Where a browser goes on by itself.
    static var refresh: Self { ours("Refresh") }
}

extension AuthenticatorError {
    /// What the answer to a browser says.
    var status: HTTPResponse.Status {
        switch self {
        case .unreachable, .nonsense, .untrusted: .serviceUnavailable
        case .misconfigured: .internalServerError
        case .refused, .foreign, .wrongPassword, .unfit, .notFound, .noContext, .outsideContext, .deadToken: .forbidden
        }
    }
}

extension IdentityDesk.Outcome {
    /// The log's word for it.
    fileprivate var event: String {
        switch self {
        case .welcome: "done"
        case .outsider: "outsider"
        case .taken: "nameTaken"
        case .homeLeft: "homeLeft"
        case .nameless: "nameless"
        case .disabled: "disabled"
        case .unreadable: "unreadable"
        case .otherIssuer: "otherIssuer"
        case .notKnown: "notKnown"
        case .tokenTooWeak: "tokenTooWeak"
        }
    }
}
