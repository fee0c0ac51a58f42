import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// `/hub/user-redirect/[SERVER/]PATH?q`: one link that leads each person to that place in a server of their own, which is
/// started first if need be (reference jupyterhub 4, egi 5.1).
///
/// `SERVER` is an instance or a further server of whoever asks; where the instance has a page to enter by, that comes first.
struct UserRedirect {
    let entry: EntryDesk

    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self).get("hub/user-redirect/**", use: redirect)
    }

    @Sendable private func redirect(_ request: Request, context: HubContext) async throws -> Response {
        let link = UserLink(request.uri.string)
        let instance: InstanceRecord? =
            if let first = link.first, let name = try? InstanceName(first) {
                try await entry.instances.store.instances.named(name)
            } else {
                nil
            }
        let user = context.caller.user
        if let instance, let way = try await way(into: instance, for: user, link, request) { return way }
        guard let user else { throw HubError.notSignedIn }
        let servers = try await entry.instances.store.servers.all(ofUser: user.id ?? 0)
        let server = servers.first { !$0.name.isDefault && $0.name.text == link.first }
        return start(server.map { ServerKey(user: user.name, server: $0.name) }, of: user, at: link)
    }

    /// The next step towards a server in an instance; nil when to this person there is no such instance.
    private func way(
        into instance: InstanceRecord,
        for user: UserRecord?,
        _ link: UserLink,
        _ request: Request,
    ) async throws -> Response? {
        switch try await entry.gate(instance.name, for: user).1 {
        case .through:
            guard let user else { return nil }
            return start(ServerKey(user: user.name, server: instance.name.server), of: user, at: link)
        case .form:
            let next = request.uri.string.queryValue
            return .redirect(to: "\(HubPath.enter(instance.name))?next=\(next)", type: .found)
        case .signIn, .unknown:
            return nil
        case .refused(let refusal):
            throw HubError.cannotEnter(instance: instance.settings.title, refusal: refusal)
        }
    }

    private func start(_ named: ServerKey?, of user: UserRecord, at link: UserLink) -> Response {
        let key = named ?? ServerKey(user: user.name)
        let place = key.prefix + (named == nil ? link.path : link.pathInServer) + link.query
        return .redirect(to: "\(HubPath.start(key))?next=\(place.queryValue)", type: .found)
    }
}

/// What stands behind `/hub/user-redirect/`, escaped as it came.
struct UserLink: Equatable {
    /// The path below the server, if the link names no server.
    let path: String
    /// With its question mark; empty when there is none.
    let query: String

    init(_ uri: String) {
        let rest = uri.dropFirst("/hub/user-redirect/".count)
        path = String(rest.prefix { $0 != "?" })
        query = String(rest.dropFirst(path.count))
    }

    /// The first part, which may name a server.
    var first: String? { path.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) }

    /// The path below the server, if the first part names it.
    var pathInServer: String { String(path.dropFirst((first ?? "").count).drop { $0 == "/" }) }
}
