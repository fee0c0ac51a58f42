import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Launch links for people: the page that follows one, and the form that makes them.
struct LaunchPages {
    let desk: LaunchDesk
    let pages: PageResponder
    let ownHosts: @Sendable (ClientConnection) -> [String]
    let origin: @Sendable (ClientConnection) -> String

    static let prefix = HubPath.prefix + "v2/"
    static let streamPrefix = HubPath.prefix + "build/"

    /// Below the hub's prefix, for everybody with a browser.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("v2/**", use: show)
            .get("repo/:user/:name", use: old)
            .get("repo/:user/:name/**", use: old)
            .post("launch/cancel", use: cancel)
            .get("launch-link", use: form)
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let link = try LaunchLink(request.uri.string, after: Self.prefix)
        let name = try desk.instanceName()
        let (instance, step) = try await desk.entry.gate(name, for: context.caller.user)
        switch step {
        case .through: try await desk.entry.instances.checkWay(of: context.caller, in: instance)
        case .form:
            let next = request.uri.string.queryValue
            return .redirect(to: "\(HubPath.enter(name))?next=\(next)", type: .found)
        case .signIn: throw HubError.notSignedIn
        case .unknown: throw HubError.notFound
        case .refused(let refusal):
            throw HubError.cannotEnter(instance: instance.settings.title, refusal: refusal)
        }
        let page = LaunchPage(
            link: link,
            streamURL: PageLink("\(Self.streamPrefix)\(link.provider.rawValue)/\(link.spec)?_xsrf=\(context.xsrf)"),
            cancelURL: PageLink(HubPath.prefix + "launch/cancel"),
            // A visitor has nothing that a stranger's repository could reach.
            beginsByItself: instance.settings.kind == .ephemeral && context.caller.user?.isVisitor == true,
        )
        return try pages.page(page, for: context.caller.user, xsrf: context.xsrf)
    }

    /// Binder's first links, which knew GitHub only.
    @Sendable private func old(_ request: Request, context: HubContext) async throws -> Response {
        let parts = request.uri.path.split(separator: "/").dropFirst(2).map(String.init)
        guard parts.count >= 2 else { throw HubError.noSuchPage(request.uri.path) }
        let place = parts.count > 2 ? "?filepath=\(parts.dropFirst(2).joined(separator: "/").queryValue)" : ""
        return .redirect(to: "\(Self.prefix)gh/\(parts[0])/\(parts[1])/master\(place)", type: .found)
    }

    @Sendable private func cancel(_ request: Request, context: HubContext) async throws -> Response {
        guard let user = context.caller.user else { throw HubError.notSignedIn }
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        guard let id = form["build"], try await desk.builds.cancel(id, by: user) else {
            return Response(status: .conflict)
        }
        context.logger.info("build.cancelled", metadata: ["build": "\(id)"])
        return Response(status: .noContent)
    }

    @Sendable private func form(_ request: Request, context: HubContext) async throws -> Response {
        _ = try desk.instanceName()
        let page = LaunchLinkPage(
            FormBody(query: request.uri.query ?? ""),
            providers: desk.builds.settings().providers,
            origin: origin(context.client),
        )
        return try pages.page(page, for: context.caller.user, xsrf: context.xsrf)
    }
}
