import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// Where nothing can be mounted, JupyterLab's file browser shows data sources all the same: it asks the data gateway itself.
///
/// The server's half is `carrel_server.data_folders`.
struct DataInLab: Sendable {
    let desk: ConnectionDesk
    let passwords: MountPasswords
    /// The folder of the gateway's socket for mounts, and the socket's name in it.
    let socket: (folder: String, name: String)
    /// Whether folders can be mounted.
    let canMount: @Sendable () -> Bool

    /// Where a server finds that folder.
    private static let inside = "/run/carrel/data"

    /// What a server needs for it; nothing where mounts do it, or where there is no data source.
    func extras(for owned: OwnedServer) async throws -> ServerExtras {
        guard !canMount(), !owned.owner.isVisitor,
            try await !desk.sources(of: owned.owner, in: owned.instance.settings).isEmpty
        else { return ServerExtras() }
        return ServerExtras(
            variables: [
                "CARREL_DATA_SOCKET": "\(Self.inside)/\(socket.name)",
                "CARREL_DATA_TOKEN": try await passwords.newPassword(for: owned),
            ],
            bindings: [FolderBinding(host: socket.folder, inside: Self.inside, access: .readOnly)],
        )
    }
}
