import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// The page that makes links to repositories, for everybody, and the badge for them.
struct GitLinkPages {
    let instances: InstanceDesk
    let pages: PageResponder
    let checks: RepositoryChecks
    /// Whether there are launch links too.
    let offersLaunches: @Sendable () -> Bool
    /// The public address that a request came to, such as `https://hub.example.org`.
    let origin: @Sendable (ClientConnection) -> String

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self).get("git-link", use: show).post("git-link", use: check)
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let form = FormBody(query: request.uri.query)
        return try await page(GitLink(own: origin(context.client)) { form[$0] }, context: context)
    }

    /// Looks whether the repository is there: for people who are signed in, as it makes the hub call others.
    @Sendable private func check(_ request: Request, context: HubContext) async throws -> Response {
        guard let user = context.caller.user else { throw HubError.notSignedIn }
        let form = try await FormBody(of: request, limit: Self.largestForm)
        let link = GitLink(own: origin(context.client)) { form[$0] }
        let found = link.problems.isEmpty ? await link.checks(by: checks, askedBy: user.name) : []
        return try await page(link, checks: found, context: context)
    }

    private static let largestForm = 32 << 10

    private func page(
        _ link: GitLink,
        checks: [RepositoryCheck] = [],
        context: HubContext,
    ) async throws -> Response {
        var choices: [(name: String, title: String)] = []
        if let user = context.caller.user {
            for view in try await instances.views(for: user) where view.isShown && !view.instance.name.isDefault {
                choices.append((view.instance.name.text, view.instance.settings.title))
            }
        }
        let page = GitLinkPage(
            link,
            instances: choices,
            own: origin(context.client),
            checks: checks,
            mayCheck: context.caller.user != nil,
            launchLinkURL: offersLaunches() ? PageLink(HubPath.prefix + "launch-link") : nil,
        )
        return try pages.page(page, for: context.caller.user, xsrf: context.xsrf)
    }
}
