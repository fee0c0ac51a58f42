import CarrelAuth
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

extension ConfigurationOption {
    /// Opens the database of the configured hub, whether or not the hub runs, for work on accounts.
    func openAccountDesk() throws -> AccountDesk {
        let configuration = try load()
        let state = StateDirectory(path: configuration.hub.stateDirectory)
        // A forgotten --config must not make a second, empty hub in whatever folder one happens to be.
        guard path != nil || FileManager.default.fileExists(atPath: state.database) else {
            throw HubProcessError.noState(state.path)
        }
        try state.prepare()
        return AccountDesk(
            store: try Store.open(at: state.database, now: Date()),
            verifier: PasswordVerifier(work: ThreadedWork(threads: 1)),
            rule: PasswordRule(minimumLength: configuration.accounts.minimumPasswordLength),
        )
    }
}
