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
    /// Is told of a user whose passwords for files are gone.
    let revoked: @Sendable (Int64) async -> Void
    /// Takes what opens other services out of the hub and of a user's homes: who was here may have seen it.
    let forgetTokens: @Sendable (UserRecord) async throws -> Void

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
        var hash: String?
        if user.passwordHash != nil {
            do {
                let password = form["new_password"] ?? ""
                guard password == form["new_password_again"] else { throw AccountError.passwordsDiffer }
                let session = try context.session.id
                try await desk.confirm(form["current_password"] ?? "", of: user, in: session)
                hash = try await signIn.accounts().accept(password, for: user)
            } catch let error as any CarrelError where AccountError.isAboutForm(error) {
                return try await page(context, problem: error.message)
            }
        }
        let revokesTokens = form["tokens"] != nil
        let store = desk.store.noting(events(of: user, hasPassword: hash != nil, revokesTokens: revokesTokens))
        let revoked = try await store.users.shutOut(id, newPassword: hash, tokens: revokesTokens)
        if revokesTokens { await self.revoked(id) }
        try await forgetTokens(user)
        context.logger.notice(
            "signOut.everywhere",
            metadata: ["user": "\(user.name)", "tokens": "\(revoked)", "password": "\(hash != nil)"],
        )
        // Who began the session with the password was asked for a code then, and needn't type one again.
        guard let hash,
            let (session, mark) = try await desk.begin(
                user,
                on: .password(hash: hash, withCode: context.session.isLocal),
                context.client,
                userAgent: request.headers[.userAgent] ?? "",
                by: .password,
            )
        else { return .redirect(to: HubPath.signIn + "?signed-out=1", type: .normal) }
        return signIn.welcome(session, mark, to: HubPath.account + "?done=not-me", context.client)
    }

    /// What the audit record says of it.
    private func events(of user: UserRecord, hasPassword: Bool, revokesTokens: Bool) -> [AuditEvent] {
        let (audit, account) = (desk.audit, AuditEvent.Target.account(user.name))
        var events = [audit.event(.sessionEnded, account, details: ["which": "all"])]
        if hasPassword { events.append(audit.event(.passwordChanged, account)) }
        if revokesTokens { events.append(audit.event(.tokenRevoked, account, details: ["which": "all"])) }
        return events
    }

    private func page(_ context: SignedInContext, problem: String? = nil) async throws -> Response {
        let tokens = try await desk.store.tokens.ownTokens(ofUser: context.user.id ?? 0, now: desk.now())
        let filePasswords = try await desk.store.filePasswords.all(ofUser: context.user.id ?? 0, now: desk.now())
        let ways = try await desk.store.identities.all(ofUser: context.user.id ?? 0)
        let page = NotMePage(
            userName: context.user.name.text,
            hasPassword: context.user.passwordHash != nil,
            tokens: tokens.count,
            filePasswords: filePasswords.count,
            ways: ways.map(\.label),
            minimumLength: signIn.accounts().rule.minimumLength,
            problem: problem,
        )
        let status: HTTPResponse.Status = problem == nil ? .ok : .badRequest
        return try signIn.pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
    }
}
