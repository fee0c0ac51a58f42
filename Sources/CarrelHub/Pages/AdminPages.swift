import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page for admins, and what can be done on it.
struct AdminPages {
    let homes: HomeDesk
    let servers: ServerDesk
    let signUps: SignUpDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        let routes = RouteCollection(context: SignedInContext.self)
        routes.get("admin", use: show)
        routes.post("admin/quota/:user", use: setQuota)
        routes.post("admin/requests/:request", use: answer)
        routes.post("admin/sign-ups/:signUp", use: answerSignUp)
        for path in [":user", ":user/:server"] {
            routes.post("admin/start/\(path)", use: start)
            routes.post("admin/stop/\(path)", use: stop)
        }
        return routes
    }

    // MARK: Looking

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let notice = request.uri.queryParameters["done"].flatMap { Self.notices[String($0)] }
        return try await page(context, view: AdminView(request), notice: notice)
    }

    private static let notices: [String: Notice] = [
        "start": .done("The server was asked to start."),
        "stop": .done("The server was asked to stop."),
        "quota": .done("The quota is set, and holds at once."),
        "noted": .problem(
            "The quota is noted, but couldn’t be set now. It holds from the next start; the log says why."
        ),
        "granted": .done("The request is granted. Its user sees your answer."),
        "declined": .done("The request is declined. Its user sees your answer."),
        "approved": .done("The account is made. They can sign in now, with the password that they chose."),
        "refused": .done("They are off the list, and get no account."),
    ]

    func page(
        _ context: SignedInContext,
        view: AdminView,
        notice: Notice? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        homes.board.look(.everybody, at: homes.now())
        let all = try await homes.store.users.all()
        let (shown, count) = view.choose(from: all) { user in
            AdminView.Facts(
                name: user.name.text,
                used: homes.usage(of: user)?.used.bytes ?? 0,
                active: user.lastActivityAt,
            )
        }
        let memberships = try await homes.store.groups.byUser()
        var rows: [AdminPage.Row] = []
        for user in shown {
            let groups = memberships[user.id ?? 0] ?? []
            rows.append(try await row(user, groups: groups, number: rows.count, view: view))
        }
        let groups = try await homes.store.groups.all()
        let page = AdminPage(
            view: view,
            rows: rows,
            count: count,
            wishes: try await homes.store.requests.all(.open).map { owned in
                AdminPage.Wish(owned, usage: homes.usage(of: owned.owner), groups: groups, view: view, now: homes.now())
            },
            newcomers: try await newcomers(),
            strength: homes.storage.quotaStrength,
            notBuilt: servers.instances.configuration().environments.filter { environment in
                !EnvironmentFolder(path: environment.path).isBuilt
            }.map(\.name),
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }

    private func row(
        _ user: UserRecord,
        groups: [GroupRecord],
        number: Int,
        view: AdminView,
    ) async throws -> AdminPage.Row {
        var records = try await homes.store.servers.all(ofUser: user.id ?? 0)
        if !records.contains(where: \.name.isDefault) {
            records.insert(ServerRecord(userId: user.id ?? 0, name: .default), at: 0)
        }
        var shown: [AdminPage.Server] = []
        for record in records {
            let key = ServerKey(user: user.name, server: record.name)
            var place: Int?
            if let id = record.id, record.observed == .queued { place = await servers.queue.place(of: id) }
            let reading = homes.board.server(key)
            shown.append(AdminPage.Server(record, key: key, place: place, reading: reading, view: view))
        }
        return AdminPage.Row(
            user,
            number: number,
            servers: shown,
            usage: homes.usage(of: user),
            quota: HomeQuota(own: user.homeQuota, groups: groups, everybody: homes.defaultQuota()),
            groups: groups,
            view: view,
            now: homes.now(),
        )
    }

    // MARK: Servers

    @Sendable private func start(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let key = try context.serverKey(needing: .startServers)
        try await servers.start(key)
        context.logger.notice("admin.start", metadata: ["server": "\(key)"])
        return back(to: request, done: "start")
    }

    @Sendable private func stop(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let key = try context.serverKey(needing: .deleteServers)
        guard try await servers.stop(key) != nil else { throw HubError.notFound }
        context.logger.notice("admin.stop", metadata: ["server": "\(key)"])
        return back(to: request, done: "stop")
    }

    // MARK: Quotas and requests

    @Sendable private func setQuota(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let name = try context.userName()
        try context.rights.require(.adminUsers, on: name)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let quota: ByteCount?
        do {
            quota = form["whose"] == "default" ? nil : try ByteCount(text: Self.trimmed(form["size"]))
        } catch {
            return try await page(context, view: AdminView(request), notice: Self.problem(error), status: .badRequest)
        }
        let problem = try await homes.setQuota(quota, of: name)
        context.logger.notice(
            "admin.quota",
            metadata: ["of": "\(name)", "quota": "\(quota?.description ?? "default")"]
        )
        return noted(problem, request, context, done: "quota")
    }

    @Sendable private func answer(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        guard let id = Int64(try context.parameters.require("request")),
            let owned = try await homes.store.requests.withID(id)
        else { throw HubError.notFound }
        try context.rights.require(.adminUsers, on: owned.owner.name)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let (text, admin) = (form["answer"] ?? "", context.user.name)
        do {
            switch form["decision"] {
            case "grant":
                let isRoom = owned.request.kind == .storage
                let quota = isRoom ? try ByteCount(text: Self.trimmed(form["size"])) : nil
                let group = try Self.group(form["group"], of: owned.request, context.rights)
                let problem = try await homes.grant(id, quota: quota, group: group, answer: text, by: admin)
                context.logger.notice("request.granted", metadata: ["request": "\(id)"])
                return noted(problem, request, context, done: "granted")
            case "decline":
                let store = homes.store.requests
                try await store.answer(id, with: .declined, answer: text, by: admin, at: homes.now())
                context.logger.notice("request.declined", metadata: ["request": "\(id)"])
                return back(to: request, done: "declined")
            default: throw HubError.badRequest("A request is granted or declined.")
            }
        } catch let error as any CarrelError where error is StoreError || error is UnitError || error is NameError {
            return try await page(context, view: AdminView(request), notice: Self.problem(error), status: .badRequest)
        }
    }

    /// Which group is joined, when a request for one is granted.
    private static func group(_ text: String?, of request: RequestRecord, _ rights: Rights) throws -> GroupName? {
        guard request.kind == .group, let text, !text.isEmpty else { return nil }
        let name = try GroupName(text)
        try rights.require(.groups, on: name)
        return name
    }

    private func noted(
        _ problem: SpawnError?,
        _ request: Request,
        _ context: SignedInContext,
        done: String,
    ) -> Response {
        if let problem { context.logger.warning("quota.notSet", metadata: ["error": "\(problem)"]) }
        return back(to: request, done: problem == nil ? done : "noted")
    }

    /// Back to the list as it was.
    func back(to request: Request, done: String) -> Response {
        .redirect(to: "\(AdminView(request).url.text)&done=\(done)", type: .normal)
    }

    static func problem(_ error: any CarrelError) -> Notice {
        .problem("\(error.message) \(error.remedy)")
    }

    private static func trimmed(_ text: String?) -> String {
        (text ?? "").trimmingCharacters(in: .whitespaces)
    }
}

extension AdminView {
    init(_ request: Request) {
        let query = FormBody(query: request.uri.query)
        self.init(search: query["q"], order: query["sort"], page: query["page"])
    }
}

extension SignedInContext {
    /// Goes on only for admins.
    ///
    /// - Throws: ``HubError/notAdmin``.
    func requireAdmin() throws(HubError) {
        guard rights.scopes.allows(.adminUI) else { throw .notAdmin }
    }
}
