import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// One's password and the browsers one is signed in with.
struct AccountPages {
    let store: Store
    let signIn: SignInDesk
    let accounts: @Sendable () -> AccountDesk
    let pages: PageResponder
    let now: @Sendable () -> Date
    let providers: @Sendable () -> [AuthenticatorSettings]

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("account", use: show)
            .post("account/password", use: changePassword)
            .post("account/sign-out-others", use: signOutOthers)
            .post("account/sign-out/:session", use: signOut)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "password": .done("Your password is changed. Other browsers were signed out.")
            case "not-me": .done("Your password is changed, and you are signed out everywhere else.")
            case "linked": .done("Done: you can sign in that way too now.")
            case "unlinked": .done("Done: you can’t sign in that way any more.")
            case "sign-out": .done("Done: that browser is signed out.")
            default: nil
            }
        return try await page(context, notice: notice)
    }

    @Sendable private func changePassword(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            let password = form["new_password"] ?? ""
            guard password == form["new_password_again"] else { throw AccountError.passwordsDiffer }
            try await signIn.confirm(form["current_password"] ?? "", of: context.user, in: try context.session.id)
            try await accounts().setPassword(of: context.user, to: password, keeping: context.sessionID)
        } catch let error as any CarrelError where AccountError.isAboutForm(error) {
            return try await page(context, problem: error.message, status: .badRequest)
        }
        context.logger.info("password.changed", metadata: ["user": "\(context.user.name)"])
        return .redirect(to: HubPath.account + "?done=password", type: .normal)
    }

    @Sendable private func signOutOthers(_ request: Request, context: SignedInContext) async throws -> Response {
        let store = signIn.audit.noting(.sessionEnded, .account(context.user.name), details: ["which": "others"])
        try await store.sessions.endOthers(ofUser: context.user.id ?? 0, keeping: context.sessionID ?? 0)
        return .redirect(to: HubPath.account + "?done=sign-out", type: .normal)
    }

    @Sendable private func signOut(_ request: Request, context: SignedInContext) async throws -> Response {
        let mine = try await store.sessions.all(ofUser: context.user.id ?? 0, now: now())
        guard let id = Int64(try context.parameters.require("session")), mine.contains(where: { $0.id == id }) else {
            throw HubError.notFound
        }
        let details = ["which": "\(id)"]
        try await signIn.audit.noting(.sessionEnded, .account(context.user.name), details: details).sessions.end(id)
        return .redirect(to: HubPath.account + "?done=sign-out", type: .normal)
    }

    private func page(
        _ context: SignedInContext,
        problem: String? = nil,
        notice: Notice? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        let sessions = try await store.sessions.all(ofUser: context.user.id ?? 0, now: now()).map { session in
            AccountPage.Session(
                isThisOne: session.id == context.sessionID,
                userAgent: session.userAgent,
                address: session.address,
                signedIn: session.createdAt,
                lastSeen: session.lastSeenAt,
                signOutURL: session.id.map { PageLink("\(HubPath.account)/sign-out/\($0)") },
                now: now(),
            )
        }
        let page = AccountPage(
            userName: context.user.name.text,
            email: context.user.email,
            groups: try await store.groups.all(ofUser: context.user.id ?? 0).map(\.name.text),
            passwordURL: context.user.passwordHash == nil ? nil : PageLink(HubPath.account + "/password"),
            minimumLength: accounts().rule.minimumLength,
            problem: problem,
            sessions: sessions,
            signOutOthersURL: PageLink(HubPath.account + "/sign-out-others"),
            ways: try await ways(of: context.user),
            secondFactor: try await secondFactor(of: context.user),
            history: try await signIn.history.newest(of: context.user).map {
                SignInLine($0, providers: providers(), now: now())
            },
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}

extension AccountPages {
    /// What there is to say of a second factor; nothing for an account that has none and can't have one.
    private func secondFactor(of user: UserRecord) async throws -> AccountPage.SecondFactor? {
        let isOn = try await store.secondFactors.find(ofUser: user.id ?? 0) != nil
        guard isOn || user.passwordHash != nil else { return nil }
        return AccountPage.SecondFactor(
            codesLeft: isOn ? try await store.secondFactors.codesLeft(ofUser: user.id ?? 0) : nil
        )
    }

    /// The providers of the configuration, and those that one was known by before they were taken out of it.
    private func ways(of user: UserRecord) async throws -> [AccountPage.Way] {
        let mine = try await store.identities.all(ofUser: user.id ?? 0)
        let offered = providers()
        let isOnly = mine.count == 1 && user.passwordHash == nil
        let known = mine.map { identity in
            AccountPage.Way(
                title: offered.first { $0.name == identity.provider }?.title ?? identity.provider,
                label: identity.label,
                since: TimeText(identity.createdAt, now: now()),
                hasLapsed: identity.lapsedAt != nil,
                addURL: nil,
                removeURL: isOnly ? nil : PageLink(HubPath.way(identity.provider, "remove")),
                tokenURL: offered.contains { $0.name == identity.provider && $0.kind == .openbis }
                    ? PageLink(HubPath.openBIS(identity.provider)) : nil,
            )
        }
        let others = offered.filter { one in !mine.contains { $0.provider == one.name } }.map { one in
            AccountPage.Way(
                title: one.title,
                label: nil,
                since: nil,
                hasLapsed: false,
                addURL: PageLink(HubPath.way(one.name, "add")),
                removeURL: nil,
            )
        }
        return known + others
    }
}

extension HubPath {
    /// Adds a way to sign in to one's account, or removes it.
    fileprivate static func way(_ authenticator: String, _ action: String) -> String {
        "\(account)/ways/\(authenticator)/\(action)"
    }
}

extension SignedInContext {
    /// The browser's session; nil for a token.
    fileprivate var sessionID: Int64? {
        guard case .session(let session, _) = caller else { return nil }
        return session.id
    }
}
