public import CarrelModel

/// Why a short program of the system didn't do what it was asked.
public enum ProgramFailure: CarrelError, Equatable {
    /// It isn't on this machine, or can't be run.
    case notStarted(program: String, reason: String)
    /// It ended with a code other than 0, or with the negative number of a signal; `said` is the end of what it wrote to standard error.
    case failed(program: String, code: Int32, said: String)
    /// It didn't end in time and was killed.
    case tooSlow(program: String, limit: Duration)
    /// It wrote more than was expected.
    case tooMuch(program: String)
    /// The task was cancelled, and the program killed.
    case cancelled(program: String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .notStarted: "program.notStarted"
        case .failed: "program.failed"
        case .tooSlow: "program.tooSlow"
        case .tooMuch: "program.tooMuch"
        case .cancelled: "program.cancelled"
        }
    }

    /// What happened, for whoever runs the hub.
    public var message: String {
        switch self {
        case .notStarted(let program, let reason): "\(program) can't be started: \(reason)"
        case .failed(let program, let code, let said):
            said.isEmpty ? "\(program) ended with code \(code)" : "\(program): \(said)"
        case .tooSlow(let program, let limit): "\(program) didn't end within \(limit.text)"
        case .tooMuch(let program): "\(program) wrote more than was expected"
        case .cancelled(let program): "\(program) was stopped"
        }
    }

    /// What they can do.
    public var remedy: String {
        switch self {
        case .notStarted: "Install it, then run `carrel doctor`."
        case .failed, .tooMuch: "Run it by hand to see more."
        case .tooSlow: "Look at the load of this machine and its disks."
        case .cancelled: "Try again."
        }
    }
}
