import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The way in with an invitation: `/hub/join/NAME#SECRET`.
///
/// What follows `#` stays in the browser, so the secret is in no log; a script of ours, or the person, sends it in a form.
struct JoinPages {
    let desk: InvitationDesk
    let signIn: SignInPages
    let pages: PageResponder

    private static let cookie = "carrel-invitation"

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("join/:instance", use: show)
            .post("join/:instance", use: present)
            .get("join/:instance/accept", use: showAccept)
            .post("join/:instance/accept", use: accept)
            .post("join/:instance/account", use: makeAccount)
    }

    // MARK: Showing the invitation

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        try page(JoinPage(try context.instance()), context)
    }

    @Sendable private func present(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instance()
        let typed = try await FormBody(of: request, limit: context.maxUploadSize)["secret"] ?? ""
        // Whoever pastes may paste the whole link.
        let secret = typed.split(separator: "#").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
        do {
            let invitation = try await desk.present(secret, into: name, from: context.client)
            if let user = context.caller.user { return try await join(user, invitation.id ?? 0, name, context) }
            var response = Response.redirect(to: HubPath.join(name) + "/accept", type: .normal)
            let end = desk.now().addingTimeInterval(InvitationDesk.patience / .seconds(1))
            let mark = InvitationMark.make(invitation.id ?? 0, into: name.text, until: end, key: desk.signIn.key)
            response.setCookie(cookie(mark, name, lifetime: Int(InvitationDesk.patience / .seconds(1)), context))
            return response
        } catch let error as InvitationError {
            return try refused(error, name, context)
        }
    }

    // MARK: Accepting it

    @Sendable private func showAccept(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instance()
        do {
            let invitation = try await desk.store.invitations.good(try shown(request, name), into: name, at: desk.now())
            return try await acceptPage(invitation, name, context)
        } catch let error as InvitationError {
            return try refused(error, name, context)
        }
    }

    @Sendable private func accept(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instance()
        guard let user = context.caller.user else { throw HubError.notSignedIn }
        do {
            return try await join(user, try shown(request, name), name, context)
        } catch let error as InvitationError {
            return try refused(error, name, context)
        }
    }

    @Sendable private func makeAccount(_ request: Request, context: HubContext) async throws -> Response {
        let name = try context.instance()
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            let id = try shown(request, name)
            do {
                let user = try await desk.makeAccount(
                    form["username"] ?? "",
                    password: form["new_password"] ?? "",
                    again: form["new_password_again"] ?? "",
                    with: id,
                    into: name,
                )
                context.logger.notice("invitation.used", metadata: ["user": "\(user.name)", "instance": "\(name)"])
                let begun = try await desk.signIn.begin(
                    user,
                    on: .newAccount,
                    context.client,
                    userAgent: request.headers[.userAgent] ?? "",
                    by: .newAccount,
                )
                guard let (session, mark) = begun else { throw HubError.unexpected }
                var response = try await signIn.welcome(
                    user,
                    session,
                    mark,
                    next: HubPath.home,
                    request: request,
                    context: context,
                )
                response.setCookie(cookie("", name, lifetime: 0, context))
                return response
            } catch let error as any CarrelError where error.isAboutAccount {
                let invitation = try await desk.store.invitations.good(id, into: name, at: desk.now())
                let typed = String((form["username"] ?? "").prefix(255))
                return try await acceptPage(invitation, name, context, typed: typed, problem: error)
            }
        } catch let error as InvitationError {
            return try refused(error, name, context)
        }
    }

    private func join(
        _ user: UserRecord,
        _ id: Int64,
        _ name: InstanceName,
        _ context: HubContext,
    ) async throws -> Response {
        let noted = desk.audit.noting(.instanceMemberAdded, .instance(name), of: user.name)
        try await noted.invitations.accept(id, into: name, as: user.id ?? 0, at: desk.now())
        context.logger.notice("invitation.used", metadata: ["user": "\(user.name)", "instance": "\(name)"])
        var response = Response.redirect(to: HubPath.home, type: .normal)
        response.setCookie(cookie("", name, lifetime: 0, context))
        return response
    }

    // MARK: How

    private func acceptPage(
        _ invitation: InvitationRecord,
        _ name: InstanceName,
        _ context: HubContext,
        typed: String = "",
        problem: (any CarrelError)? = nil,
    ) async throws -> Response {
        guard let instance = try await desk.store.instances.named(name) else { throw InvitationError.unknown }
        let shown = AcceptPage(
            instance,
            role: invitation.role,
            userName: context.caller.user?.name.text,
            minimumLength: desk.accounts().rule.minimumLength,
            typedName: typed,
            problem: problem.map { "\($0.message) \($0.remedy)" },
        )
        return try page(shown, context, status: problem == nil ? .ok : .badRequest)
    }

    private func refused(_ error: InvitationError, _ name: InstanceName, _ context: HubContext) throws -> Response {
        context.logger.notice("invitation.refused", metadata: ["code": "\(error.code)", "instance": "\(name)"])
        return try page(JoinPage(name, problem: error), context, status: ErrorResponse.status(of: error))
    }

    private func shown(_ request: Request, _ name: InstanceName) throws(InvitationError) -> Int64 {
        let marks = HubCookies.values(of: Self.cookie, in: request.headers).compactMap {
            InvitationMark.id(in: $0, into: name.text, at: desk.now(), key: desk.signIn.key)
        }
        guard let id = marks.first else { throw .unknown }
        return id
    }

    private func cookie(_ value: String, _ name: InstanceName, lifetime: Int, _ context: HubContext) -> Cookie {
        Cookie(
            name: Self.cookie,
            value: value,
            maxAge: lifetime,
            path: HubPath.join(name),
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
        try pages.page(page, status: status, for: context.caller.user, xsrf: context.xsrf)
    }
}

extension HubPath {
    static func join(_ name: InstanceName) -> String { "\(prefix)join/\(name.text)" }
}

extension HubContext {
    /// The instance that a path names.
    fileprivate func instance() throws -> InstanceName {
        guard let name = try? InstanceName(parameters.require("instance")) else { throw HubError.notFound }
        return name
    }
}

extension CarrelError {
    /// Whether it lies in the name or the password that was typed for a new account.
    fileprivate var isAboutAccount: Bool {
        if AccountError.isAboutForm(self) || self is NameError { return true }
        switch self as? StoreError {
        case .userExists, .userLooksLike: return true
        default: return false
        }
    }
}
