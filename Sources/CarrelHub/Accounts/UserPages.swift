import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page for admins about one user.
struct UserPages {
    let store: Store
    let accounts: @Sendable () -> AccountDesk
    let pages: PageResponder
    /// Where browsers find the hub, without a slash at its end.
    let origin: @Sendable (ClientConnection) -> String

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("admin/users/:user", use: show)
            .post("admin/users/:user/password-link", use: makeLink)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try await page(try name(in: context), context)
    }

    @Sendable private func makeLink(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try name(in: context)
        let secret = try await accounts().makePasswordLink(for: name, by: context.user.name.text)
        context.logger.notice("password.linkMade", metadata: ["of": "\(name)", "by": "\(context.user.name)"])
        return try await page(name, context, link: "\(origin(context.client))\(AccountDesk.passwordLinkPath)#\(secret)")
    }

    private func name(in context: SignedInContext) throws -> UserName {
        try context.requireAdmin()
        let name = try context.userName()
        try context.rights.require(.adminUsers, on: name)
        return name
    }

    private func page(_ name: UserName, _ context: SignedInContext, link: String? = nil) async throws -> Response {
        guard let user = try await store.users.named(name), let id = user.id else { throw HubError.notFound }
        let facts = UserPage.Facts(
            user: user,
            groups: try await store.groups.all(ofUser: id).map(\.name.text),
            codesLeft: try await accounts().secondFactor(of: name)?.codesLeft,
            link: try await store.passwordLinks.find(ofUser: id, now: pages.now()),
        )
        var response = try pages.page(
            UserPage(facts, link: link, now: pages.now()),
            for: context.user,
            xsrf: context.xsrf,
        )
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension HubPath {
    /// The page for admins about a user.
    static func user(_ name: UserName) -> String { "\(admin)/users/\(name.pathSegment)" }
}
