import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The second step of signing in: the code of an authenticator app, or a recovery code.
struct SecondStepPages {
    let desk: SecondFactorDesk
    let signIn: SignInPages

    /// The cookie of a browser that has shown a right password (``PasswordMark``).
    private static let cookieName = "carrel-second-step"

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("login/second-factor", use: show)
            .post("login/second-factor", use: finish)
    }

    /// Sends a browser on to the second step.
    static func askForCode(
        after mark: PasswordMark,
        next: String?,
        key: HubKey,
        _ context: HubContext,
    ) throws -> Response {
        var response = Response.redirect(to: HubPath.signInCode + SignInPages.query(next), type: .found)
        let lifetime = Int(PasswordMark.lifetime / .seconds(1))
        response.setCookie(cookie(try mark.sealed(for: context.xsrf, key: key), lifetime: lifetime, context))
        context.logger.info("signIn.codeAsked", metadata: ["address": "\(context.client.address)"])
        return response
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let next = signIn.next(request.uri.queryParameters["next"].map(String.init), context)
        if case .session = context.caller { return .redirect(to: next ?? HubPath.prefix, type: .found) }
        guard mark(of: request, context) != nil else { return Self.again(next, .found, context) }
        return try page(SignInCodePage(actionURL: PageLink(HubPath.signInCode), next: next ?? ""), context)
    }

    @Sendable private func finish(_ request: Request, context: HubContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let next = signIn.next(form["next"], context)
        guard let mark = mark(of: request, context) else { return Self.again(next, .normal, context) }
        let problem: SignInCodePage.Problem
        do {
            let outcome = try await desk.finish(
                mark,
                code: form["code"] ?? "",
                context.client,
                userAgent: request.headers[.userAgent] ?? "",
                browserMarks: HubCookies.values(of: SignInPages.browserCookie, in: request.headers),
            )
            switch outcome {
            case .welcome(let user, let session, let browserMark, let kind):
                context.logger.info(
                    "signIn.done",
                    metadata: [
                        "user": "\(user.name)", "address": "\(context.client.address)", "code": "\(kind.rawValue)",
                    ]
                )
                var response = try await signIn.welcome(
                    user,
                    session,
                    browserMark,
                    next: next,
                    request: request,
                    context: context,
                )
                response.setCookie(Self.cookie("", lifetime: 0, context))
                return response
            case .expired: return Self.again(next, .normal, context)
            case .refused: problem = .refused
            case .wait(let wait): problem = .throttled(seconds: Int(wait.seconds.rounded(.up)))
            }
        } catch let error as AccountError {
            context.logger.error("\(error.code)", metadata: ["remedy": "\(error.remedy)"])
            problem = .failed(error)
        }
        return try refused(problem, next, context)
    }

    private func refused(_ problem: SignInCodePage.Problem, _ next: String?, _ context: HubContext) throws -> Response {
        context.logger.notice(
            "signIn.codeRefused",
            metadata: ["address": "\(context.client.address)", "status": "\(problem.status.code)"]
        )
        let shown = SignInCodePage(actionURL: PageLink(HubPath.signInCode), next: next ?? "", problem: problem)
        var response = try page(shown, context, status: problem.status)
        if case .throttled(let seconds) = problem { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// What this browser holds of the first step; one that somebody planted beside it is signed for another browser.
    private func mark(of request: Request, _ context: HubContext) -> PasswordMark? {
        HubCookies.values(of: Self.cookieName, in: request.headers).prefix(5).lazy
            .compactMap { PasswordMark(sealed: $0, for: context.xsrf, key: desk.signIn.key, now: desk.signIn.now()) }
            .first
    }

    /// Back to the first step, which took too long ago.
    private static func again(
        _ next: String?,
        _ type: Response.RedirectType,
        _ context: HubContext,
    ) -> Response {
        let query = next.map { "&next=\($0.queryValue)" } ?? ""
        var response = Response.redirect(to: HubPath.signIn + "?expired=1" + query, type: type)
        response.setCookie(cookie("", lifetime: 0, context))
        return response
    }

    private static func cookie(_ value: String, lifetime: Int, _ context: HubContext) -> Cookie {
        Cookie(
            name: cookieName,
            value: value,
            maxAge: lifetime,
            path: HubPath.signInCode,
            secure: context.client.isSecure,
            httpOnly: true,
            sameSite: .lax,
        )
    }

    private func page(
        _ page: SignInCodePage,
        _ context: HubContext,
        status: HTTPResponse.Status = .ok,
    ) throws -> Response {
        try signIn.pages.page(page, status: status, for: nil, xsrf: context.xsrf)
    }
}

extension SignInCodePage.Problem {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .refused: .forbidden
        case .throttled: .tooManyRequests
        case .failed: .internalServerError
        }
    }
}
