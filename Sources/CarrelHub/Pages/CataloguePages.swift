import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The catalogue of an instance, its pictures, and the click that opens a notebook.
struct CataloguePages {
    let desk: CatalogueDesk
    let entry: EntryDesk
    let servers: ServerDesk
    let pages: PageResponder

    /// Below the hub's prefix, for everybody.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("catalogue/:instance", use: show)
            .get("catalogue/:instance/picture/:section/:entry", use: picture)
            .get("catalogue/:instance/open", use: open)
            .get("catalogue/:instance/open/:section/:entry", use: open)
    }

    @Sendable private func show(_ request: Request, context: HubContext) async throws -> Response {
        let (instance, _) = try await visible(context)
        let page = CataloguePage(try await catalogue(of: instance, context), of: instance)
        return try pages.page(page, for: context.caller.user, xsrf: context.xsrf)
    }

    @Sendable private func picture(_ request: Request, context: HubContext) async throws -> Response {
        let (instance, _) = try await visible(context)
        let entry = try Self.entry(try await catalogue(of: instance, context), context)
        let (data, type) = try await desk.picture(entry, of: instance)
        return Response(
            status: .ok,
            headers: [
                .contentType: type,
                .cacheControl: "private, max-age=300",
                // A drawing opened by itself may hold scripts.
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)),
        )
    }

    /// Starts the server, if it doesn't run, and leads to the notebook; whoever must enter first comes back here.
    @Sendable private func open(_ request: Request, context: HubContext) async throws -> Response {
        let (instance, step) = try await visible(context)
        guard step == .through, let user = context.caller.user else {
            let next = request.uri.path.queryValue
            return .redirect(to: HubPath.enter(instance.name) + "?next=\(next)", type: .found)
        }
        let key = ServerKey(user: user.name, server: instance.name.server)
        var (options, target): (StartOptions?, String) = (nil, key.prefix)
        if context.parameters.get("entry") != nil {
            let entry = try Self.entry(try await catalogue(of: instance, context), context)
            let known = try await servers.store.servers.find(key)?.server
            options = entry.environment.map { StartOptions(environment: $0, size: known?.options?.size) }
            let path = entry.notebook.queryValue
            target = "\(key.prefix)lab/tree/\(CatalogueDesk.folder)/\(path)"
            if let known, let page = other(entry, than: known, in: instance, key: key, target: target) {
                return try pages.page(page, for: user, xsrf: context.xsrf)
            }
        }
        let server = try await servers.start(key, options: options)
        if server.observed == .ready, server.wanted == .running { return .redirect(to: target, type: .found) }
        let next = target.queryValue
        return .redirect(to: HubPath.progress(key) + "?next=\(next)", type: .found)
    }

    /// What to say when the server runs already, with another environment than a notebook wants.
    private func other(
        _ entry: CatalogueEntry,
        than server: ServerRecord,
        in instance: InstanceRecord,
        key: ServerKey,
        target: String,
    ) -> OtherEnvironmentPage? {
        let policy = servers.instances.policy(of: instance)
        let running = policy.environment(server.options)
        guard server.wanted == .running,
            let wanted = policy.environments.first(where: { $0.name == entry.environment }), wanted.name != running.name
        else { return nil }
        return OtherEnvironmentPage(
            notebook: entry.title,
            wanted: wanted.title,
            running: running.title,
            openURL: PageLink(target),
            stopURL: PageLink(HubPath.stop(key)),
            catalogueURL: PageLink(HubPath.catalogue(instance.name)),
        )
    }

    // MARK: How

    /// The instance of the address, for those who are or could be in it.
    private func visible(_ context: HubContext) async throws -> (InstanceRecord, EntryGate.Step) {
        if case .token = context.caller { throw HubError.notFound }
        if case .session(_, let user) = context.caller, user.mustChangePassword { throw HubError.passwordMustChange }
        let (instance, step) = try await entry.gate(context.instanceName, for: context.caller.user)
        guard instance.settings.catalogue != nil || step == .signIn else { throw HubError.notFound }
        switch step {
        case .through, .form:
            try await entry.instances.checkWay(of: context.caller, in: instance)
            return (instance, step)
        case .signIn: throw HubError.notSignedIn
        case .unknown: throw HubError.notFound
        case .refused(let refusal): throw HubError.cannotEnter(instance: instance.settings.title, refusal: refusal)
        }
    }

    /// The catalogue; what is wrong with its file is for managers, others hear that something is.
    private func catalogue(of instance: InstanceRecord, _ context: HubContext) async throws -> Catalogue {
        do {
            return try await desk.catalogue(of: instance)
        } catch  where error is ConfigurationError || error is CatalogueError {
            if let user = context.caller.user,
                try await entry.instances.view(of: instance.name, for: user)?.manages == true
            {
                throw error
            }
            throw HubError.catalogueUnreadable(instance: instance.settings.title)
        }
    }

    private static func entry(_ catalogue: Catalogue, _ context: HubContext) throws(HubError) -> CatalogueEntry {
        guard let section = context.parameters.get("section"), let name = context.parameters.get("entry"),
            let entry = catalogue.entry(name, in: section)
        else { throw .notFound }
        return entry
    }
}
