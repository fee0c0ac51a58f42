import ArgumentParser
import CarrelAuth
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

extension InstanceCommand {
    /// The command `carrel instance delete NAME --confirm NAME`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Delete everything of an instance: homes, restore points, hand-out folder, members, accounts only for it.",
            discussion: "There is no way back. A signed record of what was deleted remains (carrel instance record).",
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The instance's name.") var name: String
        @Option(help: "The instance's name once more.") var confirm: String?

        func validate() throws {
            if confirm != name {
                throw ValidationError("This deletes all homes in it. To go on, write --confirm \(name).")
            }
        }

        func run() async throws {
            let name = try InstanceName(name)
            try await source.changeInstances { try await $0.delete(name, by: "command line") }
            print("The instance \(name) is being deleted by the hub that runs, or else by the next one.")
        }
    }

    /// The command `carrel instance record`.
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the records of deleted instances, write one, or verify one."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The number of the record to write.") var id: Int64?
        @Option(help: "A file with a record, to be verified with this hub's key.") var verify: String?
        @Flag(help: "Write this hub's public key.") var publicKey = false

        func validate() throws {
            let count = [id != nil, verify != nil, publicKey].count { $0 }
            guard count <= 1 else {
                throw ValidationError("A number, --verify FILE and --public-key exclude each other.")
            }
        }

        func run() async throws {
            let register = try source.openInstanceRegister()
            let key = try StateDirectory(path: source.load().hub.stateDirectory).recordKey()
            if publicKey { return print(key.publicKey) }
            if let verify { return try check(verify, key) }
            guard let id else { return print(try await list(register)) }
            guard let record = try await register.deletion(id) else { throw RecordCommandError.none(id) }
            guard let text = try DeletionPaper.text(of: record, key: key) else {
                throw RecordCommandError.underWay(record.instance)
            }
            print(text, terminator: "")
        }

        private func check(_ file: String, _ key: RecordKey) throws {
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw RecordCommandError.unreadable(file)
            }
            guard DeletionPaper.isGenuine(String(decoding: bytes, as: UTF8.self), key: key) else {
                throw RecordCommandError.notGenuine(file)
            }
            print("The record \(file) is genuine: this hub signed it, and nothing in it was changed.")
        }

        private func list(_ register: InstanceRegister) async throws -> String {
            let rows = try await register.deletions().map { record in
                let report = try record.report()
                return [
                    "\(record.id ?? 0)", record.instance, record.startedAt.formatted(.iso8601),
                    record.finishedAt?.formatted(.iso8601) ?? "under way", "\(report.homes.count)",
                    "\(report.accounts.count)",
                ]
            }
            return TextTable(headings: ["number", "instance", "began", "finished", "homes", "accounts"], rows: rows)
                .text
        }
    }
}

/// Why there is no record to show.
enum RecordCommandError: CarrelError {
    case none(Int64)
    case underWay(String)
    case unreadable(String)
    case notGenuine(String)

    var code: String {
        switch self {
        case .none: "command.noRecord"
        case .underWay: "command.recordUnderWay"
        case .unreadable: "command.recordUnreadable"
        case .notGenuine: "command.recordNotGenuine"
        }
    }

    var message: String {
        switch self {
        case .none(let id): "There is no record \(id)."
        case .underWay(let name): "The instance \(name) is still being deleted."
        case .unreadable(let file): "The file \(file) can't be read."
        case .notGenuine(let file): "The record \(file) isn't genuine: this hub never signed it in this form."
        }
    }

    var remedy: String {
        switch self {
        case .none: "List the records with `carrel instance record`."
        case .underWay: "Wait; the hub that runs, or the next one, goes on. Its log says what it waits for."
        case .unreadable: "Check its name and its mode."
        case .notGenuine: "Don't rely on it. A record of another hub is verified with that hub."
        }
    }
}
