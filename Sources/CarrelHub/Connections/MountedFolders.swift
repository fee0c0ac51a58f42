import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore

/// Which folders of data sources people find in their servers, and whose the files in them are.
struct MountedFolders: Sendable {
    let desk: ConnectionDesk
    /// The users that servers run as when the hub is root; nil: nothing can be mounted.
    let settings: @Sendable () -> AdmissionDesk.Settings

    /// Whether there is anything to mount, and anybody to mount it for.
    var canBe: Bool { settings().uids != nil && !desk.instances.configuration().dataSources.isEmpty }

    /// Whose the files in a person's folders are; nil where nothing can be mounted.
    ///
    /// - Throws: ``HubError/outOfAccounts(limit:)``.
    func account(of user: UserRecord) throws -> Account? {
        let settings = settings()
        guard let uids = settings.uids else { return nil }
        let uid = settings.hasOwnUsers ? try ServerLaunch.uid(of: user, in: uids) : uids.lowerBound
        return Account(uid: uid, gid: uid)
    }

    /// The folders of those sources that a person has connected.
    ///
    /// - Parameters:
    ///   - user: the person.
    ///   - sources: those to look at.
    ///   - reports: what the gateway says of connections, by the sources' names.
    /// - Returns: the folders, with how their connections stand.
    /// - Throws: what the database says.
    func folders(
        of user: UserRecord,
        among sources: [DataSourceSettings],
        reports: [String: ConnectionReport] = [:],
    ) async throws -> [UserMounts.Folder] {
        let names = Set(sources.map(\.name))
        return try await desk.entries(of: user).filter { $0.isConfigured && names.contains($0.source.name) }.map {
            entry in
            UserMounts.Folder(
                name: entry.source.homeFolder,
                path: "\(HubPath.files)\(entry.source.homeFolder)",
                title: entry.source.title,
                isReadOnly: entry.source.access == .readOnly,
                state: reports[entry.source.name]?.state,
            )
        }
    }
}
