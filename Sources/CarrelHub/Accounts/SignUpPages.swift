import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page on which people make an account of the hub, or ask for one.
struct SignUpPages {
    let desk: SignUpDesk
    let signIn: SignInPages

    /// Below the hub's prefix; `signup` is NativeAuthenticator's name for it.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("sign-up", use: show)
            .post("sign-up", use: signUp)
            .get("signup", use: lead)
    }

    @Sendable private func lead(_ request: Request, context: HubContext) async throws -> Response {
        guard desk.policy != .never else { throw HubError.noSuchPage(request.uri.path) }
        return .redirect(to: HubPath.signUp, type: .found)
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        guard desk.policy != .never else { throw HubError.noSuchPage(request.uri.path) }
        let next = signIn.next(request.uri.queryParameters["next"].map(String.init), context)
        if case .session = context.caller { return .redirect(to: next ?? HubPath.prefix, type: .found) }
        if request.uri.queryParameters["done"] != nil { return try page(SignedUpPage(), context) }
        return try form(context, next: next)
    }

    @Sendable private func signUp(_ request: Request, context: HubContext) async throws -> Response {
        let body = try await FormBody(of: request, limit: context.maxUploadSize)
        let next = signIn.next(body["next"], context)
        if case .session = context.caller { return .redirect(to: next ?? HubPath.prefix, type: .normal) }
        let attempt = SignUpDesk.Attempt(
            name: body["username"] ?? "",
            password: body["new_password"] ?? "",
            again: body["new_password_again"] ?? "",
            email: body["email"] ?? "",
        )
        do {
            switch try await desk.signUp(attempt, from: context.client) {
            case .waits(let name):
                context.logger.notice(
                    "signUp.waits",
                    metadata: ["of": "\(name)", "address": "\(context.client.address)"]
                )
                return .redirect(to: HubPath.signUp + "?done=1", type: .normal)
            case .made(let user):
                context.logger.notice(
                    "signUp.done",
                    metadata: ["user": "\(user.name)", "address": "\(context.client.address)"],
                )
                let begun = try await desk.signIn.begin(
                    user,
                    on: .newAccount,
                    context.client,
                    userAgent: request.headers[.userAgent] ?? "",
                    by: .newAccount,
                )
                guard let (session, mark) = begun else { throw HubError.unexpected }
                return try await signIn.welcome(user, session, mark, next: next, request: request, context: context)
            }
        } catch let error as any CarrelError where error.isAboutSignUp {
            context.logger.notice(
                "signUp.refused",
                metadata: ["code": "\(error.code)", "address": "\(context.client.address)"],
            )
            return try form(context, next: next, typed: attempt, problem: error)
        }
    }

    private func form(
        _ context: HubContext,
        next: String?,
        typed: SignUpDesk.Attempt? = nil,
        problem: (any CarrelError)? = nil,
    ) throws -> Response {
        let shown = SignUpPage(
            needsApproval: desk.policy == .approval,
            minimumLength: desk.accounts().rule.minimumLength,
            next: next ?? "",
            typedName: typed?.name.cut(toBytes: UserName.longest) ?? "",
            typedEmail: typed?.email.cut(toBytes: EmailAddress.longest) ?? "",
            problem: problem.map { "\($0.message) \($0.remedy)" },
        )
        return try page(shown, context, status: problem.map { ErrorResponse.status(of: $0) } ?? .ok)
    }

    private func page(
        _ page: some Page,
        _ context: HubContext,
        status: HTTPResponse.Status = .ok,
    ) throws -> Response {
        try signIn.pages.page(page, status: status, for: nil, xsrf: context.xsrf)
    }
}

extension CarrelError {
    /// Whether it lies in what was typed, or says that nobody can sign up now.
    fileprivate var isAboutSignUp: Bool { AccountError.isAboutForm(self) || self is NameError || self is SignUpError }
}
