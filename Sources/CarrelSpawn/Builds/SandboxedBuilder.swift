public import CarrelModel
import Foundation
import Glibc
import Synchronization

/// Runs `carrel-build-repository` in sandboxes, each as a throw-away user who sees nothing but their own build.
///
/// What was built becomes the hub's own, so that no later build can change it, and can be read by everybody.
public struct SandboxedBuilder: RepositoryBuilder {
    private let spawner: any JobFollower
    private let settings: @Sendable () -> BuilderSettings
    private let work: any BlockingWork

    /// How long a job may take to end when it is asked to.
    private static let grace = Duration.seconds(5)
    /// How much longer than its deadline a build may take to say that it is over.
    private static let patience = Duration.seconds(60)
    /// How long finding out what a link stands for may take.
    private static let resolving = Duration.seconds(90)
    /// How long giving a tree of files another owner may take, or removing it.
    private static let moving = Duration.seconds(600)

    /// Makes a builder.
    ///
    /// - Parameters:
    ///   - spawner: what runs the jobs.
    ///   - work: runs what blocks.
    ///   - settings: asked at each job.
    public init(
        spawner: any JobFollower,
        work: any BlockingWork,
        settings: @escaping @Sendable () -> BuilderSettings,
    ) {
        self.spawner = spawner
        self.work = work
        self.settings = settings
    }

    // MARK: Links

    /// Runs `resolve`; see ``RepositoryBuilder``.
    public func resolve(_ provider: String, _ spec: String, slot: Int) async throws -> ResolvedLink {
        let settings = settings()
        let id = "link_\(slot)"
        let words = ["resolve", "--hosts", Self.hostsInside, "--", provider, spec]
        let order = try await order(id, words, target: nil, slot: slot, settings)
        let lines = Mutex<[String]>([])
        do {
            try await run(order, within: Self.resolving) { line in lines.withLock { $0.append(line) } }
        } catch let error as JobFailure {
            guard case .code = error else { throw Self.tooSlow }
        } catch is CancellationError {
            // Nobody takes this job over, unlike a build; a task of its own, as a cancelled one can't wait for its end.
            await Task { try? await spawner.stop(id: id, grace: .zero) }.value
            throw CancellationError()
        }
        for line in lines.withLock({ $0.reversed() }) {
            let data = Data(line.utf8)
            if let link = try? JSONDecoder().decode(ResolvedLink.self, from: data) { return link }
            if let failure = try? JSONDecoder().decode(Failure.self, from: data) { throw failure.failure }
        }
        throw BuilderProblem(
            code: "link.failed",
            message: "The link couldn't be looked at: \(lines.withLock { $0.last } ?? "the builder said nothing").",
            remedy: "Tell the operator.",
        )
    }

    private struct Failure: Decodable {
        let failure: BuilderProblem
    }

    private static var tooSlow: BuilderProblem {
        BuilderProblem(
            code: "repository.unreachable",
            message: "It took too long to find out what the link stands for.",
            remedy: "Try again later.",
        )
    }

    // MARK: Builds

    /// Runs `build`, or follows one that runs; see ``RepositoryBuilder``.
    public func build(
        _ id: String,
        _ link: BuildSource,
        slot: Int,
        line: @escaping @Sendable (BuilderLine) async -> Void,
    ) async throws -> Int64 {
        let settings = settings()
        let job = Self.job(id)
        let last = Mutex<String?>(nil)
        let tell: @Sendable (String) async -> Void = { text in
            let said = BuilderLine(reading: text)
            if said.phase == "failed" { last.withLock { $0 = text } }
            await line(said)
        }
        let limit = settings.deadline + Self.patience
        let room = DiskRoom(path: "\(settings.folder)/\(id)", limit: settings.environmentLimit)
        do {
            if let running = await spawner.find(id: job) {
                try await follow(running, within: limit, watching: room, tell)
            } else {
                try await removeFolder(id, settings)
                let target = try await makeTarget(id, slot: slot, settings)
                let order = try await order(
                    job,
                    Self.words(link, target, settings),
                    target: target,
                    slot: slot,
                    settings
                )
                try await run(order, within: limit, watching: room, tell)
            }
        } catch let failure as JobFailure {
            try await removeFolder(id, settings)
            throw failure.problem(last.withLock { $0 })
        }
        return try await keep(id, settings)
    }

