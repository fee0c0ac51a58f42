import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Signing in, the first change of a password, and signing out.
struct SignInPages {
    let desk: SignInDesk
    let entry: EntryDesk
    let visitors: VisitorKeeper
    let accounts: @Sendable () -> AccountDesk
    let pages: PageResponder
    let ownHosts: @Sendable (ClientConnection) -> [String]
    let sessionLifetime: @Sendable () -> Duration
    let ways: SignInWays
    let signUp: @Sendable () -> SignUpPolicy

    /// The cookie of a browser that signed in before (``KnownBrowser``).
    static let browserCookie = "carrel-browser"
    /// In a query: to sign in once more, another way.
    static let anew: Substring = "anew"
    /// In a query: the context of D4Science from whose page a browser comes (reference `egi.md` 1.6).
    static let context: Substring = "context"

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("login", use: show)
            .post("login", use: signIn)
            .get("logout", use: signOut)
            .post("logout", use: signOut)
            .get("password", use: showPassword)
            .post("password", use: setPassword)
    }

    // MARK: In

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let next = next(request.uri.queryParameters["next"].map(String.init), context)
        let query = request.uri.queryParameters
        let isAnew = query[Self.anew] != nil
        if let onward = try await self.onward(from: query[Self.context].map(String.init), to: next) { return onward }
        if case .session = context.caller, !isAnew { return .redirect(to: next ?? HubPath.prefix, type: .found) }
        let notice: Notice? =
            if query["new-password"] != nil {
                .done("Your password is set. Sign in with it.")
            } else {
                query["signed-out"] == nil ? nil : .done("You are signed out.")
            }
        let offered = try await offered(to: next)
        let hasForm = offered.hasForm || query["form"] == "local"
        let proven = ways.proven(request.headers)
        if offered.ways.count == 1, !hasForm, notice == nil, !isAnew, let only = offered.ways.first,
            proven[only.name] != nil
        {
            return .redirect(to: HubPath.signIn(with: only.name) + Self.query(next), type: .found)
        }
        let shown = SignInPage(
            actionURL: PageLink(HubPath.signIn),
            next: next ?? "",
            problem: request.uri.queryParameters["expired"] == nil ? nil : .expired,
            offers: try await entry.offers(),
            ways: offered.ways,
            proven: proven,
            hasForm: hasForm,
            signUp: offered.hasForm ? signUp() : .never,
        )
        return try page(shown, context, notice: notice)
    }

    @Sendable private func signIn(_ request: Request, context: HubContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let attempt = attempt(form, request, context)
        let next = next(form["next"] ?? request.uri.queryParameters["next"].map(String.init), context)
        let outcome = try await desk.attempt(attempt)
        let problem: SignInPage.Problem
        let status: HTTPResponse.Status
        switch outcome {
        case .welcome(let user, let session, let mark):
            context.logger.info(
                "signIn.done",
                metadata: ["user": "\(user.name)", "address": "\(context.client.address)"]
            )
            return try await welcome(user, session, mark, next: next, request: request, context: context)
        case .code(let mark):
            return try SecondStepPages.askForCode(after: mark, next: next, key: desk.key, context)
        case .refused: (problem, status) = (.refused, .forbidden)
        case .disabled: (problem, status) = (.disabled, .forbidden)
        case .waits: (problem, status) = (.waits, .forbidden)
        case .wait(let wait):
            (problem, status) = (.throttled(seconds: Int(wait.seconds.rounded(.up))), .tooManyRequests)
        }
        // The name isn't logged: people type their password into its field.
        context.logger.notice("signIn.\(status.code)", metadata: ["address": "\(context.client.address)"])
        return try await failed(problem, attempt, at: nil, next: next, status, request, context)
    }

    /// Who comes from a page of D4Science goes on to the way that lets them in from there; nil for who doesn't.
    private func onward(from place: String?, to next: String?) async throws -> Response? {
        guard let place, let way = try await offered(to: next).ways.first(where: { $0.admits(place) }) else {
            return nil
        }
        let query = Self.query(next)
        let address = HubPath.signIn(with: way.name) + query + (query.isEmpty ? "?" : "&")
        return .redirect(to: "\(address)\(Self.context)=\(place.queryValue)", type: .found)
    }

    /// The ways to get to an address: those that its instance wants, or else all.
    private func offered(to next: String?) async throws -> (ways: [AuthenticatorSettings], hasForm: Bool) {
        let all = ways.all()
        let instance: InstanceRecord? = if let next { try await entry.instances.instance(behind: next) } else { nil }
        let wanted = instance?.settings.signIn ?? []
        let some = all.filter { wanted.contains($0.name) }
        let hasForm = wanted.contains(InstanceSettings.localWay)
        // Where none of them is there any more, it says so after the sign-in.
        return some.isEmpty && !hasForm ? (all, ways.hasForm()) : (some, hasForm)
    }

    /// The attempt that a form holds.
    func attempt(_ form: FormBody, _ request: Request, _ context: HubContext) -> SignInDesk.Attempt {
        SignInDesk.Attempt(
            name: form["username"] ?? "",
            password: form["password"] ?? "",
            client: context.client,
            userAgent: request.headers[.userAgent] ?? "",
            browserMarks: HubCookies.values(of: Self.browserCookie, in: request.headers),
        )
    }

    /// The sign-in page again, with why an attempt led nowhere; `tried` is the authenticator whose form it was, nil for
    /// that of the hub.
    func failed(
        _ problem: SignInPage.Problem,
        _ attempt: SignInDesk.Attempt,
        at tried: String?,
        next: String?,
        _ status: HTTPResponse.Status,
        _ request: Request,
        _ context: HubContext,
    ) async throws -> Response {
        let offered = try await offered(to: next)
        let shown = SignInPage(
            actionURL: PageLink(HubPath.signIn),
            next: next ?? "",
            typedName: String(attempt.name.prefix(255)),
            tried: tried,
            problem: problem,
            offers: try await entry.offers(),
            ways: offered.ways,
            proven: ways.proven(request.headers),
            hasForm: tried == nil || offered.hasForm,
            signUp: offered.hasForm ? signUp() : .never,
        )
        var response = try page(shown, context, status: status)
        if case .throttled(let seconds) = problem { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    func welcome(
        _ user: UserRecord,
        _ session: Secret,
        _ mark: String,
        next: String?,
        request: Request,
        context: HubContext,
    ) async throws -> Response {
        if case .session(let old, let owner) = context.caller, let id = old.id {
            try await desk.audit.noting(.sessionEnded, .account(owner.name)).sessions.end(id)
        }
        var target = next ?? HubPath.prefix
        if user.mustChangePassword { target = HubPath.password + Self.query(next) }
        return welcome(session, mark, to: target, context.client)
    }

    /// Gives a browser its session, and sends it on.
    func welcome(_ session: Secret, _ mark: String, to target: String, _ client: ClientConnection) -> Response {
        var random = SystemRandomNumberGenerator()
        let isSecure = client.isSecure
        var response = Response.redirect(to: target, type: .found)
        response.setCookie(HubCookies.loginCookie(session, lifetime: sessionLifetime(), isSecure: isSecure))
        response.setCookie(HubCookies.sessionCookie(Secret.generate(.mark, using: &random), isSecure: isSecure))
        response.setCookie(
            HubCookies.xsrfCookie(XSRFToken.plain(for: .session(session.hash.hex), key: desk.key), isSecure: isSecure)
        )
        response.setCookie(
            Cookie(
                name: Self.browserCookie,
                value: mark,
                maxAge: Int(KnownBrowser.lifetime / .seconds(1)),
                path: HubPath.signIn,
                secure: isSecure,
                httpOnly: true,
                sameSite: .lax,
            )
        )
        return response
    }

    // MARK: Out

    /// Ends the session and with it every token that servers got in it.
    @Sendable private func signOut(_ request: Request, context: HubContext) async throws -> Response {
        var onward: Response?
        if case .session(let session, let user) = context.caller, let id = session.id {
            try await desk.audit.noting(.sessionEnded, .account(user.name)).sessions.end(id)
            context.logger.info("signOut.done", metadata: ["user": "\(user.name)"])
            // Of a visitor, all goes: servers, files, account.
            try await visitors.look(at: user)
            onward = try await self.onward(from: session, context)
        }
        var response =
            onward
            ?? Response.redirect(
                to: HubPath.signIn + "?signed-out=1",
                type: request.method == .post ? .normal : .found
            )
        for cookie in HubCookies.forgotten(isSecure: context.client.isSecure) { response.setCookie(cookie) }
        return response
    }

    /// How to sign out of the provider too with which a session began; nil where there is nothing to sign out of.
    private func onward(from session: SessionRecord, _ context: HubContext) async throws -> Response? {
        guard let identity = session.identityId, let (title, step) = try await ways.onward(identity) else { return nil }
        let form: OnwardForm
        switch step {
        case .form(let shown): form = shown
        case .address(let url):
            var response = try pages.page(OnwardPage(signedOutOf: title, at: url), for: nil, xsrf: context.xsrf)
            response.headers[.refresh] = "0; url=\(url)"
            return response
        }
        var response = try pages.page(
            OnwardPage(signedOutOf: title, form),
            for: nil,
            xsrf: context.xsrf,
        )
        // Only to where the provider's form goes, and on from there.
        let local = form.action.hasPrefix("http://") ? " http:" : ""
        response.headers[.contentSecurityPolicy] =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self' https:\(local); frame-ancestors 'none'"
        return response
    }

    // MARK: The first password of one's own

    @Sendable private func showPassword(_ request: Request, context: HubContext) async throws -> Response {
        guard case .session(_, let user) = context.caller else { throw HubError.notSignedIn }
        guard user.mustChangePassword else { return .redirect(to: HubPath.account, type: .found) }
        let next = next(request.uri.queryParameters["next"].map(String.init), context)
        return try page(passwordPage(user, next: next), context)
    }

    @Sendable private func setPassword(_ request: Request, context: HubContext) async throws -> Response {
        guard case .session(let session, let user) = context.caller else { throw HubError.notSignedIn }
        guard user.mustChangePassword else { return .redirect(to: HubPath.account, type: .normal) }
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let next = next(form["next"], context)
        do {
            let password = form["new_password"] ?? ""
            guard password == form["new_password_again"] else { throw AccountError.passwordsDiffer }
            try await accounts().setPassword(of: user, to: password, keeping: session.id)
        } catch let error as any CarrelError where AccountError.isAboutForm(error) {
            return try page(passwordPage(user, next: next, problem: error.message), context, status: .badRequest)
        }
        context.logger.info("password.changed", metadata: ["user": "\(user.name)"])
        return .redirect(to: next ?? HubPath.prefix, type: .normal)
    }

    private func passwordPage(_ user: UserRecord, next: String?, problem: String? = nil) -> ChangePasswordPage {
        ChangePasswordPage(
            userName: user.name.text,
            actionURL: PageLink(HubPath.password),
            next: next ?? "",
            minimumLength: accounts().rule.minimumLength,
            problem: problem,
        )
    }

    // MARK: How

    private func page(
        _ page: some Page,
        _ context: HubContext,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) throws -> Response {
        try pages.page(page, status: status, for: context.caller.user, xsrf: context.xsrf, notice: notice)
    }

    func next(_ text: String?, _ context: HubContext) -> String? {
        NextURL(untrusted: text, ownHosts: ownHosts(context.client))?.path
    }

    static func query(_ next: String?) -> String { next.map { "?next=\($0.queryValue)" } ?? "" }
}
