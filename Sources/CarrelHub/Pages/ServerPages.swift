import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// The pages about one's servers: home, start, its progress, stop, log.
struct ServerPages {
    let desk: ServerDesk
    let homes: HomeDesk
    let pages: PageResponder
    let runs: RunBook
    let connections: ConnectionDesk
    let ownHosts: @Sendable (ClientConnection) -> [String]

    var endpoints: RouteCollection<SignedInContext> {
        let routes = RouteCollection(context: SignedInContext.self)
        routes.get("home", use: home)
        routes.get("spawn", use: startMine)
        routes.post("spawn", use: start)
        for path in [":user", ":user/:server"] {
            routes.get("spawn/\(path)", use: start)
            routes.post("spawn/\(path)", use: start)
            routes.get("spawn-pending/\(path)", use: progress)
            routes.post("stop/\(path)", use: stop)
            routes.get("logs/\(path)", use: log)
        }
        return routes
    }

    // MARK: Home

    @Sendable private func home(_ request: Request, context: SignedInContext) async throws -> Response {
        homes.board.look(.user(context.user.name), at: desk.now())
        let views = try await desk.instances.views(for: context.user)
        let cards = try await cards(of: context.user, views)
        let makes = try await desk.instances.mayMake(context.user)
        let manages = views.contains { $0.manages && !$0.instance.name.isDefault }
        let answers = try await desk.store.requests.unseenAnswers(ofUser: context.user.id ?? 0)
        let page = HomePage(
            cards: cards,
            home: homes.usage(of: context.user).map { UseMeter($0) },
            news: answers.map { HomePage.News($0) },
            notices: try await notices(views),
            groups: context.places.map {
                HomePage.GroupLink(name: $0.group.name.text, url: PageLink(HubPath.myGroup($0.group.name)))
            },
            folders: desk.instances.configuration().sharedFolders
                .filter { $0.isShown(to: Set(context.places.map(\.group.name.text))) }.map { HomePage.Folder($0) },
            connections: try await connections.entries(of: context.user).map { HomePage.Connection($0) },
            instancesURL: makes || manages ? PageLink(HubPath.instances) : nil,
            makesInstances: makes,
            usageURL: PageLink(APIPath.usage(of: context.user.name)),
            isVisitor: context.user.isVisitor,
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    /// What is said in the instances that they have been in.
    private func notices(_ views: [InstanceDesk.View]) async throws -> [HomePage.InstanceNews] {
        var news: [HomePage.InstanceNews] = []
        for view in views where view.isShown && view.belongs {
            for notice in try await desk.instances.notices(in: view.instance) {
                news.append(HomePage.InstanceNews(notice, in: view.instance))
            }
        }
        return news
    }

    /// A card for each instance that is theirs to use, and for each further server of the default one.
    private func cards(of user: UserRecord, _ views: [InstanceDesk.View]) async throws -> [ServerCard] {
        let servers = try await desk.store.servers.all(ofUser: user.id ?? 0)
        var cards: [ServerCard] = []
        for view in views where view.isShown {
            let name = view.instance.name.server
            let server =
                servers.first { $0.name == name }
                ?? ServerRecord(userId: user.id ?? 0, name: name, instanceId: view.instance.id ?? 0)
            let asked = try await connections.sources(of: user, in: view.instance.settings).filter(\.inStartOptions)
            cards.append(await card(server, owner: user.name, in: view, asksSources: !asked.isEmpty))
        }
        let instances = Set(views.map(\.instance.name.server))
        for server in servers where !instances.contains(server.name) {
            cards.append(await card(server, owner: user.name, in: nil))
        }
        return cards
    }

    private func card(
        _ server: ServerRecord,
        owner: UserName,
        in view: InstanceDesk.View?,
        asksSources: Bool = false,
    ) async -> ServerCard {
        let key = ServerKey(user: owner, server: server.name)
        var place: Int?
        if let id = server.id, server.observed == .queued { place = await desk.queue.place(of: id) }
        let home = view.flatMap { view in
            view.instance.name.isDefault
                ? nil : homes.board.home(HomeID(instance: view.instance.name.text, slug: owner.unixName))
        }
        return ServerCard(
            id: server.name.text,
            displayName: view?.instance.title ?? server.name.title,
            state: server.cardState(place: place),
            since: server.startedAt ?? server.failure?.at,
            lastActivity: server.lastActivityAt,
            links: ServerCard.Links(
                open: PageLink(key.prefix),
                start: PageLink(HubPath.start(key)),
                stop: PageLink(HubPath.stop(key)),
                cancel: PageLink(HubPath.stop(key)),
                progress: PageLink(HubPath.progress(key)),
                log: server.id == nil ? nil : PageLink(HubPath.log(key)),
            ),
            failure: server.failure.map { FailureNotice($0, now: desk.now()) },
            use: ServerUse(serverName: server.name.text, reading: homes.board.server(key)),
            instance: view.map { view in
                ServerCard.Instance(
                    view,
                    policy: desk.instances.policy(of: view.instance),
                    home: home,
                    isRunning: server.id != nil && server.observed != .stopped,
                    asksSources: asksSources,
                )
            },
            now: desk.now(),
        )
    }

    // MARK: Start

    @Sendable private func startMine(_ request: Request, context: SignedInContext) async throws -> Response {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        return .redirect(to: HubPath.start(ServerKey(user: context.user.name)) + query, type: .found)
    }

    @Sendable private func start(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try startKey(context)
        let sent = try await Sent(request, context)
        let next = NextURL(untrusted: sent.next, ownHosts: ownHosts(context.client))?.path
        let server: ServerRecord
        do {
            try await desk.instances.checkWay(of: context.caller, to: key)
            if request.method == .get, let page = try await options(for: key, next: next, context: context) {
                return try pages.page(page, for: context.user, xsrf: context.xsrf)
            }
            if let form = sent.form, let refused = try await connect(form, for: key, context: context) {
                let page = try await choices(
                    for: key,
                    last: sent.options,
                    refused: refused,
                    next: next,
                    context: context
                )
                let status = ErrorResponse.status(of: refused.refusal)
                return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
            }
            server = try await desk.start(key, options: sent.options)
        } catch HubError.cannotEnter(_, .terms) where key.user == context.user.name {
            return try await toEntry(of: key, for: context.user, next: next)
        } catch HubError.notFound where key.user == context.user.name {
            // It may be one that a code opens.
            return try await toEntry(of: key, for: context.user, next: next)
        }
        if server.observed == .ready, server.wanted == .running {
            return .redirect(to: next ?? key.prefix, type: .found)
        }
        return .redirect(to: HubPath.progress(key) + Self.query(next), type: request.method == .post ? .normal : .found)
    }

    /// Leads to where terms are agreed to and codes typed, and from there back to the start.
    private func toEntry(of key: ServerKey, for user: UserRecord, next: String?) async throws -> Response {
        let name = InstanceName(of: key.server)
        guard let view = try await desk.instances.view(of: name, for: user) else { throw HubError.notFound }
        let hasAgreed = try await desk.store.instanceMembers.hasAgreed(user.id ?? 0, to: view.instance)
        let gate = EntryGate(instance: view.instance)
        guard case .form = gate.step(for: user, refusal: view.refusal, hasAgreed: hasAgreed) else {
            throw HubError.notFound
        }
        return .redirect(to: HubPath.enter(name) + Self.query(HubPath.start(key) + Self.query(next)), type: .normal)
    }

    @Sendable private func progress(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .readServers)
        let next = next(of: request, context: context)
        guard let owned = try await desk.store.servers.find(key), let id = owned.server.id else {
            throw HubError.notFound
        }
        let server = owned.server
        switch (server.pending, server.failure) {
        case (nil, _) where server.observed == .ready:
            return .redirect(to: next ?? key.prefix, type: .found)
        case ("stop", _):
            let page = StoppingPage(serverName: key.server.title)
            return try pages.page(page, for: context.user, xsrf: context.xsrf)
        case (nil, nil):
            return .redirect(to: HubPath.home, type: .found)
        case (nil, let failure?):
            let notice = FailureNotice(failure, now: desk.now())
            return try startPage(key, phase: .failed(notice), id: id, next: next, context: context)
        default:
            let phase: StartPage.Phase
            if server.observed == .queued, let wait = await desk.queue.wait(of: id) {
                phase = .queued(place: wait.place, estimate: runs.text(for: wait))
            } else {
                phase = .starting(percent: desk.board.latest(of: id)?.progress ?? 0)
            }
            return try startPage(key, phase: phase, id: id, next: next, context: context)
        }
    }

    private func startPage(
        _ key: ServerKey,
        phase: StartPage.Phase,
        id: Int64,
        next: String?,
        context: SignedInContext,
    ) throws -> Response {
        let page = StartPage(
            serverName: key.server.title,
            phase: phase,
            progressURL: PageLink("\(APIPath.progress(of: key))?_xsrf=\(context.xsrf)"),
            serverURL: PageLink(next ?? key.prefix),
            cancelURL: PageLink(HubPath.stop(key)),
            retryURL: PageLink(HubPath.start(key)),
            logURL: PageLink(HubPath.log(key)),
            next: next ?? "",
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    // MARK: Stop and log

    @Sendable private func stop(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .deleteServers)
        try await desk.stop(key)
        return .redirect(to: HubPath.home, type: .normal)
    }

    @Sendable private func log(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .readServers)
        try await desk.audit.noteOther(.serverLogRead, key)
        let lines = await desk.log(of: key, lines: 2_000)
        let text = lines.joined(separator: "\n")
        if request.uri.queryParameters["download"] != nil {
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/plain; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"\(key.directoryName).log\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)),
            )
        }
        let page = LogPage(
            serverName: key.server.title,
            log: text,
            isCut: lines.count == 2_000,
            refreshURL: PageLink(HubPath.log(key)),
            downloadURL: PageLink(HubPath.log(key) + "?download=1"),
            now: desk.now(),
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    // MARK: Where to go afterwards

    /// The checked `next` in a request's query.
    private func next(of request: Request, context: SignedInContext) -> String? {
        let given = request.uri.queryParameters["next"].map(String.init)
        return NextURL(untrusted: given, ownHosts: ownHosts(context.client))?.path
    }

    /// What came with a request to start a server, in its query or in the form it sends.
    private struct Sent {
        /// Where to go when ready, unchecked.
        let next: String?
        /// What was chosen; nil when there was nothing to choose.
        let options: StartOptions?
        /// All that was typed; nil where there was no form.
        let form: FormBody?

        init(_ request: Request, _ context: SignedInContext) async throws {
            form = request.method == .post ? try await FormBody(of: request, limit: context.maxUploadSize) : nil
            next = request.uri.queryParameters["next"].map(String.init) ?? form?["next"]
            let chosen = StartOptions(environment: form?["environment"], size: form?["size"])
            options = chosen == StartOptions() ? nil : chosen
        }
    }

    private static func query(_ next: String?) -> String { next.map { "?next=\($0.queryValue)" } ?? "" }
}

extension ServerName {
    /// What a server is called on pages.
    var title: String { isDefault ? "My server" : text }
}

extension ServerRecord {
    /// The state as a card shows it.
    func cardState(place: Int?) -> ServerCard.State {
        switch (wanted, observed) {
        case (.stopped, .stopped): failure.map { !$0.isNote } == true ? .failed : .stopped
        case (.stopped, _): .stopping
        case (.running, .queued): .queued(place: place ?? 1)
        case (.running, .ready): .ready
        case (.running, .stopped), (.running, .starting), (.running, .stopping): .starting
        }
    }
}

extension ServerRecord.Failure {
    /// Whether it only says why the server was stopped: nothing went wrong.
    var isNote: Bool { code.hasPrefix("server.") }
}

extension FailureNotice {
    init(_ failure: ServerRecord.Failure, now: Date) {
        self.init(
            message: failure.message,
            remedy: failure.remedy,
            log: failure.log.isEmpty ? nil : failure.log.joined(separator: "\n"),
            at: failure.at,
            now: now,
        )
    }
}
