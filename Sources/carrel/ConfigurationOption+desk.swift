import CarrelAuth
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

extension ConfigurationOption {
    /// Opens the database of the configured hub, whether or not the hub runs, for work on accounts.
    func openAccountDesk() throws -> AccountDesk {
        let configuration = try load()
        let store = try openStore(of: configuration)
        return AccountDesk(
            store: store,
            verifier: PasswordVerifier(work: ThreadedWork(threads: 1)),
            rule: PasswordRule(minimumLength: configuration.accounts.minimumPasswordLength),
            hasHome: EarlierHomes(store: store, homes: configuration.storage.homes).hasSome,
        )
    }

    /// Opens the database of the configured hub, whether or not the hub runs, for a look at homes that are left.
    func openEarlierHomes() throws -> EarlierHomes {
        let configuration = try load()
        return EarlierHomes(store: try openStore(of: configuration), homes: configuration.storage.homes)
    }

    /// Opens the database of the configured hub, whether or not the hub runs, for a look at groups.
    func openGroupDesk() throws -> GroupDesk {
        let configuration = try load()
        let folders = configuration.storage.homes + "/.projects/"
        return GroupDesk(
            store: try openStore(of: configuration),
            hasFolder: { FileManager.default.fileExists(atPath: folders + $0.text) },
        )
    }

    /// Changes something about groups, and has a hub that runs put it to use.
    func changeGroups(_ change: (GroupDesk) async throws -> (any CarrelError)?) async throws {
        _ = try await change(try openGroupDesk())
        HubProcess(stateDirectory: try load().hub.stateDirectory).look()
    }

    /// Opens the database of the configured hub, whether or not the hub runs, for a look at instances.
    func openInstanceRegister() throws -> InstanceRegister {
        InstanceRegister(store: try openStore(of: load()))
    }

    /// Changes something about instances, and has a hub that runs put it to use.
    func changeInstances<Result>(_ change: (InstanceRegister) async throws -> Result) async throws -> Result {
        let result = try await change(try openInstanceRegister())
        HubProcess(stateDirectory: try load().hub.stateDirectory).look()
        return result
    }

    /// Opens the database of the configured hub, whether or not the hub runs, for a look at credentials.
    func openCredentials() throws -> (CredentialStore, AuditTrail) {
        let store = try openStore(of: load())
        return (store.credentials, AuditTrail(store: store))
    }

    /// Opens the database of the configured hub, whether or not the hub runs, for a look at what launch links made.
    func openBuilds() throws -> BuildStore {
        try openStore(of: load()).builds
    }

    /// Opens the audit record of the configured hub for reading, whether or not the hub runs; nothing is made or changed.
    func openAudit() throws -> AuditStore {
        let state = StateDirectory(path: try load().hub.stateDirectory)
        guard FileManager.default.fileExists(atPath: state.database) else { throw HubProcessError.noState(state.path) }
        return try AuditStore.open(readOnlyAt: state.database)
    }

    private func openStore(of configuration: Configuration) throws -> Store {
        let state = StateDirectory(path: configuration.hub.stateDirectory)
        // A forgotten --config must not make a second, empty hub in whatever folder one happens to be.
        guard path != nil || FileManager.default.fileExists(atPath: state.database) else {
            throw HubProcessError.noState(state.path)
        }
        try state.prepare()
        return try Store.open(at: state.database, now: Date())
    }
}
