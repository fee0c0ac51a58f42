public import CarrelModel

/// What can go wrong with a server's process.
public enum SpawnError: CarrelError, Equatable {
    /// The order can't be carried out as it stands; `reason` names the part.
    case invalidOrder(String, reason: String)
    /// The server can't run as the user it should.
    case cannotBecome(String, reason: String)
    /// A program that is needed isn't on this machine.
    case programNotFound(path: String)
    /// A server of that id runs already.
    case alreadyRunning(String)
    /// The home couldn't be made.
    case cannotPrepareHome(path: String, reason: String)
    /// The home couldn't be removed, or not all of it.
    case cannotRemoveHome(path: String, reason: String)
    /// A folder stands where the home should be and belongs to somebody else.
    case homeOfAnother(path: String, owner: UInt32)
    /// The home holds more than its quota, where a quota is only counted.
    case homeFull(used: ByteCount, quota: ByteCount)
    /// A project folder or a shared folder couldn't be made.
    case cannotPrepareFolder(path: String, reason: String)
    /// The server's run directory or log couldn't be made.
    case cannotPrepare(String, reason: String)
    /// This machine can't put up a wall, and servers may not run without.
    case wallMissing(Wall, reason: String)
    /// The sandbox couldn't be built; `reason` is bubblewrap's own message.
    case sandboxRefused(String, reason: String)
    /// The program ended; `log` holds its last lines.
    case ended(String, code: Int32?, log: String)
    /// It did not answer in time.
    case silent(String, after: Duration)
    /// What it listens on isn't a socket of its own.
    case falseSocket(String, reason: String)
    /// What the server left behind couldn't be removed.
    case cannotCleanUp(String, reason: String)
    /// The task was cancelled.
    case cancelled(String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .invalidOrder: "spawn.invalidOrder"
        case .cannotBecome: "spawn.cannotBecome"
        case .programNotFound: "spawn.programNotFound"
        case .alreadyRunning: "spawn.alreadyRunning"
        case .cannotPrepareHome: "spawn.cannotPrepareHome"
        case .cannotRemoveHome: "spawn.cannotRemoveHome"
        case .homeOfAnother: "spawn.homeOfAnother"
        case .homeFull: "spawn.homeFull"
        case .cannotPrepareFolder: "spawn.cannotPrepareFolder"
        case .cannotPrepare: "spawn.cannotPrepare"
        case .wallMissing: "spawn.wallMissing"
        case .sandboxRefused: "spawn.sandboxRefused"
        case .ended: "spawn.ended"
        case .silent: "spawn.silent"
        case .falseSocket: "spawn.falseSocket"
        case .cannotCleanUp: "spawn.cannotCleanUp"
        case .cancelled: "spawn.cancelled"
        }
    }

    /// What happened, for the person who waits for the server.
    public var message: String {
        switch self {
        case .invalidOrder(_, let reason): "The server can't be started: \(reason)."
        case .cannotBecome(_, let reason): "The server can't run as its user: \(reason)."
        case .programNotFound(let path): "The program \(path) isn't on this machine."
        case .alreadyRunning: "The server is running already."
        case .cannotPrepareHome(let path, let reason): "The home folder \(path) couldn't be prepared: \(reason)."
        case .cannotRemoveHome(let path, let reason): "The home folder \(path) couldn't be removed: \(reason)."
        case .homeOfAnother(let path, let owner): "The home folder \(path) belongs to another user (number \(owner))."
        case .homeFull(let used, let quota):
            "Your home holds \(used.rounded), more than the \(quota.rounded) it may."
        case .cannotPrepareFolder(let path, let reason): "The folder \(path) couldn't be prepared: \(reason)."
        case .cannotPrepare(_, let reason): "The server's files couldn't be prepared: \(reason)."
        case .wallMissing(let wall, let reason):
            "This machine can't keep servers apart as it should (\(wall.rawValue)): \(reason)"
        case .sandboxRefused(_, let reason): "The sandbox couldn't be built: \(reason)"
        case .ended(_, let code?, _): "The server's program ended with code \(code)."
        case .ended(_, nil, _): "The server's program was killed."
        case .silent(_, let limit): "The server didn't answer within \(limit.components.seconds) seconds."
        case .falseSocket(_, let reason): "The server can't be reached safely: \(reason)."
        case .cannotCleanUp(_, let reason): "The server is stopped, but something of it is left: \(reason)."
        case .cancelled: "The start was cancelled."
        }
    }

    /// What that person can do.
    public var remedy: String {
        switch self {
        case .invalidOrder: "Tell your administrator: this is a fault of Carrel or its configuration."
        case .cannotBecome: "Tell your administrator: `carrel doctor` says whom servers can run as."
        case .programNotFound: "Tell your administrator to run `carrel doctor`."
        case .alreadyRunning: "Open it, or stop it first."
        case .cannotPrepareHome: "Tell your administrator to look at that folder and the free space on its disk."
        case .cannotRemoveHome: "Nothing outside of it was touched. End what uses it; the hub tries again by itself."
        case .homeOfAnother: "Tell your administrator: give the folder to its user with `chown`, or move it away."
        case .homeFull: "Open the storage page: it shows your largest folders and lets you ask for more room."
        case .cannotPrepareFolder: "Tell your administrator to look at that folder and the file system it is on."
        case .cannotPrepare: "Tell your administrator to look at the state directory and the free space on its disk."
        case .wallMissing: "Tell your administrator to run `carrel doctor`."
        case .sandboxRefused: "Tell your administrator to run `carrel doctor`."
        case .ended: "Its last lines of log say why. Start it again, or show the lines to your administrator."
        case .silent: "Look at its log. Stop it and start it again, or tell your administrator."
        case .falseSocket: "Stop the server and start it again, without replacing its socket."
        case .cannotCleanUp: "Tell your administrator to look at the run directory."
        case .cancelled: "Start it again when you need it."
        }
    }
}
