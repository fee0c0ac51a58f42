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
        try state.prepare()
        return AccountDesk(
            store: try Store.open(at: state.database, now: Date()),
            verifier: PasswordVerifier(work: ThreadedWork(threads: 1)),
            rule: PasswordRule(minimumLength: configuration.accounts.minimumPasswordLength),
        )
    }
}
