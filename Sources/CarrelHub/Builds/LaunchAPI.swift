import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// What BinderHub's clients ask for (reference egi 6.2).
struct LaunchAPI {
    let desk: LaunchDesk
    let origin: @Sendable (ClientConnection) -> String

    /// At the root, where BinderHub has them, and below the hub's prefix, where a browser's session is known.
    var endpoints: RouteCollection<HubContext> {
        let routes = RouteCollection(context: HubContext.self)
        for prefix in ["", "hub/"] {
            routes.get("\(prefix)build/**", use: build)
            routes.get("\(prefix)versions", use: versions)
            routes.get("\(prefix)api/repoproviders", use: providers)
        }
        return routes
    }

    @Sendable private func build(_ request: Request, context: HubContext) async throws -> Response {
        guard request.headers[.accept]?.contains("text/event-stream") == true else {
            throw HubError.badRequest("A launch is an event stream: send Accept: text/event-stream.")
        }
        let prefix = request.uri.path.hasPrefix(HubPath.prefix) ? LaunchPages.streamPrefix : "/build/"
        do {
            let link = try LaunchLink(request.uri.string, after: prefix)
            if case .session(_, let user) = context.caller {
                if user.mustChangePassword { throw HubError.passwordMustChange }
                // Whatever a browser says of where the request is from: another page's would start programs as this user.
                let shown = request.uri.queryParameters["_xsrf"].map(String.init)
                guard shown == context.xsrf else { throw HubError.xsrf(method: "GET", isMissing: shown == nil) }
            }
            guard request.uri.queryParameters["build_only"] == nil else { throw LaunchError.buildOnly }
            return LaunchStream.response(to: desk.launch(link, by: try await launcher(context)))
        } catch let error as any CarrelError {
            // Whoever listens for events reads no other answer.
            let event = LaunchDesk.failure(error)
            return LaunchStream.response(
                to: AsyncStream {
                    $0.yield(event); $0.finish()
                }
            )
        }
    }

    private func launcher(_ context: HubContext) async throws -> LaunchDesk.Launcher {
        let instances = desk.entry.instances
        if let instance = try await instances.store.instances.named(desk.instanceName()) {
            try await instances.checkWay(of: context.caller, in: instance)
        }
        var launcher = LaunchDesk.Launcher(
            user: context.caller.user,
            wantsToken: true,
            client: context.client,
            host: origin(context.client) + "/",
        )
        switch context.caller {
        case .nobody: break
        case .session: launcher.wantsToken = false
        case .token(_, let user):
            let key = ServerKey(user: user.name, server: try desk.instanceName().server)
            let rights = Rights(context.caller, context.membership, in: context.places)
            try rights.require(.startServers, on: key)
            try rights.require(.accessServers, on: key)
        }
        return launcher
    }

    @Sendable private func versions(_ request: Request, context: HubContext) async throws -> Response {
        _ = try desk.instanceName()
        return try .json(
            Versions(
                binderhub: "carrel \(CarrelVersion.text)",
                builder: ["builder": "carrel-build-repository"],
            )
        )
    }

    private struct Versions: Encodable {
        let binderhub: String
        let builder: [String: String]

        enum CodingKeys: String, CodingKey {
            case binderhub
            case builder = "builder_info"
        }
    }

    @Sendable private func providers(_ request: Request, context: HubContext) async throws -> Response {
        _ = try desk.instanceName()
        return try .json(desk.builds.settings().providers.map(ProviderModel.of))
    }
}
