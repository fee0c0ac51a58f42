import CarrelModel
import CarrelSpawn
import CarrelStore
import Hummingbird
import Logging

/// What people hand in, for the managers of an instance: one archive with a folder for each person.
///
/// The archive comes by POST: making it takes a place among the downloads, works the disk hard and is noted in the log, and a
/// mere link on another site must not set that off.
struct HandInPages {
    let instances: InstanceDesk
    let takeouts: TakeoutDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances/:instance/hand-ins", use: show)
            .post("instances/:instance/hand-ins/download", use: download)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(instances)
        guard let folder = instance.settings.handIn else { throw HubError.notFound }
        let names = try await instances.store.servers.all(in: instance).map(\.owner.name.text)
        let page = HandInsPage(instance, folder: folder, names: names)
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    @Sendable private func download(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(instances)
        guard let folder = instance.settings.handIn, let path = HomePath(folder) else { throw HubError.notFound }
        let parts = try await instances.store.servers.all(in: instance).map { owned in
            HandInOrder.Part(label: owned.owner.name.text, home: owned.home)
        }
        let order = HandInOrder(parts: parts, path: path, format: .zip, folder: "\(instance.name)-\(folder)")
        context.logger.notice(
            "instance.handIns",
            metadata: ["instance": "\(instance.name)", "by": "\(context.user.name)"]
        )
        let stream = try takeouts.handIns(order, for: context.user)
        let details = ["people": "\(parts.count)"]
        try await takeouts.audit.note(.handInsTaken, .instance(instance.name), details: details)
        return TakeoutResponse.stream(stream, logger: context.logger)
    }
}
