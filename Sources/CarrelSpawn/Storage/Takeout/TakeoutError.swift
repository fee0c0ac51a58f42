public import CarrelModel

/// What can go wrong with a takeout.
public enum TakeoutError: CarrelError, Equatable {
    /// There is no such home yet.
    case noHome
    /// There is no such file or folder in the home.
    case notFound(path: String)
    /// The path can't be one in a home, or leads through a link.
    case badPath(String)
    /// The user may not read what the path names.
    case notAllowed(path: String)
    /// The disk that the archive goes to has no room for it.
    case noRoom
    /// The archive would be larger than it may be.
    case tooLarge(limit: ByteCount)
    /// The helper ended before the archive was whole.
    case failed(reason: String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .noHome: "takeout.noHome"
        case .notFound: "takeout.notFound"
        case .badPath: "takeout.badPath"
        case .notAllowed: "takeout.notAllowed"
        case .noRoom: "takeout.noRoom"
        case .tooLarge: "takeout.tooLarge"
        case .failed: "takeout.failed"
        }
    }

    /// What happened, for the person whose files they are.
    public var message: String {
        switch self {
        case .noHome: "There are no files yet."
        case .notFound(let path): "There is no “\(NameText.shown(path))” in this home."
        case .badPath(let path): "“\(NameText.shown(path))” isn't a path in a home, or leads through a link."
        case .notAllowed(let path): "“\(NameText.shown(path))” can't be read with your rights."
        case .noRoom: "The hub's disk has no room for this archive. Nothing of it was kept."
        case .tooLarge(let limit):
            "The archive would be larger than the \(limit.rounded) that are left for it. Nothing of it was kept."
        case .failed(let reason): "The archive couldn't be finished: \(reason)."
        }
    }

    /// What that person can do.
    public var remedy: String {
        switch self {
        case .noHome: "Start your server once: that makes your home."
        case .notFound: "Check how it is written, from your home on, such as work/data."
        case .badPath: "Write it from your home on, with / between names, such as work/data."
        case .notAllowed: "Give yourself the right with chmod in a terminal."
        case .noRoom: "Download it directly, which needs no room here, or tell your administrator."
        case .tooLarge: "Download it directly, choose a smaller folder, or remove archives that you prepared earlier."
        case .failed: "Try again; if it stays so, tell your administrator."
        }
    }
}
