import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// What the proxy sends to the hub because no server is behind it, and the hub's own small addresses (reference 2.6).
struct FallbackPages {
    let desk: ServerDesk
    let pages: PageResponder

    /// Addresses that need not know who asks.
    var plainEndpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("hub/logo", use: logo)
            .get("hub/badge.svg", use: badge)
            .get("hub/badge_logo.svg", use: badge)
            .get("hub/static/:name", use: asset)
            .get("hub/error/:status", use: errorForProxy)
            .get("hub/health", use: health)
            .head("hub/health", use: health)
    }

    /// Addresses for everybody.
    var endpoints: RouteCollection<HubContext> {
        let routes = RouteCollection(context: HubContext.self)
        routes.get("/", use: front)
        routes.get("hub", use: front)
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete] {
            routes.on("hub/user/**", method: method, use: notRunning)
            routes.on("hub/**", method: method, use: intoHub)
            routes.on("**", method: method, use: intoHub)
        }
        return routes
    }

    @Sendable private func health(_ request: Request, context: HubContext) async throws -> Response {
        Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"])
    }

    /// `/` and `/hub/`: to the running server, or to where it is started.
    @Sendable private func front(_ request: Request, context: HubContext) async throws -> Response {
        // Also from `/hub`: the cookies belong to what is below it, so nobody is ever signed in there.
        guard request.uri.path == HubPath.prefix else { return .redirect(to: HubPath.prefix, type: .found) }
        guard let user = context.caller.user else { throw HubError.notSignedIn }
        let key = ServerKey(user: user.name)
        let owned = try await desk.store.servers.find(key)
        let isReady = owned?.server.observed == .ready && owned?.server.wanted == .running
        return .redirect(to: isReady ? key.prefix : HubPath.home, type: .found)
    }

    /// A path outside the hub that no server has: the hub's page about it.
    @Sendable private func intoHub(_ request: Request, context: HubContext) async throws -> Response {
        guard !request.uri.path.hasPrefix(HubPath.prefix) else { throw HubError.noSuchPage(request.uri.path) }
        return .redirect(to: HubPath.prefix + request.uri.string.dropFirst(), type: .found)
    }

    // MARK: A server that isn't there

    @Sendable private func notRunning(_ request: Request, context: HubContext) async throws -> Response {
        let whole = String(request.uri.string.dropFirst("/hub".count))
        guard let caller = context.caller.user else { throw HubError.notSignedIn }
        if request.method == .get, let path = try await ownPath(whole, of: caller) {
            return .redirect(to: path, type: .found)
        }
        guard let key = try await key(inPath: whole), key.user == caller.name || caller.isAdmin else {
            throw HubError.notFound
        }
        let server = try await desk.store.servers.find(key)?.server
        if request.method == .get, !request.wantsJSON {
            let notebook = NotebookLink(whole, in: key)?.inLab
            if server?.pending == "spawn" {
                return .redirect(to: HubPath.progress(key) + "?next=\((notebook ?? whole).queryValue)", type: .normal)
            }
            if server?.observed == .ready {
                if let notebook { return .redirect(to: notebook, type: .found) }
                return try redirectBack(to: whole, request: request)
            }
            // A link to a repository or a notebook is followed to its end, as those through user-redirect are.
            if key.user == caller.name, Self.isPull(whole, at: key) || notebook != nil {
                return .redirect(to: HubPath.start(key) + "?next=\((notebook ?? whole).queryValue)", type: .found)
            }
            return try page(about: key, server: server, next: whole, context: context)
        }
        throw HubError.notRunning(key.description)
    }

    /// The path that is meant by one which names somebody otherwise than the hub does: in capitals, or by the id that they have
    /// at openBIS, from where links come with it (reference `openbis.md` 1.6).
    ///
    /// - Returns: nil where the name is as it should be, or isn't a name.
    private func ownPath(_ path: String, of caller: UserRecord) async throws -> String? {
        let start = "/user/"
        let segment = path.dropFirst(start.count).prefix { $0 != "/" && $0 != "?" }
        guard path.hasPrefix(start), let named = UserName(pathSegment: segment) else { return nil }
        var meant = named
        if named != caller.name {
            let mine = try await desk.store.identities.all(ofUser: caller.id ?? 0)
            let isMine = mine.contains { (try? UserName(normalizing: $0.subject)) == named }
            if isMine { meant = caller.name }
        }
        guard meant.pathSegment != segment else { return nil }
        return start + meant.pathSegment + path.dropFirst(start.count + segment.count)
    }

    /// Whether nbgitpuller answers at a path of a server (reference egi 5.1).
    private static func isPull(_ path: String, at key: ServerKey) -> Bool {
        let below = path.prefix { $0 != "?" }.dropFirst(key.prefix.count)
        return path.hasPrefix(key.prefix) && ["git-pull", "git-sync", "interact"].contains(below)
    }

    /// The server a path below `/user/` belongs to: a named one if the second part names one, else the default one.
    private func key(inPath path: String) async throws -> ServerKey? {
        let parts = path.split(separator: "?", maxSplits: 1)[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, let user = UserName(pathSegment: parts[2]) else { return nil }
        if parts.count > 3, let name = try? ServerName(String(parts[3])), !name.isDefault {
            let named = ServerKey(user: user, server: name)
            if try await desk.store.servers.find(named) != nil { return named }
            let isInstance = try await desk.store.instances.named(InstanceName(of: name)) != nil
            if isInstance, name.text != InstanceName.default.text { return named }
        }
        return try await desk.store.users.named(user) == nil ? nil : ServerKey(user: user)
    }

    /// The route is on its way to the proxy: send the browser round again, but not for ever.
    private func redirectBack(to path: String, request: Request) throws -> Response {
        let rounds = request.uri.queryParameters["redirects"].flatMap { Int($0) } ?? 0
        guard rounds < 4 else { throw HubError.proxyBehind }
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let kept = (parts.count > 1 ? parts[1].split(separator: "&") : []).filter { !$0.hasPrefix("redirects=") }
        let query = kept.map(String.init) + ["redirects=\(rounds + 1)"]
        return .redirect(to: "\(parts[0])?\(query.joined(separator: "&"))", type: .found)
    }

    private func page(
        about key: ServerKey,
        server: ServerRecord?,
        next: String,
        context: HubContext,
    ) throws -> Response {
        let page = NotRunningPage(
            serverName: key.server.title,
            cause: NotRunningPage.Cause(server),
            startURL: PageLink(HubPath.start(key)),
            next: next,
            logURL: server == nil ? nil : PageLink(HubPath.log(key)),
        )
        return try pages.page(
            page,
            status: ErrorResponse.status(of: HubError.notRunning(key.description)),
            for: context.caller.user,
            xsrf: context.xsrf,
        )
    }

    // MARK: Small things

    /// The page that the proxy shows when a server doesn't answer; the proxy gives it the real status (reference 4.2).
    @Sendable private func errorForProxy(_ request: Request, context: HubContext) async throws -> Response {
        guard let status = Int(context.parameters.get("status") ?? ""), (400...599).contains(status) else {
            throw HubError.noSuchPage(request.uri.path)
        }
        let asked = request.uri.queryParameters["url"].map(String.init)
        // What somebody shows in an address must not come back in a page.
        let shown = asked?.contains("token=") == true ? nil : asked
        let url = NextURL(untrusted: shown, ownHosts: [])?.path
        let page = ErrorPage(
            status: status,
            requestID: context.client.requestID,
            retryURL: url.map { PageLink($0) },
        )
        return try pages.page(page, for: nil, xsrf: "")
    }

    @Sendable private func logo(_ request: Request, context: HubContext) async throws -> Response {
        try asset(named: "logo.svg", request)
    }

    /// The picture of links to repositories; BinderHub's name for it leads here too (reference egi 6.1).
    @Sendable private func badge(_ request: Request, context: HubContext) async throws -> Response {
        try asset(named: "badge.svg", request)
    }

    @Sendable private func asset(_ request: Request, context: HubContext) async throws -> Response {
        try asset(named: context.parameters.require("name"), request)
    }

    private func asset(named name: String, _ request: Request) throws -> Response {
        guard let asset = pages.renderer.assets[name] else { throw HubError.noSuchPage(request.uri.path) }
        let version = request.uri.queryParameters["v"].map(String.init)
        var headers: HTTPFields = [
            .contentType: asset.contentType,
            .eTag: asset.etag,
            .cacheControl: asset.cacheControl(requestedVersion: version),
        ]
        if asset.isKnown(ifNoneMatch: request.headers[.ifNoneMatch]) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)),
        )
    }
}

extension NotRunningPage.Cause {
    init(_ server: ServerRecord?) {
        guard let server else {
            self = .neverStarted
            return
        }
        self =
            switch server.failure {
            case nil: .unknown
            case let note? where note.isNote: .noted(note.message)
            case .some: .ended
            }
    }
}
