import Foundation
import NIOCore
import Synchronization

@testable import CarrelData

/// A store that does as a test says.
final class FaultyStore: DataStore {
    /// What it does when it is asked.
    enum Way: Sendable {
        case works
        case fails(DataFault)
        /// Nothing, until it is cancelled.
        case hangs
    }

    struct State {
        var way = Way.works
        var checks = 0
        var calls = 0
        var cancelled = 0
        /// How many pieces of content were given.
        var given = 0
        var found = ConnectionState.connected
    }

    let state = Mutex(State())
    /// Bytes of files; after the first piece it hangs if it has none more.
    let content: [String]
    private let endsWell: Bool

    init(_ content: [String] = ["one", "two"], endsWell: Bool = true) {
        self.content = content
        self.endsWell = endsWell
    }

    func set(_ way: Way, finds found: ConnectionState = .connected) {
        state.withLock {
            $0.way = way
            $0.found = found
        }
    }

    var calls: Int { state.withLock { $0.calls } }
    var checks: Int { state.withLock { $0.checks } }
    var given: Int { state.withLock { $0.given } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    var abilities: DataAbilities { DataAbilities(isWritable: true, keepsTimes: true, tellsVersions: true) }

    func check() async -> ConnectionState {
        let (way, found) = state.withLock { state in
            state.checks += 1
            return (state.way, state.found)
        }
        if case .hangs = way { try? await hang() }
        return found
    }

    private func hang() async throws(DataFault) {
        do {
            try await Task.sleep(for: .seconds(3600))
        } catch {
            state.withLock { $0.cancelled += 1 }
            throw .cancelled
        }
    }

    private func act() async throws(DataFault) {
        let way = state.withLock { state in
            state.calls += 1
            return state.way
        }
        switch way {
        case .works: break
        case .fails(let fault): throw fault
        case .hangs: try await hang()
        }
    }

    private var file: DataEntry { DataEntry(name: DataName("file"), kind: .file(size: 6)) }

    func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try await act()
        return file
    }

    func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        try await act()
        return DataListing {
            var pages = 0
            return { () async throws(DataFault) in
                pages += 1
                if pages <= 2 { return [self.file] }
                if !self.endsWell { try await self.hang() }
                return nil
            }
        }
    }

    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent {
        try await act()
        let pieces = AsyncThrowingStream<ByteBuffer, any Error> {
            let number = self.state.withLock { state in
                state.given += 1
                return state.given
            }
            if number <= self.content.count { return ByteBuffer(string: self.content[number - 1]) }
            if !self.endsWell { try await self.hang() }
            return nil
        }
        return DataContent(entry: self.file, first: 0, body: DataBody(size: 6, pieces))
    }

    func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        do { for try await _ in body {} } catch { throw .bodyFailed }
        try await act()
        return self.file
    }

    func makeFolder(at path: DataPath) async throws(DataFault) { try await act() }
    func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) { try await act() }
    func remove(_ path: DataPath) async throws(DataFault) { try await act() }

    func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try await act()
        return DataQuota(used: 0, available: 100)
    }
}

/// Time that a test moves; whoever sleeps is woken by it.
final class HandTime: Sendable {
    private struct State {
        var passed = Duration.zero
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var given = 0
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now

    var time: GuardedStore.Time {
        GuardedStore.Time(
            now: { self.start + self.state.withLock { $0.passed } },
            date: { Date(timeIntervalSince1970: Double(self.state.withLock { $0.passed }.components.seconds)) },
            sleep: { try await self.sleep($0) }
        )
    }

    /// How many sleep now.
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Lets time pass.
    func pass(_ duration: Duration) {
        state.withLock { state in
            state.passed += duration
            for (number, sleeper) in state.sleepers where sleeper.until <= state.passed {
                sleeper.continuation.resume()
                state.sleepers[number] = nil
            }
        }
    }

    private func sleep(_ duration: Duration) async throws {
        let number = state.withLock { state in
            state.given += 1
            return state.given
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state in
                    if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        state.sleepers[number] = (state.passed + duration, continuation)
                    }
                }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation
                .resume(throwing: CancellationError())
        }
    }
}
