import ArgumentParser
import CarrelData
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel vault …`.
struct VaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "The keys that people's credentials are encrypted with.",
        subcommands: [Rotate.self],
    )

    /// The command `carrel vault rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new key and encrypt all credentials with it, also while the hub runs."
        )

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let vault = Vault(keyFile: try source.load().hub.vaultKey)
            let (store, audit) = try source.openCredentials()
            _ = try vault.prepare()
            let records = try await store.everything()
            let sealed = records.map { Vault.Sealed(user: $0.userId, source: $0.source, bytes: $0.sealed) }
            let (renewed, lost) = try await vault.rotate(sealed) { index, new in
                try await store.replace(records[index].id ?? 0, records[index].sealed, with: new)
            }
            try await audit.note(.vaultRotated, .hub, details: ["renewed": "\(renewed)", "lost": "\(lost)"])
            print("A new key was made. Credentials encrypted with it: \(renewed).")
            if lost > 0 { print("Credentials that can't be read any more, and are asked for again: \(lost).") }
            print("Keep a copy of the file of keys apart from the database's.")
        }
    }
}
