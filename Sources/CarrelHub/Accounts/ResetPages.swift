import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Links for a new password: whoever was given one chooses a password, at `/hub/reset#SECRET`.
///
/// What follows `#` stays in the browser, so the secret is in no log; a script of ours, or the person, sends it in a form.
/// The link signs nobody in: who has a second factor is still asked for it.
struct ResetPages {
    let signIn: SignInPages

    private static let cookieName = "carrel-reset"
    private var desk: SignInDesk { signIn.desk }

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("reset", use: show)
            .post("reset", use: present)
            .get("reset/password", use: showPassword)
            .post("reset/password", use: setPassword)
    }

    // MARK: Showing the link

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        try page(ResetPage(), context)
    }

    /// Looks at a secret; many wrong ones from one network make it wait.
    @Sendable private func present(_ request: Request, context: HubContext) async throws -> Response {
        let typed = try await FormBody(of: request, limit: context.maxUploadSize)["secret"] ?? ""
        let keys = ThrottleKey.keys(passwordLinkFrom: RequestAddress(context.client.address))
        let count = try await desk.countOrThrow(keys)
        do {
            let mark = PasswordLinkMark(link: try await signIn.accounts().passwordLink(typed), now: desk.now())
            try await desk.takeBack(count)
            var response = Response.redirect(to: HubPath.reset + "/password", type: .normal)
            let lifetime = Int(PasswordLinkMark.lifetime / .seconds(1))
            response.setCookie(cookie(try mark.sealed(for: context.xsrf, key: desk.key), lifetime: lifetime, context))
            return response
        } catch let error as AccountError {
            return try refused(error, context)
        }
    }

    // MARK: Choosing a password

    @Sendable private func showPassword(_ request: Request, context: HubContext) async throws -> Response {
        do {
            return try await passwordPage(try mark(of: request, context), context)
        } catch let error as AccountError {
            return try refused(error, context)
        }
    }

    @Sendable private func setPassword(_ request: Request, context: HubContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            let link = try mark(of: request, context)
            do {
                let user = try await signIn.accounts().setPassword(
                    byLink: link,
                    to: form["new_password"] ?? "",
                    again: form["new_password_again"] ?? "",
                )
                context.logger.notice(
                    "password.linkUsed",
                    metadata: ["user": "\(user.name)", "address": "\(context.client.address)"],
                )
                var response = Response.redirect(to: HubPath.signIn + "?new-password=1", type: .normal)
                response.setCookie(cookie("", lifetime: 0, context))
                return response
            } catch let error as any CarrelError
                where AccountError.isAboutForm(error) && error as? AccountError != .linkGone
            {
                return try await passwordPage(link, context, problem: error.message)
            }
        } catch let error as AccountError {
            return try refused(error, context)
        }
    }

    // MARK: How

    private func passwordPage(_ link: Int64, _ context: HubContext, problem: String? = nil) async throws -> Response {
        let user = try await signIn.accounts().user(ofPasswordLink: link)
        let page = ResetPasswordPage(
            userName: user.name.text,
            hasSecondFactor: try await desk.store.secondFactors.find(ofUser: user.id ?? 0) != nil,
            minimumLength: signIn.accounts().rule.minimumLength,
            problem: problem,
        )
        return try self.page(page, context, status: problem == nil ? .ok : .badRequest)
    }

    private func refused(_ error: AccountError, _ context: HubContext) throws -> Response {
        context.logger.notice("password.linkRefused", metadata: ["address": "\(context.client.address)"])
        return try page(ResetPage(problem: "\(error.message) \(error.remedy)"), context, status: .notFound)
    }

    /// The link that this browser has shown; a second cookie of its name was planted by somebody, so none is believed.
    private func mark(of request: Request, _ context: HubContext) throws -> Int64 {
        let values = HubCookies.values(of: Self.cookieName, in: request.headers)
        guard values.count == 1, let value = values.first,
            let mark = PasswordLinkMark(sealed: value, for: context.xsrf, key: desk.key, now: desk.now())
        else { throw AccountError.linkGone }
        return mark.link
    }

    private func cookie(_ value: String, lifetime: Int, _ context: HubContext) -> Cookie {
        Cookie(
            name: Self.cookieName,
            value: value,
            maxAge: lifetime,
            path: HubPath.reset,
            secure: context.client.isSecure,
            httpOnly: true,
            sameSite: .lax,
        )
    }

    private func page(
        _ page: some Page,
        _ context: HubContext,
        status: HTTPResponse.Status = .ok,
    ) throws -> Response {
        try signIn.pages.page(page, status: status, for: context.caller.user, xsrf: context.xsrf)
    }
}
