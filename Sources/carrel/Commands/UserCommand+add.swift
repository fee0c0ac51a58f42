import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

extension UserCommand {
    /// The command `carrel user add NAME`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user and print a one-time password, to be changed at the first sign-in."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Make the user an admin.") var admin = false
        @Flag(help: "Where an earlier user of that name has left a home: set it aside.") var newHome = false
        @Flag(help: "Where an earlier user of that name has left a home: hand it to the new one.") var takeHome = false

        func validate() throws {
            if newHome && takeHome { throw ValidationError("--new-home and --take-home exclude each other.") }
        }

        func run() async throws {
            let user = try UserName(normalizing: name)
            let configuration = try source.load()
            let desk = try source.openAccountDesk()
            let isNew = try await !desk.users().contains { $0.name == user }
            let earlier = isNew ? try await source.openEarlierHomes().all(of: user) : []
            if let first = earlier.first, !newHome && !takeHome {
                let paths = earlier.map(\.path).joined(separator: ", ")
                throw AddCommandError.homeExists(user.text, path: paths, owner: first.owner)
            }
            let password = try await desk.add(user, isAdmin: admin)
            do {
                for home in earlier { try await settle(home, for: user, desk, configuration) }
            } catch {
                // Nobody knows the password yet.
                try await desk.remove(user)
                throw error
            }
            print("User \(user) was added. One-time password: \(password)")
        }

        private func settle(
            _ home: EarlierHome,
            for user: UserName,
            _ desk: AccountDesk,
            _ configuration: Configuration,
        ) async throws {
            if newHome {
                print("The home of the earlier user is now \(try home.setAside(at: Date()))")
                return
            }
            let range = configuration.sandbox.uidRange
            if geteuid() == 0, !configuration.sandbox.leaveOut.contains(.users) {
                let uid = try await desk.serverUID(of: user, in: range.first...range.last)
                try home.hand(to: Account(uid: uid, gid: uid))
            }
            print("The home \(home.path) of the earlier user is now this user's.")
        }
    }
}

/// Why a user can't be added.
enum AddCommandError: CarrelError {
    case homeExists(String, path: String, owner: UInt32)

    var code: String { "command.homeExists" }

    var message: String {
        switch self {
        case .homeExists(let name, let path, let owner):
            "There was a user \(name) before, whose home is still there: \(path) (of the user number \(owner))."
        }
    }

    var remedy: String {
        """
        Is it another person now? Add --new-home: the files are set aside, and the new user doesn't see them.
        Is it the same person? Add --take-home: the new user gets the files.
        """
    }
}
