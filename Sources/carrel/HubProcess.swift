import CarrelHub
import CarrelModel
import Foundation

/// The hub that runs with a state directory, as another process sees it.
struct HubProcess {
    private let state: StateDirectory

    init(stateDirectory: String) {
        state = StateDirectory(path: stateDirectory)
    }

    /// Has it read its configuration again.
    ///
    /// - Throws: ``HubProcessError/notRunning(_:)``.
    func reload() throws {
        guard let pid = HubLock.holder(of: state) else { throw HubProcessError.notRunning(state.path) }
        kill(pid, SIGHUP)
    }

    /// Has it look at every server, if it runs; when it starts it does so by itself.
    func look() {
        if let pid = HubLock.holder(of: state) { kill(pid, SIGUSR1) }
    }
}

/// Why a hub can't be reached.
enum HubProcessError: CarrelError {
    case notRunning(String)
    case noState(String)

    var code: String {
        switch self {
        case .notRunning: "command.hubNotRunning"
        case .noState: "command.noState"
        }
    }

    var message: String {
        switch self {
        case .notRunning(let path): "No hub runs with the state directory \(path)."
        case .noState(let path): "There is no hub in \(path)."
        }
    }

    var remedy: String {
        switch self {
        case .notRunning: "Start it with `carrel serve`; it reads its configuration then."
        case .noState: "Name its configuration with --config, go to its folder, or start it once with `carrel serve`."
        }
    }
}
