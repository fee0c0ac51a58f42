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
    /// The public address that a request came to, such as `https://hub.example.org`.
    let origin: @Sendable (ClientConnection) -> String

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self).get("git-link", use: show)
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let own = origin(context.client)
        let link = GitLink(own: own) { [form = FormBody(query: request.uri.query)] in form[$0] }
        var choices: [(name: String, title: String)] = []
        if let user = context.caller.user {
            for view in try await instances.views(for: user) where view.isShown && !view.instance.name.isDefault {
                choices.append((view.instance.name.text, view.instance.settings.title))
            }
        }
        let page = GitLinkPage(link, instances: choices, own: own)
        return try pages.page(page, for: context.caller.user, xsrf: context.xsrf)
    }
}
