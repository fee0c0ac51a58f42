/// Waits with the person until a server has stopped, then goes home (JupyterHub's `stop-pending`).
struct StoppingPage: Page {
    static let template = "stopping"
    static let scripts = ["live.js"]

    let title = "Stopping"
    let serverName: String

    init(serverName: String) {
        self.serverName = serverName
    }

    var refreshSeconds: Int? { 3 }
}
