import NIOCore
import Synchronization

@testable import CarrelData

/// A store with one file of zeros, `zeros`, that counts what is taken of it, and swallows what is written.
final class ZeroStore: DataStore {
    private let size: Int64
    private let counted = Mutex<Int64>(0)

    init(size: Int64) {
        self.size = size
    }

    let abilities = DataAbilities(isWritable: true, keepsTimes: false, tellsVersions: true)

    /// How many bytes were taken or given.
    var count: Int64 { counted.withLock { $0 } }

    private var zeros: DataEntry {
        DataEntry(name: DataName("zeros"), kind: .file(size: size), version: DataVersion("0"))
    }

    func check() async -> ConnectionState { .connected }

    func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        guard path.description == "zeros" else { throw .notFound }
        return zeros
    }

    func entries(of folder: DataPath) async throws(DataFault) -> DataListing { DataListing([zeros]) }

    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent {
        let body = DataBody(size: size, Zeros(size: size) { piece in self.counted.withLock { $0 += Int64(piece) } })
        return DataContent(entry: zeros, first: 0, body: body)
    }

    func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        do {
            for try await piece in body { counted.withLock { $0 += Int64(piece.readableBytes) } }
        } catch {
            throw error as? DataFault ?? .bodyFailed
        }
        return zeros
    }

    func makeFolder(at path: DataPath) async throws(DataFault) { throw .readOnly }
    func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) { throw .readOnly }
    func remove(_ path: DataPath) async throws(DataFault) { throw .readOnly }
    func quota(at folder: DataPath) async throws(DataFault) -> DataQuota { DataQuota(used: nil, available: nil) }

    private struct Zeros: AsyncSequence, Sendable {
        let size: Int64
        let count: @Sendable (Int) -> Void

        func makeAsyncIterator() -> Iterator { Iterator(left: size, count: count) }

        struct Iterator: AsyncIteratorProtocol {
            var left: Int64
            let count: @Sendable (Int) -> Void

            mutating func next() async throws -> ByteBuffer? {
                guard left > 0 else { return nil }
                let piece = Int(Swift.min(left, 65_536))
                left -= Int64(piece)
                count(piece)
                return ByteBuffer(repeating: 0, count: piece)
            }
        }
    }
}
