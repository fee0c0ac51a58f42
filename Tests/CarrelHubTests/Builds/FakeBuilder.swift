import CarrelModel
import CarrelSpawn
import CarrelTestSupport
import Foundation
import Synchronization

@testable import CarrelHub

/// Builds nothing, as it is told to: a build goes on until its gate is opened.
final class FakeBuilder: RepositoryBuilder {
    private struct State {
        var links: [String: ResolvedLink] = [:]
        var gates: [String: Gate] = [:]
        var failures: [String: BuilderProblem] = [:]
        var running: Set<String> = []
        var whole: Set<String> = []
        var begun: [String] = []
        var most = 0
    }

    private let state = Mutex(State())

    /// The builds that were begun, by their repositories, in order.
    var begun: [String] { state.withLock { $0.begun } }
    /// The most that were under way at a time.
    var most: Int { state.withLock { $0.most } }
    /// The folders there are.
    var kept: Set<String> { state.withLock { $0.whole } }

    /// Has a repository's builds wait.
    func wait(_ repository: String, at gate: Gate) { state.withLock { $0.gates[repository] = gate } }
    /// Has a repository's builds fail.
    func fail(_ repository: String, _ problem: BuilderProblem?) { state.withLock { $0.failures[repository] = problem } }
    /// Has a build run that this hub didn't begin.
    func pretend(isRunning id: String) { state.withLock { _ = $0.running.insert(id) } }
    /// Leaves a folder behind.
    func leave(_ id: String) { state.withLock { _ = $0.whole.insert(id) } }

    func resolve(_ provider: String, _ spec: String, slot: Int) async throws -> ResolvedLink {
        guard !spec.contains("unknown") else {
            throw BuilderProblem(code: "repository.ref", message: "There is no branch unknown.", remedy: "Look again.")
        }
        return .sample(spec)
    }

    func build(
        _ id: String,
        _ link: BuildSource,
        slot: Int,
        line: @escaping @Sendable (BuilderLine) async -> Void,
    ) async throws -> Int64 {
        let (gate, failure) = state.withLock { state in
            state.begun.append(link.repository)
            state.running.insert(id)
            state.most = max(state.most, state.running.count)
            return (state.gates[link.repository], state.failures[link.repository])
        }
        await line(BuilderLine(phase: "fetching", message: "Fetching \(link.repository)\n"))
        await gate?.passed()
        try Task.checkCancellation()
        state.withLock { state in
            state.running.remove(id)
            if failure == nil { state.whole.insert(id) }
        }
        if let failure { throw failure }
        return 1000
    }

    func isRunning(_ id: String) async -> Bool { state.withLock { $0.running.contains(id) } }

    func remove(_ id: String) async throws {
        state.withLock { state in
            state.running.remove(id)
            state.whole.remove(id)
        }
    }

    func folders() async throws -> Set<String> { state.withLock { $0.whole } }
}

extension ResolvedLink {
    /// A repository of this name, at a commit of its own.
    static func sample(_ name: String) -> ResolvedLink {
        ResolvedLink(
            provider: "git",
            repository: name,
            ref: "main",
            commit: String(repeating: "c", count: 40),
            web: "https://git.example.org/\(name)",
            slug: "rivers",
            recipe: "1",
        )
    }
}
