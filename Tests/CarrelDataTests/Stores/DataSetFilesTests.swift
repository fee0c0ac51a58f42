import Testing

@testable import CarrelData
@testable import OpenBISClient

@Suite struct `The files of a dataset` {
    @Test func `are told apart by the bytes of their names`() throws {
        var files = DataSetFiles()
        for (path, size) in [("original/\u{e9}.csv", Int64(1)), ("original/e\u{301}.csv", 2)] {
            files.add(try Self.file(path, size: size))
        }
        #expect(files.items(of: "original").count == 2)
        guard case .file(let first) = files["original/\u{e9}.csv"],
            case .file(let second) = files["original/e\u{301}.csv"]
        else {
            Issue.record("both are there")
            return
        }
        #expect((first.size, second.size) == (1, 2))
    }

    @Test func `weigh what folders weigh that nobody listed`() throws {
        var files = DataSetFiles()
        let deep = Array(repeating: "a", count: 2000).joined(separator: "/")
        files.add(try Self.file(deep + "/x", size: 1))
        #expect(files.count == 1)
        #expect(files.weight > 2000 * 2000)
        guard case .folder = files[deep] else {
            Issue.record("the folders around a file are there")
            return
        }
    }

    private static func file(_ path: String, size: Int64) throws -> OpenBISFile {
        let store = try OpenBISAddress("https://openbis.example.org")
        return OpenBISFile(dataSet: "1", path: path, isFolder: false, size: size, checksum: nil, store: store)
    }
}
