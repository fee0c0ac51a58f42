import CarrelHub
import CarrelModel
import Foundation

/// The hub that runs with a state directory, as another process sees it.
struct HubProcess {
    private let state: StateDirectory

    init(stateDirectory: String) {
        state = StateDirectory(path: stateDirectory)
    }

    /// Has it read its configuration again and look at every server.
    ///
    /// - Throws: ``HubProcessError/notRunning(_:)``.
    func reload() throws {
        guard let pid = HubLock.holder(of: state) else { throw HubProcessError.notRunning(state.path) }
        kill(pid, SIGHUP)
    }

    /// Has it look at every server, if it runs; when it starts it does so by itself.
    func look() {
        if let pid = HubLock.holder(of: state) { kill(pid, SIGHUP) }
    }
}

/// Why a running hub can't be reached.
enum HubProcessError: CarrelError {
    case notRunning(String)

    var code: String { "command.hubNotRunning" }

    var message: String {
        switch self {
        case .notRunning(let path): "No hub runs with the state directory \(path)."
        }
    }

    var remedy: String { "Start it with `carrel serve`; it reads its configuration then." }
}
