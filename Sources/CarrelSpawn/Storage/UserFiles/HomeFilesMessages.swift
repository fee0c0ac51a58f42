import Foundation

/// What the hub asks its helper that runs as the user.
enum HomeFilesRequest: Codable, Equatable {
    case list(path: String, point: String?)
    case contents(path: String, point: String?, limit: Int)
    case bringBack(path: String, point: String, suffix: String)
    case largestFolders(count: Int)
    case fill(name: String)
    /// The second folder is the material, not that of restore points.
    case deliver(folder: String, delivered: [String: String], suffix: String)
    /// The second descriptor is the content.
    case place(name: String, folder: String)
    case placeNew(name: String, folder: String)
    case freeName(name: String, folder: String)
    /// Without contents the file is removed.
    case secret(folder: String, name: String, contents: Data?)
}

/// What the helper answers.
enum HomeFilesAnswer: Codable, Equatable {
    case entries([HomeFileEntry])
    case contents(Data)
    case kept(String?)
    case filled(Int)
    case delivered(MaterialOutcome)
    case placed(String)
    /// Something has the name.
    case taken
    case folderRefused(HomeFilesRefusal)
    case done
    case refused(HomeFilesRefusal)
}

/// An error on its way from the helper to the hub.
enum HomeFilesRefusal: Error, Codable, Equatable {
    case notFound, badPath, notAllowed, full
    case failed(String)

    /// What an error number of a system call means for the user.
    init(number: Int32) {
        switch number {
        case ENOENT, ENOTDIR: self = .notFound
        case ELOOP, EXDEV: self = .badPath
        case EACCES, EPERM, EROFS: self = .notAllowed
        case EDQUOT, ENOSPC: self = .full
        default: self = .failed(String(cString: strerror(number)))
        }
    }

    /// The error as the pages know it.
    func error(_ path: String) -> HomeFilesError {
        switch self {
        case .notFound: .notFound(path: path)
        case .badPath: .badPath(path)
        case .notAllowed: .notAllowed(path: path)
        case .full: .full
        case .failed(let reason): .failed(reason: reason)
        }
    }
}
