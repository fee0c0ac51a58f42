import Foundation
import NIOCore
import Testing

@testable import OpenBISClient

extension StandIn {
    /// A dataset of somebody's with that name.
    static func dataSet(_ name: String, _ session: OpenBISSession) async throws -> OpenBISDataSet {
        let found = try await session.dataSets(OpenBISQuery(text: name))
        return try #require(found.items.first { $0.properties.name == name })
    }

    /// Files of a dataset, without folders, by path.
    static func files(_ dataSet: OpenBISDataSet, _ session: OpenBISSession) async throws -> [String: OpenBISFile] {
        var files: [String: OpenBISFile] = [:]
        for try await page in session.allFiles(of: dataSet) {
            for file in page.items where !file.isFolder { files[file.path] = file }
        }
        return files
    }

    /// The bytes that the stand-in's seed gives for a number: numbers of four bytes, the largest first.
    static func sequence(_ count: Int) -> [UInt8] {
        var numbers = [UInt32](repeating: 0, count: (count + 3) / 4)
        for index in numbers.indices { numbers[index] = UInt32(index).bigEndian }
        return numbers.withUnsafeBytes { Array($0.prefix(count)) }
    }
}

extension OpenBISContent {
    /// All of it.
    func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in self { bytes += part.readableBytesView }
        return bytes
    }
}
