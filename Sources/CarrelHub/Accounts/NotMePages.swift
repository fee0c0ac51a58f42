import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// “Not me”: signs somebody out everywhere who saw a sign-in that wasn't theirs.
struct NotMePages {
    let signIn: SignInPages

    private var desk: SignInDesk { signIn.desk }

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("account/not-me", use: show)
            .post("account/not-me", use: signOutEverywhere)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try await page(context)
    }

    /// Ends all sessions, this one too: who knows the password begins a new one here, which nobody can have seen.
    @Sendable private func signOutEverywhere(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let (user, id) = (context.user, context.user.id ?? 0)
        let hasPassword = user.passwordHash != nil
        if hasPassword {
            do {
                let password = form["new_password"] ?? ""
                guard password == form["new_password_again"] else { throw AccountError.passwordsDiffer }
                try await desk.confirm(form["current_password"] ?? "", of: user, from: context.client)
                try await signIn.accounts().setPassword(of: user, to: password, keeping: nil)
            } catch let error as any CarrelError where AccountError.isAboutForm(error) {
                return try await page(context, problem: error.message)
            }
        }
        try await desk.audit.noting(.sessionEnded, .account(user.name), details: ["which": "all"])
            .sessions.endAll(ofUser: id)
        let revoked = form["tokens"] == nil ? 0 : try await revokeTokens(of: user)
        context.logger.notice(
            "signOut.everywhere",
            metadata: ["user": "\(user.name)", "tokens": "\(revoked)", "password": "\(hasPassword)"],
        )
        guard hasPassword else { return .redirect(to: HubPath.signIn + "?signed-out=1", type: .normal) }
        let (session, mark) = try await desk.begin(
            user,
            context.client,
            userAgent: request.headers[.userAgent] ?? "",
            by: .password,
        )
        return signIn.welcome(session, mark, to: HubPath.account + "?done=not-me", context.client)
    }

    private func revokeTokens(of user: UserRecord) async throws -> Int {
        let store = desk.audit.noting(.tokenRevoked, .account(user.name), details: ["which": "all"])
        return try await store.tokens.revokeOwn(ofUser: user.id ?? 0)
    }

    private func page(_ context: SignedInContext, problem: String? = nil) async throws -> Response {
        let tokens = try await desk.store.tokens.ownTokens(ofUser: context.user.id ?? 0, now: desk.now())
        let page = NotMePage(
            userName: context.user.name.text,
            hasPassword: context.user.passwordHash != nil,
            tokens: tokens.count,
            minimumLength: signIn.accounts().rule.minimumLength,
            problem: problem,
        )
        let status: HTTPResponse.Status = problem == nil ? .ok : .badRequest
        return try signIn.pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
    }
}
