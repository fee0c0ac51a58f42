public import CarrelModel
public import Foundation

/// Looks into a home and brings files back, with the rights of its user and without following any link out of it.
///
/// A path is relative to the home, with `/` between names, and is refused when it is absolute or holds `.` or `..`. Names
/// are written as ``NameText`` says: they need not be UTF-8.
public protocol HomeFiles: Sendable {
    /// What is in a folder, folders first, by name.
    ///
    /// - Parameters:
    ///   - path: of the folder; empty for the home itself.
    ///   - home: which.
    ///   - point: in which restore point; nil for the home as it is.
    /// - Returns: what is in it, some thousand at most.
    /// - Throws: when it can't be looked into.
    func list(_ path: String, in home: HomeID, at point: RestorePoint?) async throws(HomeFilesError) -> [HomeFileEntry]

    /// The beginning of a file.
    func contents(
        _ path: String,
        in home: HomeID,
        at point: RestorePoint?,
        limit: Int
    ) async throws(HomeFilesError) -> Data

    /// Brings a file or folder of a restore point back to where it was.
    ///
    /// What is there now is kept beside it under another name, never overwritten.
    ///
    /// - Returns: the path under which what was there is kept; nil when nothing was.
    func bringBack(_ path: String, in home: HomeID, from point: RestorePoint) async throws(HomeFilesError) -> String?

    /// Puts the files of a folder of the operator's into a folder of a home, which is made; what is there already stays as
    /// it is, and hidden files and links are left out.
    ///
    /// - Parameters:
    ///   - name: of the folder in the home, a plain file name.
    ///   - home: which; it must be there.
    ///   - folder: absolute path of the operator's folder, whose files everybody may read.
    /// - Returns: how many files it found to put there.
    /// - Throws: when not all of it can be put there.
    func fill(_ name: String, in home: HomeID, from folder: String) async throws(HomeFilesError) -> Int

    /// Puts a small secret into a file that nobody but the home's user can read, in the place of what has its name.
    ///
    /// The folder is made if need be, and closed to others. A link in the file's place is replaced, one in the folder's refused.
    ///
    /// - Parameters:
    ///   - secret: all that is to be in the file.
    ///   - name: of the file; like the folder's it has no `/`, and may begin with a dot.
    ///   - folder: in the home.
    ///   - home: which; it must be there.
    /// - Throws: when it can't be put there; then what was there before still is.
    func putSecret(
        _ secret: Data,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeFilesError)

    /// Removes such a file; nothing happens where there is none.
    func removeSecret(_ name: String, in folder: String, of home: HomeID) async throws(HomeFilesError)

    /// The folders that hold most, largest first; sizes include what is in folders in them.
    func largestFolders(in home: HomeID, count: Int) async throws(HomeFilesError) -> [HomeFileEntry]
}

/// A file or folder in a home.
public struct HomeFileEntry: Sendable, Equatable, Codable {
    /// What it is.
    public enum Kind: String, Sendable, Codable {
        /// A folder, a file, a symbolic link, or anything else (sockets, pipes).
        case folder, file, link, other
    }

    /// Its path relative to the home.
    public var path: String
    /// What it is.
    public var kind: Kind
    /// Its size in bytes; of a folder, that of all it holds where that was counted, else 0.
    public var size: Int64
    /// When it was last changed.
    public var changedAt: Date

    /// Notes an entry.
    public init(path: String, kind: Kind, size: Int64, changedAt: Date) {
        self.path = path
        self.kind = kind
        self.size = size
        self.changedAt = changedAt
    }
}

/// What can go wrong with a file of a home.
public enum HomeFilesError: CarrelError, Equatable {
    /// There is no such file or folder (any more).
    case notFound(path: String)
    /// The path can't be one in a home.
    case badPath(String)
    /// The user may not read or write it.
    case notAllowed(path: String)
    /// The home is full.
    case full
    /// The helper or the file system failed.
    case failed(reason: String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .notFound: "files.notFound"
        case .badPath: "files.badPath"
        case .notAllowed: "files.notAllowed"
        case .full: "files.full"
        case .failed: "files.failed"
        }
    }

    /// What happened, for the person whose home it is.
    public var message: String {
        switch self {
        case .notFound(let path): "“\(NameText.shown(path))” isn't there."
        case .badPath(let path): "“\(NameText.shown(path))” isn't a path in a home."
        case .notAllowed(let path): "“\(NameText.shown(path))” can't be read or written with your rights."
        case .full: "Your home has no room for it."
        case .failed(let reason): "The files couldn't be reached: \(reason)."
        }
    }

    /// What that person can do.
    public var remedy: String {
        switch self {
        case .notFound: "Go back and choose again; it may have been moved or removed meanwhile."
        case .badPath: "Choose the file on the page instead of typing its address."
        case .notAllowed: "Give yourself the right with `chmod` in a terminal."
        case .full: "Remove what you don't need, or ask for more room."
        case .failed: "Try again in a moment, or tell your administrator."
        }
    }
}
