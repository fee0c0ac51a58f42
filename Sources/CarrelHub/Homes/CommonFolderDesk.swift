import CarrelModel
import CarrelSpawn
import CarrelStore
import Logging

/// Knows which folders people find in their homes besides their own files: those of their groups, and shared ones.
struct CommonFolderDesk: Sendable {
    /// What the configuration says of them.
    struct Settings: Sendable {
        /// The shared folders.
        var shared: [SharedFolderSettings] = []
        /// What a project folder may hold whose group has no quota of its own; nil for as much as there is room.
        var projectQuota: ByteCount?
        /// The ids of groups when the hub is root; nil: all files are the hub's own user's.
        ///
        /// The first is that of shared folders, the others are groups'.
        var gids: ClosedRange<UInt32>?
    }

    /// What a server gets.
    struct Folders: Sendable, Equatable {
        var bindings: [FolderBinding] = []
        var shelves: [String] = []
        /// Sentences on what can't be shown, for the user.
        var notices: [String] = []
    }

    let storage: any CommonFolderStorage
    let groups: GroupStore
    let settings: @Sendable () -> Settings
    let logger: Logger

    /// The Unix groups of a user's servers; a group for which there is no id is left out, and that is logged.
    func unixGroups(of groups: [GroupRecord]) -> [UnixGroup] {
        groups.compactMap { group in id(of: group).map { UnixGroup(name: group.name.text, gid: $0) } }
    }

    /// Makes the folders that a user's server shows, as far as they can be made: what can't be keeps no server from
    /// starting.
    ///
    /// - Parameters:
    ///   - groups: those the user is in.
    ///   - home: the home's path on this host.
    ///   - inside: its path in the server.
    /// - Returns: what the server shows, and what the user is told about the rest.
    func folders(for groups: [GroupRecord], in home: String, shownAt inside: String) async -> Folders {
        var folders = Folders()
        await addProjects(of: groups, in: home, shownAt: inside, to: &folders)
        let names = Set(groups.map(\.name.text))
        for shared in settings().shared where shared.groups.isEmpty || !names.isDisjoint(with: shared.groups) {
            await add(shared, in: home, shownAt: inside, to: &folders)
        }
        return folders
    }

    /// Brings the quotas of all folders to what they should be; servers go on meanwhile.
    ///
    /// - Throws: what the storage says of the last that couldn't be changed; the others have their quotas then.
    func applyQuotas() async throws {
        let settings = settings()
        let quotas = try await groups.all().reduce(into: [CommonFolder: ByteCount?]()) { quotas, group in
            quotas[.project(group.name)] = .some(quota(of: group))
        }
        var problem: SpawnError?
        for (folder, usage) in try await storage.commonUsages() {
            let shared = settings.shared.first { $0.path == nil && folder == .shared($0.name) }
            guard let wanted = quotas[folder] ?? shared.map(\.quota), usage.quota != wanted else { continue }
            do {
                try await storage.setQuota(wanted, of: folder)
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
    }

    /// What a group's project folder may hold.
    func quota(of group: GroupRecord) -> ByteCount? {
        guard let own = group.projectQuota else { return settings().projectQuota }
        return own == GroupRecord.unlimited ? nil : ByteCount(bytes: own)
    }

    private func id(of group: GroupRecord) -> UInt32? {
        guard let gids = settings().gids, let id = group.id else { return nil }
        guard id > 0, id < gids.count else {
            logger.error("group.outOfIDs", metadata: ["group": "\(group.name)", "limit": "\(gids.count - 1)"])
            return nil
        }
        return gids.lowerBound + UInt32(id)
    }
}

extension CommonFolderDesk {
    /// Puts the project folders on a shelf of their own; where the user has files of that name, into that folder.
    private func addProjects(
        of groups: [GroupRecord],
        in home: String,
        shownAt inside: String,
        to folders: inout Folders,
    ) async {
        let name = SharedFolderSettings.projects
        guard !groups.isEmpty else { return }
        guard HomeDirectory.makeMountPoint(name, in: home) else {
            return folders.notices.append(
                "Your projects aren't shown: your home has no room, or something else called \(name)."
            )
        }
        let isFree = HomeDirectory.isEmptyFolder(name, in: home)
        if isFree { folders.shelves.append("\(inside)/\(name)") }
        for group in groups {
            if settings().gids != nil, id(of: group) == nil {
                folders.notices.append("The project \(group.name) isn't shown: there is no free id for its group.")
                continue
            }
            if !isFree, !makePlace(group.name.text, in: "\(home)/\(name)") {
                folders.notices.append(
                    "The project \(group.name) isn't shown: your folder \(name) has something else there."
                )
                continue
            }
            do {
                let path = try await storage.prepare(
                    .project(group.name),
                    owner: id(of: group),
                    quota: quota(of: group)
                )
                let place = "\(inside)/\(name)/\(group.name)"
                folders.bindings.append(
                    FolderBinding(host: path, inside: place, access: .readWrite, owner: id(of: group))
                )
            } catch {
                note(error, of: "The project \(group.name)", in: &folders)
            }
        }
    }

    private func add(
        _ shared: SharedFolderSettings,
        in home: String,
        shownAt inside: String,
        to folders: inout Folders,
    ) async {
        guard makePlace(shared.name, in: home) else {
            let reason = "your home has no room, or has something else called \(shared.name)"
            return folders.notices.append("The folder \(shared.name) isn't shown: \(reason).")
        }
        let access: FolderBinding.Access = shared.access == .readOnly ? .readOnly : .readWrite
        let place = "\(inside)/\(shared.name)"
        if let path = shared.path {
            guard HomeDirectory.isFolder(path) else {
                logger.warning("sharedFolder.missing", metadata: ["name": "\(shared.name)", "path": "\(path)"])
                return folders.notices.append("The folder \(shared.name) isn't shown: it isn't there at the moment.")
            }
            return folders.bindings.append(FolderBinding(host: path, inside: place, access: access))
        }
        do {
            let owner = settings().gids?.lowerBound
            let path = try await storage.prepare(.shared(shared.name), owner: owner, quota: shared.quota)
            folders.bindings.append(FolderBinding(host: path, inside: place, access: access, owner: owner))
        } catch {
            note(error, of: "The folder \(shared.name)", in: &folders)
        }
    }

    /// Makes sure there is an empty folder to show another one in.
    private func makePlace(_ name: String, in folder: String) -> Bool {
        HomeDirectory.makeMountPoint(name, in: folder) && HomeDirectory.isEmptyFolder(name, in: folder)
    }

    private func note(_ error: SpawnError, of what: String, in folders: inout Folders) {
        logger.warning("folder.notShown", metadata: ["code": "\(error.code)", "reason": "\(error.message)"])
        folders.notices.append("\(what) isn't shown; your administrator finds the reason in the log.")
    }
}
