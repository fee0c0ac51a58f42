import OpenBISClient

/// The files of a dataset by the folders they are in; they never change.
///
/// Names are told apart by their bytes: for a `String`, two spellings of a letter are one.
struct DataSetFiles: Sendable {
    /// What has a name in a folder.
    enum Item: Sendable {
        case folder
        case file(OpenBISFile)
    }

    /// By the folder's path and the name in it; the top's path is empty.
    private var folders: [[UInt8]: [[UInt8]: Item]] = [[]: [:]]
    /// How many were added.
    private(set) var count = 0
    /// About how much memory all of it takes, in bytes.
    private(set) var weight = 0

    /// What an entry takes besides its name and path.
    private static let entryWeight = 200

    /// Adds a file or folder, and the folders around it.
    mutating func add(_ file: OpenBISFile) {
        let path = Array(file.path.utf8)[...]
        let (folder, name) = Self.parts(of: path)
        count += 1
        guard !file.isFolder else { return addFolder(path) }
        addFolder(folder)
        weight += 2 * path.count + Self.entryWeight
        folders[Array(folder)]?[Array(name)] = .file(file)
    }

    private mutating func addFolder(_ path: ArraySlice<UInt8>) {
        var missing: [ArraySlice<UInt8>] = []
        var outer = path
        // The top is always there.
        while folders[Array(outer)] == nil {
            missing.append(outer)
            outer = Self.parts(of: outer).folder
        }
        for folder in missing.reversed() {
            let (around, name) = Self.parts(of: folder)
            folders[Array(around)]?[Array(name)] = .folder
            folders[Array(folder)] = [:]
            weight += folder.count + name.count + 2 * Self.entryWeight
        }
    }

    /// What lies at a path; nil for nothing.
    subscript(path: String) -> Item? {
        let (folder, name) = Self.parts(of: Array(path.utf8)[...])
        return folders[Array(folder)]?[Array(name)]
    }

    /// What is in a folder, by name.
    func items(of folder: String) -> [(name: String, item: Item)] {
        (folders[Array(folder.utf8)] ?? [:]).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
            .sorted { $0.name < $1.name }
    }

    private static func parts(of path: ArraySlice<UInt8>) -> (folder: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return ([], path) }
        return (path[..<slash], path[(slash + 1)...])
    }
}
