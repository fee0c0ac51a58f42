import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Logging

/// Leads from a launch link to a server that runs with the repository's environment and files.
struct LaunchDesk: Sendable {
    /// Who launches.
    struct Launcher: Sendable {
        /// Nil for a program without a token, for which a visitor is made where anybody may enter.
        var user: UserRecord?
        /// Whether a token for the server is wanted: of programs, which have no session.
        var wantsToken: Bool
        let client: ClientConnection
        /// The hub's public address, with a slash at its end.
        let host: String
    }

    let builds: BuildDesk
    let servers: ServerDesk
    let entry: EntryDesk
    let visitors: VisitorKeeper
    /// How long a token lasts that a program was given; its server may end earlier.
    static let tokenLifetime: TimeInterval = 86_400

    private var store: Store { servers.store }

    /// The instance that launched servers belong to.
    ///
    /// - Throws: ``LaunchError/off``.
    func instanceName() throws(LaunchError) -> InstanceName {
        guard let text = builds.settings().instance, let name = try? InstanceName(text) else { throw .off }
        return name
    }

    /// What happens to a launch, up to its end; whoever stops listening ends it, but not the build.
    func launch(_ link: LaunchLink, by launcher: Launcher) -> AsyncStream<LaunchEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: LaunchEvent.self)
        let work = Task {  // lives as long as its listener: its end cancels it below
            do {
                try await run(link, launcher) { continuation.yield($0) }
            } catch is CancellationError {
            } catch {
                continuation.yield(Self.failure(error))
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return stream
    }

    /// The event that tells of an error.
    static func failure(_ error: any Error) -> LaunchEvent {
        var event: LaunchEvent
        switch error {
        case let error as BuilderProblem:
            event = LaunchEvent(.failed, error.text)
            event.status =
                ["link.busy": 503, "repository.unreachable": 502, "record.unreachable": 502][error.code] ?? 404
        case let error as LaunchError:
            event = LaunchEvent(.failed, "\(error.message) \(error.remedy)".trimmingCharacters(in: .whitespaces))
            event.status = error.status
            if case .running(let path) = error { event.open = path }
        case let error as any CarrelError:
            event = LaunchEvent(.failed, "\(error.message) \(error.remedy)")
            event.status = ErrorResponse.status(of: error).code
        default:
            event = LaunchEvent(.failed, "The hub made a mistake. Tell the operator.")
            event.status = 500
        }
        return event
    }

    // MARK: Steps

    private func run(
        _ link: LaunchLink,
        _ launcher: Launcher,
        tell: @escaping @Sendable (LaunchEvent) -> Void,
    ) async throws {
        let name = try instanceName()
        guard builds.settings().providers.contains(link.provider) else { throw LaunchError.notFollowed(link.provider) }
        let user = try await enter(name, launcher)
        do {
            try await run(link, launcher, as: user, in: name, tell: tell)
        } catch {
            if launcher.user == nil { await seeOff(user) }
            throw error
        }
    }

    private func run(
        _ link: LaunchLink,
        _ launcher: Launcher,
        as user: UserRecord,
        in name: InstanceName,
        tell: @escaping @Sendable (LaunchEvent) -> Void,
    ) async throws {
        // A visitor who waits is no visitor who has gone.
        let presence = Task {
            while (try? await Task.sleep(for: .seconds(600))) != nil {
                try? await store.users.recordActivity(of: user.id ?? 0, at: servers.now())
            }
        }
        defer { presence.cancel() }
        tell(LaunchEvent(.waiting, "Finding out what \(link.request) stands for"))
        let resolved = try await builds.resolve(link.provider, link.spec)
        let id = BuildDesk.id(of: resolved)
        let key = ServerKey(user: user.name, server: name.server)
        // Before the build: whoever has another server needs no environment.
        if let open = try await other(than: id, key) { throw LaunchError.running(open: open) }
        do {
            try await build(resolved, for: user, tell)
        } catch is CancellationError {
            // A task of its own, as a cancelled one can't ask the store.
            await Task { await builds.abandon(id) }.value
            throw CancellationError()
        }
        let origin = origin(link, resolved, id, launcher)
        try await start(key, origin, launcher, tell)
        var ready = LaunchEvent(.ready, "server running at \(launcher.host)\(key.prefix.dropFirst())")
        ready.url = launcher.host + String(key.prefix.dropFirst())
        ready.token = launcher.wantsToken ? try await token(for: key) : ""
        ready.image = id
        ready.repositoryURL = resolved.repository
        ready.refURL = resolved.web
        ready.host = launcher.host
        ready.request = link.request
        ready.persistentRequest = origin.variables["BINDER_PERSISTENT_REQUEST"]
        tell(ready)
    }

    /// Who the server will belong to.
    private func enter(_ name: InstanceName, _ launcher: Launcher) async throws -> UserRecord {
        let page = HubPath.enter(name)
        if let user = launcher.user {
            switch try await entry.gate(name, for: user).1 {
            case .through: return user
            case .form, .signIn: throw LaunchError.page(page)
            case .unknown: throw LaunchError.off
            case .refused(let refusal):
                throw HubError.cannotEnter(instance: name.text, refusal: refusal)
            }
        }
        let attempt = EntryDesk.Attempt(ticked: [], code: "", client: launcher.client, userAgent: "")
        do {
            switch try await entry.enter(name, as: nil, with: attempt) {
            case .welcome(let visitor, _, _): return visitor
            case .tooMany:
                throw LaunchError.failed("There are too many visitors at the moment. Try again later.")
            case .through, .unticked, .wrongCode, .wait: throw LaunchError.page(page)
            }
        } catch HubError.notSignedIn {
            throw LaunchError.page(page)
        }
    }

    /// A visitor that was made for a launch that came to nothing.
    private func seeOff(_ visitor: UserRecord) async {
        await Task {
            _ = try? await store.sessions.endOthers(ofUser: visitor.id ?? 0, keeping: 0)
            try? await visitors.look(at: visitor)
        }.value
    }

    /// Where a person's other server is that is in the way of this launch.
    private func other(than id: String, _ key: ServerKey) async throws -> String? {
        guard let server = try await store.servers.find(key)?.server else { return nil }
        let isAtRest = server.wanted == .stopped && server.observed == .stopped
        return isAtRest || server.options?.launch?.build == id ? nil : key.prefix
    }

    private func build(
        _ link: ResolvedLink,
        for user: UserRecord,
        _ tell: @Sendable (LaunchEvent) -> Void,
    ) async throws {
        let id = BuildDesk.id(of: link)
        // Listen first and look then: the end may come between the two.
        let events = builds.events(of: id, for: user)
        let build = try await builds.request(link, for: user)
        if build.state == .built {
            var found = LaunchEvent(.built, "Found built environment, launching...")
            found.imageName = id
            return tell(found)
        }
        var asked = LaunchEvent(.waiting, "Its environment is to be built")
        asked.imageName = id
        tell(asked)
        for await event in events {
            switch event {
            case .waiting(let place):
                let before = place == 1 ? "You are next" : "\(place - 1) before you"
                tell(LaunchEvent(.waiting, "Waiting for a place to build. \(before)."))
            case .line(let line):
                // `built` and `failed` are for the hub to say, when the result was looked at.
                guard let phase = LaunchEvent.Phase(rawValue: line.phase), phase != .built, phase != .failed else {
                    continue
                }
                tell(LaunchEvent(phase, line.message))
            case .built:
                var built = LaunchEvent(.built, "Built environment, launching...")
                built.imageName = id
                return tell(built)
            case .failed(let message): throw LaunchError.failed(message)
            }
        }
        try Task.checkCancellation()
        throw LaunchError.failed("The hub is being restarted; the build goes on. Launch it again.")
    }

    private func start(
        _ key: ServerKey,
        _ origin: LaunchOrigin,
        _ launcher: Launcher,
        _ tell: @Sendable (LaunchEvent) -> Void,
    ) async throws {
        tell(LaunchEvent(.launching, "Launching server..."))
        let server = try await servers.start(key, options: StartOptions(launch: origin))
        guard server.options?.launch?.build == origin.build else { throw LaunchError.running(open: key.prefix) }
        guard let id = server.id else { throw HubError.notFound }
        for await event in servers.board.events(of: id) {
            if event.failed == true { throw LaunchError.failed(try await reason(key) ?? event.message) }
            if event.ready == true { return }
            tell(LaunchEvent(.launching, event.message))
        }
        try Task.checkCancellation()
        guard try await store.servers.find(key)?.server.observed == .ready else {
            throw LaunchError.failed("The server was stopped while it started. Launch it again.")
        }
    }

    private func reason(_ key: ServerKey) async throws -> String? {
        try await store.servers.find(key)?.server.failure.map { "\($0.message) \($0.remedy)" }
    }

    private func origin(_ link: LaunchLink, _ resolved: ResolvedLink, _ id: String, _ launcher: Launcher)
        -> LaunchOrigin
    {
        let persistent =
            resolved.ref.map { ref in
                link.spec.hasSuffix("/\(ref)")
                    ? "v2/\(link.provider.rawValue)/\(link.spec.dropLast(ref.count))\(resolved.commit)" : link.request
            } ?? link.request
        return LaunchOrigin(
            build: id,
            folder: resolved.folderName,
            variables: [
                "BINDER_REPO_URL": resolved.repository,
                "BINDER_REF_URL": resolved.web,
                "BINDER_LAUNCH_HOST": launcher.host,
                "BINDER_REQUEST": link.request,
                "BINDER_PERSISTENT_REQUEST": persistent,
                "BINDER_CLIENT_IP": launcher.client.address,
            ],
        )
    }

    /// A token that opens this server and nothing else.
    private func token(for key: ServerKey) async throws -> String {
        guard let owned = try await store.servers.find(key) else { throw HubError.notFound }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        var record = TokenRecord(
            userId: owned.server.userId,
            secretHash: secret.hash.hex,
            scopes: ["access:servers!server=\(key.fullName)"],
            note: "Launched at \(key.prefix)",
            createdAt: servers.now(),
        )
        record.serverId = owned.server.id
        record.expiresAt = servers.now().addingTimeInterval(Self.tokenLifetime)
        _ = try await store.tokens.add(record)
        return secret.reveal()
    }
}
