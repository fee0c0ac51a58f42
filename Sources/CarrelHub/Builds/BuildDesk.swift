import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Crypto
import Foundation
import Synchronization

/// Environments of repositories: what launches stand before.
struct BuildDesk: Sendable {
    let store: BuildStore
    let builder: any RepositoryBuilder
    let board: BuildBoard
    let settings: @Sendable () -> BinderSettings
    /// Raised when there is something to build, or something isn't wanted any more.
    let wake: WakeSignal
    let now: @Sendable () -> Date
    private let lookers: Lookers
    private let cancels: Cancels

    /// How many links are looked at at a time: each takes an account that no build has.
    static let looksAtOnce = 2

    init(
        store: BuildStore,
        builder: any RepositoryBuilder,
        settings: @escaping @Sendable () -> BinderSettings,
        now: @escaping @Sendable () -> Date,
    ) {
        self.store = store
        self.builder = builder
        self.settings = settings
        self.now = now
        board = BuildBoard()
        wake = WakeSignal()
        lookers = Lookers(first: settings().buildsAtOnce, count: Self.looksAtOnce)
        cancels = Cancels()
    }

    // MARK: Asking

    /// Finds out what a launch link stands for.
    ///
    /// - Throws: ``BuilderProblem``, ``SpawnError`` or `CancellationError`.
    func resolve(_ provider: LinkProvider, _ spec: String) async throws -> ResolvedLink {
        let slot = try await lookers.enter()
        defer { lookers.leave(slot) }
        return try await builder.resolve(provider.rawValue, spec, slot: slot)
    }

    /// Asks for an environment.
    ///
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/tooManyBuilds(limit:)``.
    func request(_ link: ResolvedLink, for user: UserRecord) async throws -> BuildRecord {
        let wanted = BuildRecord(
            id: Self.id(of: link),
            provider: link.provider,
            repository: link.repository,
            commit: link.commit,
            web: link.web,
            userId: user.id,
            askedAt: now(),
        )
        let build = try await store.request(wanted, most: settings().buildsOfOne)
        if build.state == .waiting {
            wake.raise()
            await tellPlaces()
        }
        return build
    }

    /// Tells those who wait how many are before them.
    func tellPlaces() async {
        guard let builds = try? await store.waiting() else { return }
        for (index, build) in builds.enumerated() { board.post(.waiting(place: index + 1), for: build.id) }
    }

    /// What happens to a build from its beginning, up to its end.
    func events(of id: String, for user: UserRecord) -> AsyncStream<BuildBoard.Event> {
        board.events(of: id, for: user.id)
    }

    /// Forgets a build that waits and that nobody watches any more.
    func abandon(_ id: String) async {
        guard let build = try? await store.withID(id), build.state == .waiting, !board.isWatched(id) else { return }
        _ = try? await store.remove(build, now: now())
        await tellPlaces()
    }

    /// Ends a build that nobody else watches.
    ///
    /// - Returns: false when it goes on, because others wait for it or it is over.
    func cancel(_ id: String, by user: UserRecord) async throws -> Bool {
        guard let build = try await store.withID(id), build.userId == user.id || user.isAdmin else { return false }
        guard build.state == .waiting || build.state == .building, !board.isWatched(id, besidesBy: user.id) else {
            return false
        }
        if build.state == .waiting, try await store.remove(build, now: now()) {
            board.post(.failed(Self.cancelled), for: id)
            return true
        }
        cancels.raise(id)
        return true
    }

    /// What is told of a build that was ended by somebody.
    static let cancelled = "The build was cancelled. Launch it again if you want it after all."

    // MARK: Building

    /// Raised when a build isn't wanted any more.
    func cancelSignal(of id: String) -> WakeSignal { cancels.begin(id) }
    /// Forgets the signal.
    func endCancelling(_ id: String) { cancels.end(id) }

    /// Names what is built from what: the same commit, built by the same rules, is the same environment.
    static func id(of link: ResolvedLink) -> String {
        let isGit = ["gh", "gl", "git", "gist"].contains(link.provider)
        let parts = [isGit ? "git" : link.provider, link.repository, link.commit, link.recipe]
        let digest = SHA256.hash(data: Data(parts.joined(separator: "\u{0}").utf8))
        return digest.prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The places of those who look at links.
private final class Lookers: Sendable {
    private struct State {
        var free: [Int]
        var waiting: [(id: Int, continuation: CheckedContinuation<Int?, Never>)] = []
        var nextID = 0
    }

    private let state: Mutex<State>

    /// How many may wait: whoever comes then is told at once that it is too much.
    private static let mostWaiting = 50

    init(first: Int, count: Int) {
        state = Mutex(State(free: Array(first..<(first + count))))
    }

    /// Waits for a place.
    func enter() async throws -> Int {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let slot = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Int?, Never>) in
                let answer: Int?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    if let slot = state.free.popLast() { return .some(slot) }
                    guard state.waiting.count < Self.mostWaiting else { return .some(nil) }
                    state.waiting.append((id, continuation))
                    return .none
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(returning: nil)
        }
        if let slot { return slot }
        try Task.checkCancellation()
        throw BuilderProblem(
            code: "link.busy",
            message: "Too many links are being looked at.",
            remedy: "Try again in a minute.",
        )
    }

    func leave(_ slot: Int) {
        let next = state.withLock { state -> CheckedContinuation<Int?, Never>? in
            guard !state.waiting.isEmpty else {
                state.free.append(slot)
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: slot)
    }
}

/// Who waits to be told that a build isn't wanted any more.
private final class Cancels: Sendable {
    private let signals = Mutex<[String: WakeSignal]>([:])

    func begin(_ id: String) -> WakeSignal {
        signals.withLock { signals in
            let signal = signals[id] ?? WakeSignal()
            signals[id] = signal
            return signal
        }
    }

    /// Also for one that is just being begun, whose maker finds the signal raised.
    func raise(_ id: String) { begin(id).raise() }
    func end(_ id: String) { signals.withLock { signals in _ = signals.removeValue(forKey: id) } }
}
