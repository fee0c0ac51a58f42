import CarrelModel
import CarrelSpawn
import CarrelStore
import Logging

/// What a server shows of data sources from its first moment on: in each folder the word on how it stands.
///
/// Once its process runs, the files are shown on top of that (``MountKeeper``). So no program ever meets an empty folder, as
/// the mount points that earlier starts left in the home are, and writes in it.
struct FirstFolders: Sendable {
    let folders: MountedFolders
    let keeper: MountKeeper
    let logger: Logger

    /// The folders to bind in a start.
    ///
    /// One of which the user has something of their own is left out: the keeper says so on the page of connections.
    ///
    /// - Parameters:
    ///   - owned: the server.
    ///   - home: its home on this host.
    ///   - inside: its home in the server.
    /// - Returns: a binding for each folder that is to hold a data source.
    func bindings(for owned: OwnedServer, in home: String, shownAt inside: String) async -> [FolderBinding] {
        guard folders.canBe, !owned.owner.isVisitor else { return [] }
        do {
            let sources = try await folders.desk.sources(of: owned.owner, in: owned.instance.settings)
            guard !sources.isEmpty, let account = try folders.account(of: owned.owner) else { return [] }
            let wanted = try await folders.folders(of: owned.owner, among: sources)
            let places = try await keeper.announce(wanted, to: MountPasswords.name(for: owned), account: account)
            return wanted.compactMap { folder in
                guard let place = places[folder.name], HomeDirectory.makeMountPoint(folder.name, in: home),
                    HomeDirectory.isEmptyFolder(folder.name, in: home)
                else { return nil }
                return FolderBinding(host: place, inside: "\(inside)/\(folder.name)", access: .readOnly)
            }
        } catch {
            // The keeper shows them a moment later, and says what fails.
            logger.warning("mounts.notAnnounced", metadata: ["server": "\(owned.key.fullName)", "error": "\(error)"])
            return []
        }
    }
}
