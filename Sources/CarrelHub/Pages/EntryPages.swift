import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Coming into instances: the page for everybody, and its access code for managers.
struct EntryPages {
    let desk: EntryDesk
    let pages: PageResponder
    let ownHosts: @Sendable (ClientConnection) -> [String]
    /// What entitlements of providers make people members of.
    let memberships: @Sendable () -> [MembershipSettings]

    /// Below the hub's prefix, for everybody.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("enter/:instance", use: show)
            .post("enter/:instance", use: enter)
    }

    /// Below the hub's prefix, for managers.
    var managerEndpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances/:instance/code", use: showCode)
            .post("instances/:instance/code", use: setCode)
            .post("instances/:instance/code/clear", use: clearCode)
    }

    // MARK: In

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instanceName
        let next = next(request.uri.queryParameters["next"].map(String.init), context)
        let user = try Self.user(context)
        let (instance, step) = try await desk.gate(name, for: user)
        if step != .unknown { try await desk.instances.checkWay(of: context.caller, in: instance) }
        switch step {
        case .through: return .redirect(to: target(in: instance, for: user, next: next), type: .found)
        case .form(let code, let terms):
            return try page(instance, (code, terms), next: next, context: context)
        case .signIn: throw HubError.notSignedIn
        case .unknown:
            // Whose membership can be asked for in public is no secret.
            guard let shown = MembershipMissingPage(instance, memberships()) else { throw HubError.notFound }
            return try pages.page(shown, status: .forbidden, for: user, xsrf: context.xsrf)
        case .refused(let refusal): throw HubError.cannotEnter(instance: instance.settings.title, refusal: refusal)
        }
    }

    @Sendable private func enter(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instanceName
        let form = try await FormText(of: request, limit: context.maxUploadSize).pairs
        let fields = Dictionary(form.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let next = next(fields["next"], context)
        let user = try Self.user(context)
        let attempt = EntryDesk.Attempt(
            ticked: Set(fields.keys.filter { $0.hasPrefix("term-") }.map { String($0.dropFirst("term-".count)) }),
            code: fields["code"] ?? "",
            client: context.client,
            userAgent: request.headers[.userAgent] ?? "",
        )
        let (instance, step) = try await desk.gate(name, for: user)
        if step != .unknown { try await desk.instances.checkWay(of: context.caller, in: instance) }
        let needs: (code: Bool, terms: Bool) =
            if case .form(let code, let terms) = step { (code, terms) } else { (false, false) }
        let problem: EnterPage.Problem
        let status: HTTPResponse.Status
        switch try await desk.enter(name, as: user, with: attempt) {
        case .through(let user):
            context.logger.info("instance.entered", metadata: ["user": "\(user.name)", "instance": "\(name)"])
            return .redirect(to: target(in: instance, for: user, next: next), type: .normal)
        case .welcome(let visitor, let session, let lifetime):
            context.logger.info(
                "visitor.entered",
                metadata: ["user": "\(visitor.name)", "instance": "\(name)", "address": "\(context.client.address)"],
            )
            return welcome(visitor, session, lifetime, to: target(in: instance, for: visitor, next: next), context)
        case .unticked(let names): (problem, status) = (.unticked(names), .badRequest)
        case .wrongCode: (problem, status) = (.wrongCode, .forbidden)
        case .wait(let wait):
            (problem, status) = (.throttled(seconds: Int(wait.seconds.rounded(.up))), .tooManyRequests)
        case .tooMany(let near): (problem, status) = (.tooMany(near: near), .tooManyRequests)
        }
        context.logger.notice(
            "instance.notEntered",
            metadata: ["instance": "\(name)", "status": "\(status.code)", "address": "\(context.client.address)"],
        )
        var response = try page(
            instance,
            needs,
            ticked: attempt.ticked,
            problem: problem,
            status: status,
            next: next,
            context: context,
        )
        if case .throttled(let seconds) = problem { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// A session of its own for the visitor: nothing that the browser had before goes on, so nobody can have planted it.
    private func welcome(
        _ visitor: UserRecord,
        _ session: Secret,
        _ lifetime: Duration,
        to target: String,
        _ context: HubContext,
    ) -> Response {
        var random = SystemRandomNumberGenerator()
        let isSecure = context.client.isSecure
        var response = Response.redirect(to: target, type: .normal)
        response.setCookie(HubCookies.loginCookie(session, lifetime: lifetime, isSecure: isSecure))
        response.setCookie(HubCookies.sessionCookie(Secret.generate(.mark, using: &random), isSecure: isSecure))
        let xsrf = XSRFToken.plain(for: .session(session.hash.hex), key: desk.signIn.key)
        response.setCookie(HubCookies.xsrfCookie(xsrf, isSecure: isSecure))
        return response
    }

    /// Where to go who is in: where they wanted to, to the catalogue, or to the start of their server.
    private func target(in instance: InstanceRecord, for user: UserRecord?, next: String?) -> String {
        if let next { return next }
        if instance.settings.catalogue != nil { return HubPath.catalogue(instance.name) }
        guard let user else { return HubPath.home }
        return HubPath.start(ServerKey(user: user.name, server: instance.name.server))
    }

    // MARK: The code

    @Sendable private func showCode(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let notice: Notice? =
            switch request.uri.queryParameters["done"].map(String.init) {
            case "set": .done("The code is set. Tell it to the people who may enter.")
            case "cleared": .done("The code is gone: nobody enters with it any more.")
            default: nil
            }
        return try pages.page(EntryCodePage(instance), for: context.user, xsrf: context.xsrf, notice: notice)
    }

    @Sendable private func setCode(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            try await desk.setCode(form["code"] ?? "", of: instance.name)
        } catch HubError.badRequest(let message) {
            let page = EntryCodePage(instance, problem: message)
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
        context.logger.notice("instance.codeSet", metadata: ["instance": "\(instance.name)"])
        return .redirect(to: HubPath.code(of: instance.name) + "?done=set", type: .normal)
    }

    @Sendable private func clearCode(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        try await desk.clearCode(of: instance.name)
        context.logger.notice("instance.codeCleared", metadata: ["instance": "\(instance.name)"])
        return .redirect(to: HubPath.code(of: instance.name) + "?done=cleared", type: .normal)
    }

    /// The instance of the address, for those who manage it; to others it doesn't exist.
    private func managed(_ context: SignedInContext) async throws -> InstanceRecord {
        guard case .session = context.caller, let name = try? InstanceName(context.parameters.require("instance")),
            let view = try await desk.instances.view(of: name, for: context.user), view.manages
        else { throw HubError.notFound }
        return view.instance
    }

    // MARK: How

    /// Who asks.
    private static func user(_ context: HubContext) throws -> UserRecord? {
        switch context.caller {
        case .nobody, .token: return nil
        case .session(_, let user):
            guard !user.mustChangePassword else { throw HubError.passwordMustChange }
            return user
        }
    }

    private func page(
        _ instance: InstanceRecord,
        _ needs: (code: Bool, terms: Bool),
        ticked: Set<String> = [],
        problem: EnterPage.Problem? = nil,
        status: HTTPResponse.Status = .ok,
        next: String?,
        context: HubContext,
    ) throws -> Response {
        let idle = desk.instances.policy(of: instance).limits.idleLimit
        let page = EnterPage(
            instance,
            needsCode: needs.code,
            needsTerms: needs.terms,
            isStranger: context.caller.user == nil,
            next: next ?? "",
            ticked: ticked,
            problem: problem,
            idle: idle.map { HumanText.duration($0.seconds) },
        )
        return try pages.page(page, status: status, for: context.caller.user, xsrf: context.xsrf)
    }

    private func next(_ text: String?, _ context: HubContext) -> String? {
        NextURL(untrusted: text, ownHosts: ownHosts(context.client))?.path
    }
}

extension RequestContext {
    /// The instance that the address names.
    ///
    /// - Throws: ``HubError/notFound`` for what can't be one.
    var instanceName: InstanceName {
        get throws(HubError) {
            guard let text = parameters.get("instance"), let name = try? InstanceName(text) else { throw .notFound }
            return name
        }
    }
}

/// Keeps visitors from the pages of people who have an account.
struct ResidentsOnly: RouterMiddleware {
    func handle(
        _ request: Request,
        context: SignedInContext,
        next: (Request, SignedInContext) async throws -> Response,
    ) async throws -> Response {
        guard !context.user.isVisitor else { throw HubError.notForVisitors }
        return try await next(request, context)
    }
}
