import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel audit …`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The record of who did what; it is only read, also while the hub runs.",
        subcommands: [List.self, Export.self, Verify.self],
    )

    /// The command `carrel audit list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the newest events, the newest first.")

        @OptionGroup var source: ConfigurationOption
        @OptionGroup var choice: AuditChoice
        @Option(help: "How many events.") var limit = 50

        func run() async throws {
            let records = try await source.openAudit().newest(choice.filter, limit: max(1, limit))
            let rows = records.map { record in
                [
                    "\(record.id)", record.time.formatted(.iso8601), "\(record.actorKind.rawValue) \(record.actorName)",
                    record.action, "\(record.targetKind) \(record.targetName)", record.address,
                    record.outcome.rawValue + (record.reason.map { " (\($0))" } ?? "")
                        + (record.count > 1 ? " × \(record.count)" : ""),
                ]
            }
            let headings = ["id", "time", "who", "action", "target", "from", "outcome"]
            print(TextTable(headings: headings, rows: rows).text)
        }
    }

    /// The command `carrel audit export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print events as JSON lines, the oldest first.",
            discussion: "To go on later, give the id of the last line to --after.",
        )

        @OptionGroup var source: ConfigurationOption
        @OptionGroup var choice: AuditChoice
        @Option(help: "The id after which to begin.") var after: Int64 = 0

        func run() async throws {
            let export = AuditExport(try source.openAudit(), try choice.filter, after: after)
            try await export.send { try FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) }
        }
    }

    /// The command `carrel audit verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether any event was changed or taken away.",
            discussion: """
                Each event carries the SHA-256 of itself and of the one before. Who can write the database could make all of \
                them anew: keep what this command prints at another place, and give it to --seen the next time.
                """,
        )

        @OptionGroup var source: ConfigurationOption
        @Option(help: "What was printed an earlier time, ID:HASH.") var seen: String?

        func run() async throws {
            let store = try source.openAudit()
            let found = try await store.verify()
            if let fault = found.fault { throw AuditCommandError.fault(fault, after: found.last) }
            if let seen { try await check(seen, in: store, pruned: found.pruned) }
            print("All \(found.count) events are as they were written. Older ones removed in time: \(found.pruned).")
            print("\(found.last):\(found.chain)")
        }

        private func check(_ seen: String, in store: AuditStore, pruned: Int64) async throws {
            let parts = seen.split(separator: ":")
            guard parts.count == 2, let id = Int64(parts[0]) else { throw AuditCommandError.notSeen(seen) }
            guard id > pruned else { throw AuditCommandError.removed(id) }
            guard try await store.link(of: id) == String(parts[1]) else { throw AuditCommandError.madeAnew(id) }
        }
    }
}

/// Which events are meant.
struct AuditChoice: ParsableArguments {
    @Option(help: "Whom they concern, or who acted: a user's name.") var person: String?
    @Option(help: "What was done, such as session.began.") var action: String?
    @Option(help: "What came of it: done, refused or failed.") var outcome: String?

    var filter: AuditFilter {
        get throws {
            var filter = AuditFilter()
            filter.person = try person.map { try UserName(normalizing: $0).text }
            filter.action = try action.map { text in
                guard let action = AuditAction(rawValue: text) else {
                    let all = AuditAction.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("There is no action \(text). These there are: \(all)")
                }
                return action
            }
            filter.outcome = try outcome.map { text in
                guard let outcome = AuditRecord.Outcome(rawValue: text) else {
                    throw ValidationError("An outcome is done, refused or failed.")
                }
                return outcome
            }
            return filter
        }
    }
}

/// What is wrong with the audit record.
enum AuditCommandError: CarrelError {
    case fault(AuditVerification.Fault, after: Int64)
    case madeAnew(Int64)
    case notSeen(String)
    case removed(Int64)

    var code: String {
        switch self {
        case .fault: "audit.broken"
        case .madeAnew: "audit.madeAnew"
        case .notSeen: "audit.notSeen"
        case .removed: "audit.removed"
        }
    }

    var message: String {
        switch self {
        case .fault(.changed(let id), let last):
            "The event \(id) isn't as it was written, or follows another one than it did. Those up to \(last) are."
        case .fault(.missing(let from, let to), _):
            from == to ? "The event \(from) is gone." : "The events \(from) to \(to) are gone."
        case .madeAnew(let id): "The event \(id) isn't the one that was there earlier: the record was made anew."
        case .notSeen(let text): "\(text) isn't what this command prints."
        case .removed(let id):
            "The event \(id) isn't there any more to be compared, as those that are too old are removed."
        }
    }

    var remedy: String {
        switch self {
        case .fault, .madeAnew:
            "Only somebody who can write the database can do this. Compare with a backup or an export that they can't write."
        case .notSeen: "Give its last line, ID:HASH."
        case .removed: "Compare with a newer one; if yours is newer than `audit.keep`, somebody has removed events."
        }
    }
}
