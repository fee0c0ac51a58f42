public import CarrelModel

/// Why rclone didn't do what it was asked to.
public enum RcloneError: CarrelError, Equatable {
    /// Nobody answers at its socket.
    case unreachable(reason: String)
    /// It didn't answer a call in time.
    case silent(call: String, after: Duration)
    /// It refused a call, for the reason it gives.
    case refused(call: String, reason: String)
    /// What it answered isn't an answer to that call.
    case foreign(call: String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .unreachable: "mount.unreachable"
        case .silent: "mount.silent"
        case .refused: "mount.refused"
        case .foreign: "mount.foreign"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unreachable(let reason): "The program that mounts folders isn't reached: \(reason)"
        case .silent(let call, let limit): "The program that mounts folders didn't answer \(call) within \(limit)."
        case .refused(let call, let reason): "The program that mounts folders refused \(call): \(reason)"
        case .foreign(let call): "The program that mounts folders answered \(call) with something else."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unreachable, .silent: "Nothing to do: the hub starts it again."
        case .refused:
            "Look into its log, daemon.log in the user's folder of mounts; `carrel doctor` says what is missing."
        case .foreign: "Install the version of rclone that `carrel doctor` names."
        }
    }
}
