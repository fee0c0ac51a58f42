import CarrelModel
import Foundation
import OpenBISClient

/// The files of a dataset, as far as they are listed.
struct OpenBISFileList: Sendable {
    let files: [OpenBISFile]
    /// Whether there are more than are kept.
    let isCut: Bool

    var entries: [OpenBISFolder.Entry] {
        files.map { OpenBISFolder.Entry(path: $0.path, isFolder: $0.isFolder, size: $0.size) }
    }
}

/// Lists of files that were looked at a moment ago.
///
/// openBIS lists all files of a dataset or none, so a page of a folder and the picture on it would each ask for all. Datasets
/// never change. A list is its reader's own: nobody gets one that they didn't ask openBIS for themselves.
actor OpenBISFileLists {
    /// The most files of a dataset that pages show.
    static let longest = 100_000
    /// The most files of all lists that are kept.
    static let most = 400_000
    /// How long a list is kept.
    static let lifetime: TimeInterval = 120

    private struct Key: Hashable {
        let authenticator: String
        let person: String
        let dataSet: String
    }

    private struct Kept {
        let list: OpenBISFileList
        let at: Date
    }

    private var kept: [Key: Kept] = [:]
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// All files of a dataset that is to be seen.
    ///
    /// - Throws: `OpenBISError`.
    func list(of dataSet: OpenBISDataSet, _ access: OpenBISAccess) async throws -> OpenBISFileList {
        let key = Key(authenticator: access.settings.name, person: access.userID, dataSet: dataSet.permID)
        let time = now()
        kept = kept.filter { time.timeIntervalSince($0.value.at) < Self.lifetime }
        if let known = kept[key] { return known.list }
        guard dataSet.kind == "PHYSICAL" else { return OpenBISFileList(files: [], isCut: false) }
        var files: [OpenBISFile] = []
        var isCut = false
        for try await page in access.session.allFiles(of: dataSet) {
            files += page.items
            guard files.count >= Self.longest else { continue }
            isCut = files.count > Self.longest || page.next != nil
            files = Array(files.prefix(Self.longest))
            break
        }
        let list = OpenBISFileList(files: files, isCut: isCut)
        keep(list, key)
        return list
    }

    /// A file, also one beyond what pages list.
    ///
    /// - Throws: `OpenBISError.notFound` and others.
    func file(_ path: String, of dataSet: OpenBISDataSet, _ access: OpenBISAccess) async throws -> OpenBISFile {
        let list = try await list(of: dataSet, access)
        if let found = list.files.first(where: { Self.isNamed($0, path) }) { return found }
        if list.isCut {
            for try await page in access.session.allFiles(of: dataSet) {
                if let found = page.items.first(where: { Self.isNamed($0, path) }) { return found }
            }
        }
        throw OpenBISError.notFound
    }

    /// By bytes: a `String` takes two spellings of one character for the same.
    private static func isNamed(_ file: OpenBISFile, _ path: String) -> Bool {
        !file.isFolder && file.path.utf8.elementsEqual(path.utf8)
    }

    private func keep(_ list: OpenBISFileList, _ key: Key) {
        kept[key] = Kept(list: list, at: now())
        while kept.values.reduce(0, { $0 + $1.list.files.count }) > Self.most,
            let oldest = kept.min(by: { $0.value.at < $1.value.at })?.key
        {
            kept[oldest] = nil
        }
    }
}
