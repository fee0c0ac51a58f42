import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel token …`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "API tokens of users.",
        subcommands: [Create.self, List.self, Revoke.self],
    )

    /// The command `carrel token create NAME`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token and print it, once.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "Whose token.") var name: String
        @Option(help: "What it is for.") var note = "Made on the command line"
        @Option(help: "How long it is valid: 12h, 30d. Without it: until it is revoked.") var expiresIn: String?
        @Option(parsing: .upToNextOption, help: "What it may do. Without it: all that its user may.") var scope:
            [String] = []

        func run() async throws {
            let desk = try source.openAccountDesk()
            let lifetime = try expiresIn.map { text throws(UnitError) in try Duration(text: text) }
            let token = try await desk.createToken(
                for: UserName(normalizing: name),
                note: note,
                scopes: scope,
                lifetime: lifetime,
            )
            print(token)
        }
    }

    /// The command `carrel token list NAME`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a user's own tokens; not those of their servers."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "Whose tokens.") var name: String

        func run() async throws {
            let desk = try source.openAccountDesk()
            let rows = try await desk.tokens(of: UserName(normalizing: name)).map { token in
                [
                    token.id.map(String.init) ?? "",
                    token.note,
                    token.createdAt.formatted(.iso8601),
                    token.expiresAt?.formatted(.iso8601) ?? "never",
                    token.lastUsedAt?.formatted(.iso8601) ?? "never",
                    token.scopes.joined(separator: " "),
                ]
            }
            print(TextTable(headings: ["id", "note", "made", "ends", "last used", "scopes"], rows: rows).text)
        }
    }

    /// The command `carrel token revoke ID`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The token's id, from `carrel token list`.") var id: Int64

        func run() async throws {
            try await source.openAccountDesk().revokeToken(id)
            print("Token \(id) is revoked. A server that just used it may accept it for up to five minutes more.")
        }
    }
}
