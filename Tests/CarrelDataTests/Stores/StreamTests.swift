import NIOCore
import Synchronization
import Testing

@testable import CarrelData

@Suite(.timeLimit(.minutes(1)))
struct `Streams between stores and their users` {
    @Test func `who gives is never more than one value ahead, besides the one it holds`() async throws {
        let given = Mutex(0)
        let pumped = Pumped<Int> { channel in
            for number in 0..<1000 {
                given.withLock { $0 = number }
                try await channel.give(number)
            }
        }
        var expected = 0
        for try await number in pumped {
            #expect(number == expected)
            #expect(given.withLock { $0 } <= number + 3)
            expected += 1
        }
        #expect(expected == 1000)
    }

    @Test func `a fault comes out where it happened, and at once when it is the first`() async throws {
        let pumped = Pumped<Int> { channel in
            try await channel.give(1)
            throw DataFault.interrupted
        }
        await expect(.interrupted) { for try await number in pumped { #expect(number == 1) } }
        await expect(.locked) { try await Pumped<Int>.begin { _ in throw DataFault.locked } }
    }

    @Test func `nobody gives any more when nobody holds the values`() async throws {
        let (ended, end) = AsyncStream<Void>.makeStream()
        do {
            let pumped = try await Pumped<Int>.begin { channel in
                defer { end.finish() }
                while true { try await channel.give(1) }
            }
            _ = pumped
        }
        for await _ in ended {}
    }

    @Test func `a taker that is cancelled ends the giving`() async throws {
        let (ended, end) = AsyncStream<Void>.makeStream()
        let pumped = Pumped<Int> { _ in
            defer { end.finish() }
            try await Task.sleep(for: .seconds(3600))
        }
        let taker = Task {
            for try await _ in pumped {}
        }
        taker.cancel()
        #expect(await taker.result.failed == .cancelled)
        withExtendedLifetime(pumped) {}
        _ = ended
    }

    @Test(arguments: [(DataFault.unusable(.offline), 2, DataFault.unclear), (.unusable(.slow), 1, .interrupted)])
    func `what became of a write is said by how far it came`(
        _ told: DataFault,
        _ pieceCount: Int,
        _ said: DataFault,
    ) async throws {
        let source = UploadSource(DataBody(size: 20, Pieces(count: 20)))
        #expect(source.fault(told) == told)
        var pieces = source.makeAsyncIterator()
        for _ in 0..<pieceCount { #expect(try await pieces.next() != nil) }
        #expect(source.fault(told) == said)
        #expect(source.fault(.locked) == .locked)
    }

    @Test func `a body that is longer or shorter than it says has failed`() async throws {
        for size: Int64 in [4, 6] {
            let source = UploadSource(DataBody(size: size, Pieces(count: 5)))
            await expect(.bodyFailed) { for try await _ in source {} }
            #expect(source.fault(.unusable(.offline)) == .bodyFailed)
        }
    }

    @Test func `what is looked at before the end comes before the last byte, whether the size is known or not`()
        async throws
    {
        for isSizeKnown in [true, false] {
            let looks = Mutex(0)
            let body = DataBody(Pieces(count: 1000), isSizeKnown: isSizeKnown)
            let source = UploadSource(body) {
                looks.withLock { $0 += 1 }
                throw DataFault.changed
            }
            await expect(.changed) { for try await _ in source {} }
            #expect(looks.withLock { $0 } == 1)
            #expect(!isSizeKnown || source.count < 1000)
            #expect(source.fault(.bodyFailed) == .changed)
        }
    }

    @Test(
        arguments: [
            (DataRange.all, 0..<10), (.from(3), 3..<10), (.last(4), 6..<10), (.last(40), 0..<10),
            (.bytes(2..<30), 2..<10),
        ] as [(DataRange, Range<Int64>)]
    )
    func `a range is cut to the file`(_ range: DataRange, _ bounds: Range<Int64>) throws {
        #expect(try range.bounds(in: 10) == bounds)
    }

    @Test(arguments: [
        DataRange.from(10), .last(0), .last(-1), .bytes(10..<11), .bytes(3..<3), .bytes(-2..<3), .from(-1),
    ])
    func `a range without bytes is outside`(_ range: DataRange) {
        #expect(throws: DataFault.rangeOutside(size: 10)) { try range.bounds(in: 10) }
    }
}

extension Result where Failure == any Error {
    fileprivate var failed: DataFault? {
        guard case .failure(let error) = self else { return nil }
        return error as? DataFault
    }
}
