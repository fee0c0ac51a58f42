import OpenBISClient

/// The files of a dataset by the folders they are in; they never change.
struct DataSetFiles: Sendable {
    /// What has a name in a folder.
    enum Item: Sendable {
        case folder
        case file(OpenBISFile)
    }

    /// By the folder's path and the name in it; the top's path is empty.
    private var folders: [String: [String: Item]] = ["": [:]]
    private(set) var count = 0

    /// Adds a file or folder, and the folders around it.
    mutating func add(_ file: OpenBISFile) {
        let (folder, name) = Self.parts(of: file.path)
        addFolder(folder)
        if file.isFolder { addFolder(file.path) } else { folders[folder]?[name] = .file(file) }
        count += 1
    }

    private mutating func addFolder(_ path: String) {
        guard folders[path] == nil else { return }
        let (around, name) = Self.parts(of: path)
        addFolder(around)
        folders[around]?[name] = .folder
        folders[path] = [:]
    }

    /// What lies at a path; nil for nothing.
    subscript(path: String) -> Item? {
        let (folder, name) = Self.parts(of: path)
        return folders[folder]?[name]
    }

    /// What is in a folder, by name.
    func items(of folder: String) -> [(name: String, item: Item)] {
        (folders[folder] ?? [:]).map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    private static func parts(of path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}

/// The lists of files that were asked for last: openBIS gives a dataset's list only whole.
actor DataSetShelf {
    private struct Kept {
        let files: DataSetFiles
        var used: Int
    }

    private let door: OpenBISDoor
    private var kept: [String: Kept] = [:]
    private var underWay: [String: Task<Result<DataSetFiles, DataFault>, Never>] = [:]
    private var uses = 0

    /// How many files are known at most, those of all datasets together.
    static let room = 250_000

    init(door: OpenBISDoor) {
        self.door = door
    }

    /// The files of a dataset, which has to be one that may be seen now.
    ///
    /// - Throws: ``DataFault``.
    func files(of dataSet: OpenBISDataSet) async throws(DataFault) -> DataSetFiles {
        uses += 1
        kept[dataSet.permID]?.used = uses
        if let known = kept[dataSet.permID] { return known.files }
        // A task of its own: who came first may go away, and the list be asked for again.
        let task = underWay[dataSet.permID] ?? Task { [door] in await Self.list(dataSet, door) }
        underWay[dataSet.permID] = task
        let result = await task.value
        if underWay[dataSet.permID] == task { underWay[dataSet.permID] = nil }
        let files = try result.get()
        kept[dataSet.permID] = Kept(files: files, used: uses)
        while kept.values.reduce(0, { $0 + $1.files.count }) > Self.room || kept.count > 100,
            let oldest = kept.min(by: { $0.value.used < $1.value.used })?.key, oldest != dataSet.permID
        {
            kept[oldest] = nil
        }
        return files
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
                for file in page.items { files.add(file) }
                guard files.count <= room else {
                    throw .failed("This dataset has more than \(room) files: download it by PyBIS instead.")
                }
                next = page.next
            }
            return .success(files)
        } catch {
            return .failure(error)
        }
    }
}
