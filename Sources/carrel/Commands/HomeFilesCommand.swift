import ArgumentParser
import CarrelSpawn
import Foundation

/// The command `carrel home-files`: the hub's helper that looks at a user's files as that user.
///
/// Not for people.
struct HomeFilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "home-files", shouldDisplay: false)

    @Option var uid: UInt32?
    @Option var gid: UInt32?

    func run() throws {
        if geteuid() == 0 {
            guard let uid, let gid, HomeFilesHelper.become(uid: uid, gid: gid, groups: []) else { throw ExitCode(1) }
        }
        umask(0o077)
        guard let request = try FileHandle.standardInput.readToEnd() else { throw ExitCode(1) }
        try FileHandle.standardOutput.write(contentsOf: HomeFilesHelper.answer(to: request))
    }
}
