import Foundation
import NIOCore
import Testing

@testable import OpenBISClient

@Suite(.enabled(if: StandIn.python != nil), .timeLimit(.minutes(5))) struct UploadsTests {
    @Test(arguments: [["--tls"], ["--tls", "--version", "7.0", "--references"], ["--version", "3.5"]])
    func `a dataset is uploaded and there with all it should have`(_ arguments: [String]) async throws {
        try await withStandIn(arguments) { openBIS in
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            let owner = try await session.owner(.identifier("/LAB/P1/EXP1"))
            var upload = OpenBISUpload(
                type: "ANALYSIS_NOTEBOOK",
                owner: owner,
                properties: ["$name": "Größe & Co", "$HISTORY_ID": "1-2"],
                parents: [raw.permID],
                files: [.bytes("Größe, 50%#1.ipynb", "{}"), .bytes("empty", "")]
            )
            let permID = try await session.upload(upload)
            let made = try await session.dataSet(permID)
            #expect(made.type == "ANALYSIS_NOTEBOOK")
            #expect(made.properties.name == "Größe & Co")
            #expect(made.properties["$history_id"] == "1-2")
            #expect(made.parents == [raw.permID])
            #expect(made.sample?.permID == owner.permID)
            #expect(made.registrator == "alice")
            let files = try await StandIn.files(made, session)
            let folder = arguments.contains("3.5") ? "original/DEFAULT" : "original/default"
            #expect(Set(files.keys) == ["\(folder)/Größe, 50%#1.ipynb", "\(folder)/empty"])

            upload.owner = try await session.owner(.identifier("/LAB/P1/C1"))
            upload.files = [.bytes("only.txt", "one")]
            let second = try await session.dataSet(try await session.upload(upload))
            #expect(second.sample == nil)
            #expect(second.experiment?.identifier == "/LAB/P1/C1")
            let file = try #require(try await StandIn.files(second, session)["original/only.txt"])
            #expect(try await session.content(of: file).bytes() == Array("one".utf8))
        }
    }

    @Test func `a large file goes in slices, from a stream or a file`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let owner = try await session.owner(.identifier("/LAB/P1/EXP2"))
            let bytes = StandIn.sequence(21_000_001)
            let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(bytes).write(to: file)
            let length = Int64(bytes.count)
            let files: [OpenBISUploadFile] = [
                .init(path: "a/stream.bin", length: length, content: Pieces(bytes: ByteBuffer(bytes: bytes))),
                .init(path: "b/file.bin", file: file.path, length: length),
            ]
            // A slice that gets lost is sent again.
            try await openBIS.fault(
                "cut-upload",
                "upload",
                ["after": .number(100_000), "times": .number(1), "skip": .number(1)]
            )
            let upload = OpenBISUpload(type: "RAW_DATA", owner: owner, files: files)
            let made = try await session.dataSet(try await session.upload(upload))
            let stored = try await StandIn.files(made, session)
            var sum = Checksum()
            bytes.withUnsafeBytes { sum.add($0) }
            for path in ["original/default/a/stream.bin", "original/default/b/file.bin"] {
                #expect(stored[path]?.size == length)
                #expect(stored[path]?.checksum == sum.value)
            }
        }
    }

    @Test func `what fails before the end registers nothing`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let owner = try await session.owner(.identifier("/LAB/P1/EXP1"))
            let file = OpenBISUploadFile.bytes("a.txt", "a")
            let upload = OpenBISUpload(type: "RAW_DATA", owner: owner, files: [file])
            let host = openBIS.address.name
            func error(_ change: (inout OpenBISUpload) -> Void = { _ in }) async -> OpenBISError? {
                var upload = upload
                change(&upload)
                return await failure { try await session.upload(upload) }
            }

            for path in ["../a", "/a", "", "a//b", "a\\b", "a/.."] {
                #expect(await error { $0.files = [.bytes(path, "a")] } == .unfitName(path))
            }
            #expect(await error { $0.files = [file, file] } == .unfitName("a.txt"))
            #expect(await error { $0.files = [] } == .unfitName(""))
            for length: Int64 in [0, 3, -1] {
                let wrong = OpenBISUploadFile(
                    path: "a",
                    length: length,
                    content: Pieces(bytes: ByteBuffer(string: "ab"))
                )
                #expect(await error { $0.files = [wrong] } == .sourceFailed)
            }
            let gone = OpenBISUploadFile(path: "a", file: "/nonexistent", length: 1)
            #expect(await error { $0.files = [gone] } == .sourceFailed)
            #expect(await error { $0.parents = ["20200101000000000-1"] } == .notFound)
            #expect(isRefused(await error { $0.type = "NONE" }))
            #expect(isRefused(await error { $0.properties = ["NONE": "x"] }))

            try await openBIS.fault("cut-upload", "upload")
            #expect(await error() == .unreachable(host))
            try await openBIS.mend()
            try await openBIS.fault("html", "upload")
            #expect(await error() == .nonsense(host, .notJSON))
            try await openBIS.mend()
            try await openBIS.tell("settings", .members(["room": .number(0)]))
            #expect(await error() == .refused("No space left on device"))
            try await openBIS.tell("settings", .members(["room": .null]))
            #expect(try await session.dataSets().total == 3)

            let bob = try await openBIS.session(of: "bob")
            let foreign = await failure { try await bob.upload(upload) }
            #expect(foreign.map { if case .forbidden = $0 { true } else { false } } == true)
            try await openBIS.tell("expire")
            #expect(await error() == .sessionOver)
        }
    }

    private func isRefused(_ error: OpenBISError?) -> Bool {
        if case .refused = error { true } else { error == .notFound }
    }

    @Test func `a registration without an answer isn't made again, and said to be unknown`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let owner = try await session.owner(.identifier("/LAB/P1/EXP1"))
            let upload = OpenBISUpload(type: "RAW_DATA", owner: owner, files: [.bytes("a.txt", "a")])
            try await openBIS.fault("mute", "createUploadedDataSet")
            #expect(await failure { try await session.upload(upload) } == .unknownOutcome)
            #expect(try await openBIS.count("createUploadedDataSet") == 1)
            #expect(try await session.dataSets().total == 4)
            try await openBIS.mend()
            // This one says that it did nothing, so it may be asked once more.
            try await openBIS.fault("status", "createUploadedDataSet", ["status": .number(503), "times": .number(1)])
            _ = try await session.upload(upload)
            #expect(try await session.dataSets().total == 5)
        }
    }

    @Test func `a registration has a deadline of its own`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session { $0.registrationDeadline = .milliseconds(300) }
            let owner = try await session.owner(.identifier("/LAB/P1/EXP1"))
            try await openBIS.fault("slow", "createUploadedDataSet")
            let upload = OpenBISUpload(type: "RAW_DATA", owner: owner, files: [.bytes("a.txt", "a")])
            #expect(await failure { try await session.upload(upload) } == .unknownOutcome)
        }
    }

    @Test func `a token never gets into an error`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let owner = try await session.owner(.identifier("/LAB/P1/EXP1"))
            let raw = try await StandIn.dataSet("Measured", session)
            let file = try #require(try await StandIn.files(raw, session).values.first { $0.size > 0 })
            let upload = OpenBISUpload(type: "RAW_DATA", owner: owner, files: [.bytes("a.txt", "a")])
            for (kind, more) in [
                ("cut", [:]), ("html", [:]), ("mute", [:]), ("status", ["status": .number(500)]),
                ("error", ["message": .text("It is \(session.token.text) that …")]),
            ] as [(String, [String: Parameter])] {
                for call in ["download", "upload", "createUploadedDataSet", "searchDataSets"] {
                    try await openBIS.fault(kind, call, more)
                    let errors = [
                        await failure { try await session.content(of: file).bytes() },
                        await failure { try await session.upload(upload) },
                        await failure { try await session.dataSets() },
                    ]
                    #expect(errors.contains { $0 != nil })
                    var dumped = ""
                    dump(errors, to: &dumped)
                    #expect(!("\(errors)" + dumped).contains(session.token.text.suffix(32)))
                    try await openBIS.mend()
                }
            }
        }
    }
}

extension OpenBISUploadFile {
    static func bytes(_ path: String, _ text: String) -> OpenBISUploadFile {
        let bytes = ByteBuffer(string: text)
        return OpenBISUploadFile(path: path, length: Int64(bytes.readableBytes), content: Pieces(bytes: bytes))
    }
}

/// Bytes in pieces of a few sizes.
struct Pieces: AsyncSequence, Sendable {
    let bytes: ByteBuffer

    func makeAsyncIterator() -> Iterator {
        Iterator(rest: bytes)
    }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ByteBuffer
        var size = 1

        mutating func next() async -> ByteBuffer? {
            guard rest.readableBytes > 0 else { return nil }
            size = size > 3_000_000 ? 1 : size * 7 + 1
            return rest.readSlice(length: Swift.min(size, rest.readableBytes))
        }
    }
}
