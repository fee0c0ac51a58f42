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
    func unixGroups(of places: [GroupPlace]) -> [UnixGroup] {
        places.compactMap { place in id(of: place.group).map { UnixGroup(name: place.group.name.text, gid: $0) } }
    }

    /// Makes the folders that a user's server shows, as far as they can be made: what can't be keeps no server from
    /// starting.
    ///
    /// - Parameters:
    ///   - places: the groups the user is in, and as what.
    ///   - home: the home's path on this host.
    ///   - inside: its path in the server.
    /// - Returns: what the server shows, and what the user is told about the rest.
    func folders(for places: [GroupPlace], in home: String, shownAt inside: String) async -> Folders {
        var folders = Folders()
        await addProjects(of: places, in: home, shownAt: inside, to: &folders)
        for shared in shared(with: places) { await add(shared, in: home, shownAt: inside, to: &folders) }
        return folders
    }

    /// The shared folders that somebody in these groups is shown.
    func shared(with places: [GroupPlace]) -> [SharedFolderSettings] {
        let names = Set(places.map(\.group.name.text))
        return settings().shared.filter { $0.isShown(to: names) }
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

    func id(of group: GroupRecord) -> UInt32? {
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
        of places: [GroupPlace],
        in home: String,
        shownAt inside: String,
        to folders: inout Folders,
    ) async {
        let name = SharedFolderSettings.projects
        guard !places.isEmpty else { return }
        guard HomeDirectory.makeMountPoint(name, in: home) else {
            return folders.notices.append(
                "Your projects aren't shown: your home has no room, or something else called \(name)."
            )
        }
        let isFree = HomeDirectory.isEmptyFolder(name, in: home)
        if isFree { folders.shelves.append("\(inside)/\(name)") }
        for place in places {
            let group = place.group
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
                try await prepareProject(of: group)
                let shown = bindings(of: place, shownAt: inside)
                folders.bindings += shown
                if shown.count == 1 { folders.notices.append(Self.noStore(in: group.name)) }
            } catch {
                note(error, of: "The project \(group.name)", in: &folders)
            }
        }
    }

    private static func noStore(in name: GroupName) -> String {
        "The project \(name) has no protected folder: something else in it is called \(CommonFolder.store)."
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
        if let path = shared.path {
            guard HomeDirectory.isFolder(path) else {
                logger.warning("sharedFolder.missing", metadata: ["name": "\(shared.name)", "path": "\(path)"])
                return folders.notices.append("The folder \(shared.name) isn't shown: it isn't there at the moment.")
            }
            return folders.bindings.append(binding(of: shared, shownAt: inside))
        }
        do {
            try await prepare(shared)
            folders.bindings.append(binding(of: shared, shownAt: inside))
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
