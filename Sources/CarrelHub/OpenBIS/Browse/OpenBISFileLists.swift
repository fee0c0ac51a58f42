import CarrelModel
import Foundation
import OpenBISClient

/// The files of a dataset, as far as they are listed.
struct OpenBISFileList: Sendable {
    /// In the order of the tree.
    let files: [OpenBISFile]
    let tree: OpenBISFileTree
    /// Whether there are more than are kept.
    let isCut: Bool
    /// How much memory it takes, in bytes, roughly.
    let cost: Int

    static let empty = OpenBISFileList(files: [], tree: OpenBISFileTree(), isCut: false, cost: 0)

    /// A file by its path.
    func file(_ path: String) -> OpenBISFile? {
        tree.places(of: path).lazy.map { files[$0] }.first { !$0.isFolder }
    }
}

/// Lists of files that were looked at a moment ago.
///
/// openBIS lists all files of a dataset or none, so a page of a folder and the picture on it would each ask for all. Datasets
/// never change. A list is its reader's own: nobody gets one that they didn't ask openBIS for themselves. Who asks for one
/// that is on its way waits for that, and each reader has one on its way at a time.
actor OpenBISFileLists {
    /// The most files of a dataset that pages show.
    static let longest = 100_000
    /// How much memory a list may take, in bytes, and what one file takes besides its path.
    static let largest = 40_000_000
    static let overhead = 200
    /// How much memory all lists that are kept may take, in bytes.
    static let most = 120_000_000
    /// How many are on their way at a time.
    static let mostAtOnce = 4
    /// How long a list is kept.
    static let lifetime: TimeInterval = 120

    private struct Key: Hashable {
        let reader: OpenBISReader
        let token: OpenBISToken
        let dataSet: String
    }

    private struct Kept {
        let list: OpenBISFileList
        let at: Date
    }

    /// A list on its way, and who waits for it.
    private struct Listing {
        let number: Int
        let task: Task<Void, Never>
        var waiting: [Int: CheckedContinuation<OpenBISFileList, any Error>]
    }

    private var kept: [Key: Kept] = [:]
    private var underWay: [Key: Listing] = [:]
    private var number = 0
    private let line = OpenBISLine(most: OpenBISFileLists.mostAtOnce)
    private let work: any BlockingWork
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - work: sorts lists, and looks into folders.
    ///   - now: the time.
    init(work: any BlockingWork, now: @escaping @Sendable () -> Date) {
        self.work = work
        self.now = now
    }

    /// All files of a dataset that is to be seen.
    ///
    /// - Throws: `OpenBISError`.
    func list(of dataSet: OpenBISDataSet, _ access: OpenBISAccess) async throws -> OpenBISFileList {
        let key = Key(reader: OpenBISReader(access), token: access.token, dataSet: dataSet.permID)
        let time = now()
        kept = kept.filter { time.timeIntervalSince($0.value.at) < Self.lifetime }
        if let known = kept[key] { return known.list }
        guard dataSet.kind == "PHYSICAL" else { return .empty }
        number += 1
        let mine = number
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: OpenBISError.cancelled) }
                if underWay[key] == nil {
                    let task = Task { await self.ask(for: key, mine, dataSet, access) }
                    underWay[key] = Listing(number: mine, task: task, waiting: [:])
                }
                underWay[key]?.waiting[mine] = continuation
            }
        } onCancel: {
            Task { await self.leave(key, mine) }
        }
    }

    /// A folder of a dataset; nil when there is no such folder.
    ///
    /// - Parameters:
    ///   - path: of it; nil for that with which the dataset opens.
    ///   - list: of the dataset.
    /// - Returns: what is in it.
    /// - Throws: `OpenBISError.cancelled`.
    nonisolated func folder(_ path: String?, in list: OpenBISFileList) async throws -> OpenBISFolder? {
        try await work.run(untilStopped: { stop in try OpenBISFolder(path, in: list.tree, check: stop.check) })
    }

    /// A file, also one beyond what pages list.
    ///
    /// - Throws: `OpenBISError.notFound` and others.
    func file(_ path: String, of dataSet: OpenBISDataSet, _ access: OpenBISAccess) async throws -> OpenBISFile {
        let list = try await list(of: dataSet, access)
        if let found = list.file(path) { return found }
        guard list.isCut else { throw OpenBISError.notFound }
        let reader = OpenBISReader(access)
        try await line.enter(reader)
        defer { line.leave(reader) }
        for try await page in access.session.allFiles(of: dataSet) {
            // By bytes: a `String` takes two spellings of one character for the same.
            if let found = page.items.first(where: { !$0.isFolder && $0.path.utf8.elementsEqual(path.utf8) }) {
                return found
            }
        }
        throw OpenBISError.notFound
    }

    // MARK: Lists on their way

    private func ask(for key: Key, _ number: Int, _ dataSet: OpenBISDataSet, _ access: OpenBISAccess) async {
        let result: Result<OpenBISFileList, any Error>
        do {
            try await line.enter(key.reader)
            defer { line.leave(key.reader) }
            result = .success(try await Self.read(dataSet, access, work))
        } catch {
            result = .failure(error)
        }
        // Nobody waits for one that was given up; another may be on its way.
        guard let listing = underWay[key], listing.number == number else { return }
        underWay[key] = nil
        if case .success(let list) = result { keep(list, key) }
        for one in listing.waiting.values { one.resume(with: result) }
    }

    /// Ends the wait of one; the list isn't asked for any further when nobody is left.
    private func leave(_ key: Key, _ number: Int) {
        guard let gone = underWay[key]?.waiting.removeValue(forKey: number) else { return }
        gone.resume(throwing: OpenBISError.cancelled)
        guard let listing = underWay[key], listing.waiting.isEmpty else { return }
        listing.task.cancel()
        underWay[key] = nil
    }

    private static func read(
        _ dataSet: OpenBISDataSet,
        _ access: OpenBISAccess,
        _ work: any BlockingWork,
    ) async throws -> OpenBISFileList {
        var (files, cost, isCut): ([OpenBISFile], Int, Bool) = ([], 0, false)
        reading: for try await page in access.session.allFiles(of: dataSet) {
            for file in page.items {
                let more = file.path.utf8.count + overhead
                isCut = files.count == longest || cost + more > largest
                if isCut { break reading }
                files.append(file)
                cost += more
            }
        }
        let (found, size, hasMore) = (files, cost, isCut)
        return try await work.run(untilStopped: { stop in
            let entries = found.map { OpenBISFileTree.Entry(path: $0.path, isFolder: $0.isFolder, size: $0.size) }
            let tree = try OpenBISFileTree(entries, check: stop.check)
            return OpenBISFileList(files: tree.order.map { found[$0] }, tree: tree, isCut: hasMore, cost: size)
        })
    }

    private func keep(_ list: OpenBISFileList, _ key: Key) {
        kept[key] = Kept(list: list, at: now())
        while kept.values.reduce(0, { $0 + $1.list.cost }) > Self.most,
            let oldest = kept.min(by: { $0.value.at < $1.value.at })?.key
        {
            kept[oldest] = nil
        }
    }
}
