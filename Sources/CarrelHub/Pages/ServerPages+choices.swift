import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Hummingbird

// What is asked before a server starts: environment, size, and data sources to connect.

extension ServerPages {
    /// The server that a start is about: the default one, where the path names nobody.
    func startKey(_ context: SignedInContext) throws -> ServerKey {
        guard context.parameters.get("user") == nil else { return try context.serverKey(needing: .startServers) }
        let key = ServerKey(user: context.user.name)
        try context.rights.require(.startServers, on: key)
        return key
    }

    /// What there is to choose before a server starts; nil where there is nothing, and for whoever follows a link and
    /// has chosen before, or had only data sources to connect.
    func options(for key: ServerKey, next: String?, context: SignedInContext) async throws -> OptionsPage? {
        guard let owner = try await desk.store.users.named(key.user) else { throw HubError.notFound }
        let server = try await desk.store.servers.find(key)?.server
        if let server, server.wanted == .running || (next != nil && server.options != nil) { return nil }
        let instance = try await desk.instances.admit(owner, to: key.server)
        let asksSources = next == nil && key.user == context.user.name
        let sources = asksSources ? try await starts.entries(of: owner, in: instance.settings) : []
        guard desk.instances.policy(of: instance).hasChoice || !sources.isEmpty else { return nil }
        return try await choices(for: key, last: server?.options, refused: nil, next: next, context: context)
    }

    /// The page with all there is to choose.
    func choices(
        for key: ServerKey,
        last: StartOptions?,
        refused: StartConnections.Refused?,
        next: String?,
        context: SignedInContext,
    ) async throws -> OptionsPage {
        guard let owner = try await desk.store.users.named(key.user) else { throw HubError.notFound }
        let instance = try await desk.instances.admit(owner, to: key.server)
        let isOwn = key.user == context.user.name
        return OptionsPage(
            desk.instances.policy(of: instance),
            title: instance.title,
            last: last,
            sources: isOwn ? try await starts.entries(of: owner, in: instance.settings) : [],
            refused: refused,
            startURL: PageLink(HubPath.start(key)),
            next: next,
        )
    }

    /// Takes what was typed for data sources, by the server's owner only.
    ///
    /// - Returns: what wasn't taken, so that the start waits; nil when nothing is in its way.
    func connect(
        _ form: FormBody,
        for key: ServerKey,
        context: SignedInContext,
    ) async throws -> StartConnections.Refused? {
        guard key.user == context.user.name, !desk.instances.configuration().dataSources.isEmpty else { return nil }
        let instance = try await desk.instances.admit(context.user, to: key.server)
        do {
            try await starts.take(form, of: context.user, in: instance.settings)
            return nil
        } catch let refused as StartConnections.Refused {
            return refused
        }
    }

    private var starts: StartConnections { StartConnections(desk: connections) }
}
