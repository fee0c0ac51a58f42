import Testing

@testable import OnedataClient

private let old = Array("a,b\n1,2\n".utf8)

/// A fault in the middle of a write, and the error that it leads to.
struct WriteFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: [String: StandIn.Value]
    let isError: @Sendable (OnedataError?) -> Bool

    init(_ name: String, _ fault: [String: StandIn.Value], _ isError: @escaping @Sendable (OnedataError?) -> Bool) {
        testDescription = name
        self.fault = fault.merging(["door": "cracow"]) { one, _ in one }
        self.isError = isError
    }

    static let all: [WriteFault] = [
        .init("the connection is cut in the middle", ["kind": "cut-upload", "call": "write", "after": 1_000_000]) {
            if case .unreachable = $0 { true } else { false }
        },
        .init("it can't be stored", ["kind": "status", "call": "write", "status": 500]) {
            if case .unavailable = $0 { true } else { false }
        },
        .init("no answer to the content", ["kind": "slow", "call": "write"]) {
            if case .slow = $0 { true } else { false }
        },
        .init("it can't be renamed", ["kind": "status", "call": "cdmi", "status": 500]) {
            if case .unavailable = $0 { true } else { false }
        },
        .init("the new file can't be made", ["kind": "status", "call": "make-path", "status": 500]) {
            if case .unavailable = $0 { true } else { false }
        },
    ]
}

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct WritesTests {
    @Test(arguments: WriteFault.all)
    func `a write that fails leaves the old file whole, and nothing beside it`(_ fault: WriteFault) async throws {
        try await withStandIn { standIn in
            let client = try standIn.client {
                if fault.fault["kind"] == "slow" { $0.deadline = .seconds(3) }
            }
            let path = try OnedataPath("notebooks-shared/data/table.csv")
            try await standIn.tell("fault", fault.fault)
            let error = await failure { try await client.write(Pieces(data: sequence(5_000_000)), to: path) }
            #expect(fault.isError(error), "\(error.debugDescription)")
            try await standIn.tell("mend")
            let other = try standIn.client()
            #expect(try await other.content(at: path).bytes() == old)
            let names = try await other.all(in: try OnedataPath("notebooks-shared/data")).map(\.name)
            #expect(names == ["empty", "table.csv"])
        }
    }

    @Test func `a provider that takes no more bytes is given up`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client { $0.idleLimit = .seconds(1) }
            let path = try OnedataPath("notebooks-shared/data/table.csv")
            try await standIn.tell("fault", ["kind": "slow", "door": "cracow", "call": "write"])
            let error = await failure { try await client.write(Pieces(data: sequence(50_000_000)), to: path) }
            guard case .slow(_, after: .seconds(1)) = error else {
                Issue.record("It was \(error.debugDescription).")
                return
            }
            try await standIn.tell("mend")
            #expect(try await client.content(at: path).bytes() == old)
        }
    }

    @Test func `a source that breaks off, or has another length, replaces nothing`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/data/table.csv")
            let data = sequence(300_000)
            let broken = await failure {
                try await client.write(Pieces(data: data, breaksAfter: 200_000), to: path)
            }
            #expect(broken == .sourceFailed)
            for length in [0, 299_999, 300_001] as [Int64] {
                let error = await failure { try await client.write(Pieces(data: data), length: length, to: path) }
                #expect(error == .incomplete)
            }
            #expect(try await client.content(at: path).bytes() == old)
            let names = try await client.all(in: try OnedataPath("notebooks-shared/data")).map(\.name)
            #expect(names == ["empty", "table.csv"])
        }
    }

    @Test func `a write that is cancelled is cleaned up`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/data/table.csv")
            try await standIn.tell("fault", ["kind": "slow", "door": "cracow", "call": "write"])
            let error = await withTaskGroup(of: OnedataError?.self) { group in
                group.addTask { await failure { try await client.write(Pieces(data: [1]), to: path) } }
                try? await eventually("it writes") { try await standIn.count("write", at: "cracow") == 1 }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
            try await standIn.tell("mend")
            let names = try await client.all(in: try OnedataPath("notebooks-shared/data")).map(\.name)
            #expect(names == ["empty", "table.csv"])
            #expect(try await client.content(at: path).bytes() == old)
        }
    }

    @Test func `a rename that was done without an answer is known to be done`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/data/table.csv")
            try await standIn.tell("fault", ["kind": "cut", "door": "cracow", "call": "cdmi", "after": 0])
            _ = try await client.write(Pieces(data: [7]), to: path)
            #expect(try await client.content(at: path).bytes() == [7])
            try await client.move(path, to: try OnedataPath("notebooks-shared/moved"))
            #expect(try await client.content(at: try OnedataPath("notebooks-shared/moved")).bytes() == [7])
        }
    }

    @Test func `a folder and a removal without an answer are known to be done`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/made")
            for call in ["make-path", "delete"] {
                try await standIn.tell("fault", ["kind": "cut", "door": "cracow", "call": .text(call), "after": 0])
            }
            try await client.makeFolder(at: path)
            try await client.removeFolder(at: path)
            #expect(await failure { try await client.entry(at: path) } == .notFound)
        }
    }
}