    /// Looks for its job; see ``RepositoryBuilder``.
    public func isRunning(_ id: String) async -> Bool { await spawner.find(id: Self.job(id)) != nil }

    /// Ends its job first; see ``RepositoryBuilder``.
    public func remove(_ id: String) async throws {
        try await spawner.stop(id: Self.job(id), grace: .zero)
        spawner.forgetLog(id: Self.job(id))
        try await removeFolder(id, settings())
    }

    /// Looks into the folder of all builds; see ``RepositoryBuilder``.
    public func folders() async throws -> Set<String> {
        let folder = settings().folder
        return try await work.run {
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return Set(try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") })
        }
    }

    /// The id of a build's job, for those who look for what is left of jobs; no server's has an underscore.
    public static func job(_ id: String) -> String { "build_\(id)" }

    private static func words(_ link: BuildSource, _ target: String, _ settings: BuilderSettings) -> [String] {
        [
            "build", "--repo", link.repository, "--ref", link.commit, "--provider", link.provider, "--target", target,
            "--hosts", hostsInside, "--deadline", "\(settings.deadline.wholeSeconds)",
            "--disk-bytes", "\(settings.environmentLimit.bytes)",
            "--repository-bytes", "\(settings.repositoryLimit.bytes)",
        ]
    }

    // MARK: Jobs

    private func run(
        _ order: StartOrder,
        within limit: Duration,
        watching room: DiskRoom? = nil,
        _ line: @escaping @Sendable (String) async -> Void,
    ) async throws {
        spawner.forgetLog(id: order.id)
        try await follow(try await spawner.start(order) { _ in }, within: limit, watching: room, line)
    }

    /// Follows a job to its end, and ends it when it takes too long or too much of the disk.
    private func follow(
        _ job: RunningServer,
        within limit: Duration,
        watching room: DiskRoom?,
        _ line: @escaping @Sendable (String) async -> Void,
    ) async throws {
        let spawner = spawner
        let end = try await withThrowingTaskGroup(of: JobFailure?.self) { group in
            group.addTask {
                do {
                    let exit = try await spawner.follow(job, line: line)
                    return exit.code == 0 ? nil : .code(exit.code)
                } catch SpawnError.cancelled {
                    throw CancellationError()
                }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return .slow(limit)
            }
            if let room {
                group.addTask {
                    .large(try await room.exceeded())
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try await spawner.stop(id: job.id, grace: Self.grace)
        if let end { throw end }
    }

    private func order(
        _ id: String,
        _ words: [String],
        target: String?,
        slot: Int,
        _ settings: BuilderSettings,
    ) async throws -> StartOrder {
        let account = settings.accounts.isEmpty ? nil : settings.accounts[slot % settings.accounts.count]
        let (places, addresses) = (Places(folder: settings.folder), settings.addresses)
        try await work.run { try places.prepare(addresses: addresses) }
        return StartOrder(
            id: id,
            unixName: "build",
            account: account,
            home: places.nothing,
            environment: settings.environment,
            command: ["\(settings.environment)/bin/carrel-build-repository"] + words,
            variables: settings.variables.merging(["DPKG_ADMINDIR": Self.packagesInside]) { ours, _ in ours },
            hubDirectory: places.nothing,
            servicePrefix: "/",
            folders: [FolderBinding(host: places.hosts, inside: Self.hostsFolder, access: .readOnly)]
                + Self.packages
                + (target.map { [FolderBinding(host: $0, inside: $0, access: .readWrite)] } ?? []),
            limits: settings.limits,
        )
    }

    /// Which packages the machine has, where it has Debian's: a sandbox has a `/var` of its own.
    private static var packages: [FolderBinding] {
        guard access("/var/lib/dpkg/status", R_OK) == 0 else { return [] }
        return [FolderBinding(host: "/var/lib/dpkg", inside: packagesInside, access: .readOnly)]
    }

    private static let packagesInside = "/run/carrel/dpkg"
    private static let hostsFolder = "/run/carrel/hosts"
    private static let hostsInside = "\(hostsFolder)/\(Places.hostsFile)"

    // MARK: Folders

    private func makeTarget(_ id: String, slot: Int, _ settings: BuilderSettings) async throws -> String {
        let path = "\(settings.folder)/\(id)"
        let account = settings.accounts.isEmpty ? nil : settings.accounts[slot % settings.accounts.count]
        try await work.run {
            try SystemFailure.check("mkdir", path) { mkdir(path, 0o755) }
            guard let account else { return }
            try SystemFailure.check("chown", path) { lchown(path, account.uid, account.gid) }
        }
        return path
    }

    /// Makes what was built the hub's own; nothing of the build runs any more, and nobody else reaches the folder.
    private func keep(_ id: String, _ settings: BuilderSettings) async throws -> Int64 {
        let path = "\(settings.folder)/\(id)"
        guard access("\(path)/environment.whole", F_OK) == 0 else {
            throw BuilderProblem(
                code: "build.system",
                message: "The builder ended without an environment.",
                remedy: "Tell the operator.",
            )
        }
        if !settings.accounts.isEmpty {
            let chown = ["-R", "--no-dereference", "0:0", "--", path]
            try await ProgramRun.output(of: "/bin/chown", chown, within: Self.moving)
        }
        try await ProgramRun.output(of: "/bin/chmod", ["-R", "a+rX,go-w", "--", path], within: Self.moving)
        return await DiskRoom(path: path, limit: settings.environmentLimit).used() ?? 0
    }

    private func removeFolder(_ id: String, _ settings: BuilderSettings) async throws {
        guard id.isFileName else { return }
        let path = "\(settings.folder)/\(id)"
        let remove = ["-rf", "--one-file-system", "--", path]
        do {
            try await ProgramRun.output(of: "/bin/rm", remove, within: Self.moving)
        } catch {
            // Who isn't root can't remove what is in a folder that its owner has closed to himself.
            try await ProgramRun.output(of: "/bin/chmod", ["-R", "u+rwX", "--", path], within: Self.moving)
            try await ProgramRun.output(of: "/bin/rm", remove, within: Self.moving)
        }
    }
}

/// How a job came to nothing.
private enum JobFailure: Error {
    case slow(Duration)
    case large(DiskRoom.Shortage)
    case code(Int32?)

    /// What the builder said last, or what can be told without it.
    func problem(_ last: String?) -> BuilderProblem {
        if let last, let said = try? JSONDecoder().decode(BuilderProblem.self, from: Data(last.utf8)) {
            // Its message holds its remedy.
            return BuilderProblem(code: said.code, message: said.message.trimmed, remedy: "")
        }
        switch self {
        case .large(let shortage):
            let why =
                switch shortage {
                case .limit(let limit): "The build wrote more than \(limit) and was ended."
                case .disk: "The build was ended because the disk is nearly full."
                case .files: "The build was ended because it has more files than can be counted."
                }
            return BuilderProblem(
                code: "build.disk",
                message: why,
                remedy: "Ask for less, or ask the operator for more room.",
            )
        case .slow(let limit):
            return BuilderProblem(
                code: "build.deadline",
                message: "The build took longer than \(limit.wholeSeconds / 60) minutes and was ended.",
                remedy: "Ask for less, or ask the operator for more time.",
            )
        case .code(let code):
            let how =
                code == 128 + SIGKILL
                ? "was killed: it used more memory than it may, or one of its programs killed it."
                : "ended \(code.map { "with code \($0)" } ?? "without a word"); it may have used more memory than it may."
            return BuilderProblem(
                code: "build.ended",
                message: "The build \(how)",
                remedy: "Ask for less, or ask the operator for larger limits.",
            )
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension Duration {
    fileprivate var wholeSeconds: Int64 { components.seconds }
}
