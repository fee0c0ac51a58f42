import NIOCore
import Synchronization

@testable import CarrelData

/// A store that can only be looked at: what stores of tests have in common.
protocol StillStore: DataStore {}

extension StillStore {
    var abilities: DataAbilities { DataAbilities(isWritable: false, keepsTimes: false, tellsVersions: false) }
    func check() async -> ConnectionState { .connected }
    func entries(of folder: DataPath) async throws(DataFault) -> DataListing { throw .notFound }
    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent {
        throw .notFound
    }
    func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry { throw .readOnly }
    func makeFolder(at path: DataPath) async throws(DataFault) { throw .readOnly }
    func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) { throw .readOnly }
    func remove(_ path: DataPath) async throws(DataFault) { throw .readOnly }
    func quota(at folder: DataPath) async throws(DataFault) -> DataQuota { DataQuota(used: nil, available: nil) }
}

/// A store whose files and lists break off in the middle.
struct BrokenStore: StillStore {
    func entry(at path: DataPath) async throws(DataFault) -> DataEntry { DataEntry(name: path.last, kind: .folder) }

    func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        DataListing {
            var count = 0
            return { () throws(DataFault) in
                count += 1
                guard count < 3 else { throw .interrupted }
                return [DataEntry(name: DataName("\(count)"), kind: .folder)]
            }
        }
    }

    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent {
        let pieces = AsyncThrowingStream<ByteBuffer, any Error> { stream in
            stream.yield(ByteBuffer(string: "a part"))
            stream.finish(throwing: DataFault.interrupted)
        }
        let entry = DataEntry(name: file.last, kind: .file(size: nil))
        return DataContent(entry: entry, first: 0, body: DataBody(size: nil, pieces))
    }
}

/// A store that lets nobody go on until it is opened; then there is nothing.
final class GateStore: StillStore {
    private struct State {
        var isOpen = false
        var guests: [CheckedContinuation<Void, Never>] = []
        var waiting: (count: Int, CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    /// Waits until so many are held.
    func waitForGuests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.guests.count >= count { continuation.resume() } else { state.waiting = (count, continuation) }
            }
        }
    }

    /// Lets all go on.
    func open() {
        state.withLock { state in
            state.isOpen = true
            for guest in state.guests { guest.resume() }
            state.guests = []
        }
    }

    func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                guard !state.isOpen else { return continuation.resume() }
                state.guests.append(continuation)
                if let waiting = state.waiting, state.guests.count >= waiting.count {
                    waiting.1.resume()
                    state.waiting = nil
                }
            }
        }
        throw .notFound
    }
}
