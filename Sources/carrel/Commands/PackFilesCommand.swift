import ArgumentParser
import CarrelSpawn
import Foundation

/// The command `carrel pack-files`: the hub's helper that makes archives of a user's files as that user.
///
/// Not for people.
struct PackFilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pack-files", shouldDisplay: false)

    @Option var uid: UInt32?
    @Option var gid: UInt32?

    func run() throws {
        if geteuid() == 0 {
            guard let uid, let gid, HomeFilesHelper.become(uid: uid, gid: gid, groups: []) else { throw ExitCode(1) }
        }
        umask(0o077)
        throw ExitCode(PackHelper.run())
    }
}
