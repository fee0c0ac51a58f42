import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The pages for managers of instances, and what can be done on them.
struct InstancePages {
    let editor: InstanceEditor
    let servers: ServerDesk
    let homes: HomeDesk
    let pages: PageResponder
    /// Knows what is wrong with what instances offer.
    var catalogues: CatalogueDesk?

    /// The same pages, which say what is wrong with catalogues and material.
    func showing(_ catalogues: CatalogueDesk) -> Self {
        var copy = self
        copy.catalogues = catalogues
        return copy
    }

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances", use: list)
            .post("instances", use: add)
            .get("instances/:instance", use: show)
            .post("instances/:instance/messages", use: say)
            .post("instances/:instance/messages/:message/withdraw", use: withdraw)
            .post("instances/:instance/newcomers", use: setClosed)
            .post("instances/:instance/stop/:user", use: stop)
            .post("instances/:instance/stop-all", use: stopAll)
    }

    var desk: InstanceDesk { editor.desk }

    private static let notices: [String: Notice] = [
        "added": .done("The instance is there."),
        "said": .done("Everybody in it sees your message within a minute, here and in JupyterLab."),
        "withdrawn": .done("The message is taken back."),
        "closed": .done("Nobody new can enter. Those who belong to it go on."),
        "opened": .done("Newcomers can enter again."),
        "stop": .done("The server is asked to stop."),
        "stopAll": .done("All its servers are asked to stop."),
    ]

    private func back(_ name: InstanceName, _ done: String) -> Response {
        .redirect(to: "\(HubPath.instance(name))?done=\(done)", type: .normal)
    }

    private static func notice(_ request: Request) -> Notice? {
        request.uri.queryParameters["done"].flatMap { notices[String($0)] }
    }

    // MARK: All of them

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let keys = try await editor.keys(forNewBy: context.user)
        let form = keys.isEmpty ? nil : InstanceForm(new: keys, environments: editor.environments)
        let rows = try await rows(for: context.user)
        guard !rows.isEmpty || form != nil else { throw HubError.notFound }
        let page = InstancesPage(rows, isAdmin: context.user.isAdmin, form: form)
        return try pages.page(page, for: context.user, xsrf: context.xsrf, notice: Self.notice(request))
    }

    private func rows(for user: UserRecord) async throws -> [InstancesPage.Row] {
        var rows: [InstancesPage.Row] = []
        for view in try await desk.views(for: user) where view.manages {
            let servers = try await desk.store.servers.all(in: view.instance)
            rows.append(InstancesPage.Row(view.instance, servers: servers, now: desk.now()))
        }
        return rows
    }

    @Sendable private func add(_ request: Request, context: SignedInContext) async throws -> Response {
        let keys = try await editor.keys(forNewBy: context.user)
        let form = try await FormText(of: request, limit: context.maxUploadSize)
        let name = (form.pairs.first { $0.name == "name" }?.value ?? "").trimmingCharacters(in: .whitespaces)
        let draft = InstanceDraft(form, keys: keys)
        do {
            let added = try await editor.make(draft, name: name, by: context.user)
            context.logger.notice(
                "instance.added",
                metadata: ["instance": "\(added.name)", "by": "\(context.user.name)"],
            )
            return back(added.name, "added")
        } catch InstanceEditor.Refusal.problems(let problems) {
            let form = InstanceForm(
                new: keys,
                name: name,
                draft: draft,
                environments: editor.environments,
                problems: problems,
            )
            let page = InstancesPage(try await rows(for: context.user), isAdmin: context.user.isAdmin, form: form)
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
    }

    // MARK: One

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        return try await page(instance, context, notice: Self.notice(request))
    }

    private func page(
        _ instance: InstanceRecord,
        _ context: SignedInContext,
        typed: String = "",
        problem: String? = nil,
        notice: Notice? = nil,
    ) async throws -> Response {
        homes.board.look(.everybody, at: desk.now())
        var rows: [InstancePage.Server] = []
        for owned in try await desk.store.servers.all(in: instance) {
            var place: Int?
            if let id = owned.server.id, owned.server.observed == .queued { place = await servers.queue.place(of: id) }
            let row = InstancePage.Server(
                owned,
                place: place,
                reading: homes.board.server(owned.key),
                home: homes.board.home(owned.home).map { UseMeter($0) },
                now: desk.now(),
            )
            rows.append(row)
        }
        let page = InstancePage(
            instance,
            policy: desk.policy(of: instance),
            servers: rows,
            messages: try await desk.store.instanceMessages.current(in: instance.id ?? 0, at: desk.now()),
            typedMessage: typed,
            problem: problem,
            faults: await catalogues?.faults(of: instance) ?? [],
            now: desk.now(),
        )
        let status: HTTPResponse.Status = problem == nil ? .ok : .badRequest
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }

    @Sendable private func say(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let text = form["text"] ?? ""
        do {
            try await desk.say(text, in: instance, by: context.user.name, for: form["hours"].flatMap { Int($0) })
        } catch let error as StoreError {
            return try await page(instance, context, typed: text, problem: "\(error.message) \(error.remedy)")
        }
        return back(instance.name, "said")
    }

    @Sendable private func withdraw(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        guard let id = context.parameters.get("message", as: Int64.self) else { throw HubError.notFound }
        try await desk.store.instanceMessages.withdraw(id, in: instance.id ?? 0)
        return back(instance.name, "withdrawn")
    }

    @Sendable private func setClosed(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        let isClosed = try await FormBody(of: request, limit: context.maxUploadSize)["closed"] == "true"
        let details = ["what": isClosed ? "closed to newcomers" : "open to newcomers"]
        let audit = AuditTrail(store: desk.store, now: desk.now)
        try await audit.noting(.instanceChanged, .instance(instance.name), details: details)
            .instances.change(instance.name) { $0.isClosed = isClosed }
        context.logger.notice(
            "instance.newcomers",
            metadata: ["instance": "\(instance.name)", "closed": "\(isClosed)"]
        )
        return back(instance.name, isClosed ? "closed" : "opened")
    }

    @Sendable private func stop(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        let key = ServerKey(user: try context.userName(), server: instance.name.server)
        guard try await servers.stop(key) != nil else { throw HubError.notFound }
        context.logger.notice("instance.stop", metadata: ["server": "\(key)", "by": "\(context.user.name)"])
        return back(instance.name, "stop")
    }

    @Sendable private func stopAll(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(desk)
        for owned in try await desk.store.servers.all(in: instance) where owned.server.wanted == .running {
            try await servers.stop(owned.key)
        }
        context.logger.notice("instance.stopAll", metadata: ["instance": "\(instance.name)"])
        return back(instance.name, "stopAll")
    }
}
