import Foundation
import OpenBISClient

/// The lists of files that were asked for last, those of all people together: openBIS gives a dataset's list only whole.
///
/// Nobody sees another's: each store has lists of its own. Memory is what they share, so that one person with many large
/// datasets takes from the lists that weren't used for longest, and not from the gateway's other work.
actor DataSetLists {
    /// Whose a list is, and of which dataset.
    private struct Key: Hashable {
        let store: UUID
        let dataSet: String
    }

    private struct Kept {
        let files: DataSetFiles
        var used: Int
    }

    private typealias Work = Task<Result<DataSetFiles, DataFault>, Never>

    private var kept: [Key: Kept] = [:]
    private var underWay: [Key: Work] = [:]
    /// What a store asks for comes one after the other.
    private var last: [UUID: Work] = [:]
    private var uses = 0

    /// How much all lists may take together, and how much one, in bytes.
    static let room = 256_000_000
    static let roomOfOne = 128_000_000
    /// How many files one may have.
    static let most = 250_000

    /// The files of a dataset, which has to be one that may be seen now.
    ///
    /// - Parameters:
    ///   - dataSet: whose.
    ///   - store: who asks.
    ///   - door: the way to openBIS.
    /// - Returns: its files, kept for a while.
    /// - Throws: ``DataFault``.
    func files(
        of dataSet: OpenBISDataSet,
        for store: UUID,
        by door: OpenBISDoor,
    ) async throws(DataFault) -> DataSetFiles {
        let key = Key(store: store, dataSet: dataSet.permID)
        uses += 1
        kept[key]?.used = uses
        if let known = kept[key] { return known.files }
        let work = underWay[key] ?? begin(key, dataSet, door)
        let result = await work.value
        if underWay[key] == work { underWay[key] = nil }
        if last[store] == work { last[store] = nil }
        let files = try result.get()
        kept[key] = Kept(files: files, used: uses)
        while kept.values.reduce(0, { $0 + $1.files.weight }) > Self.room,
            let oldest = kept.min(by: { $0.value.used < $1.value.used })?.key, oldest != key
        {
            kept[oldest] = nil
        }
        return files
    }

    /// A task of its own: who came first may go away, and the list be asked for again.
    private func begin(_ key: Key, _ dataSet: OpenBISDataSet, _ door: OpenBISDoor) -> Work {
        let work = Work { [before = last[key.store]] in
            _ = await before?.value
            return await Self.list(dataSet, door)
        }
        underWay[key] = work
        last[key.store] = work
        return work
    }

    private static func list(_ dataSet: OpenBISDataSet, _ door: OpenBISDoor) async -> Result<DataSetFiles, DataFault> {
        var files = DataSetFiles()
        // Containers and links have no files of their own.
        guard dataSet.kind == "PHYSICAL" else { return .success(files) }
        var next: Int? = 0
        do throws(DataFault) {
            while let from = next {
                let page = try await door.ask { session throws(OpenBISError) in
                    try await session.files(of: dataSet, from: from)
                }
                for file in page.items {
                    files.add(file)
                    guard files.count <= most, files.weight <= roomOfOne else {
                        throw .failed("This dataset has too many files for a folder: download it by PyBIS instead.")
                    }
                }
                next = page.next
            }
            return .success(files)
        } catch {
            return .failure(error)
        }
    }
}
