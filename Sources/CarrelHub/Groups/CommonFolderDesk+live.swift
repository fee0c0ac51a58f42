import CarrelModel
import CarrelSpawn
import CarrelStore
import Logging

extension CommonFolderDesk {
    /// What a running server of somebody in these groups is to show.
    ///
    /// - Parameters:
    ///   - places: the groups, and as what the user is in them.
    ///   - inside: the home's path in the server.
    /// - Returns: what the spawner is to bring about.
    func order(for places: [GroupPlace], shownAt inside: String) async -> FolderOrder {
        var folders: [FolderBinding] = []
        for place in places where settings().gids == nil || id(of: place.group) != nil {
            let folder = CommonFolder.project(place.group.name)
            // One that is older than stores are gets its own now.
            if !storage.hasStore(folder), HomeDirectory.isFolder(storage.path(of: folder)) {
                try? await prepareProject(of: place.group)
            }
            folders += bindings(of: place, shownAt: inside, isNew: !HomeDirectory.isFolder(storage.path(of: folder)))
        }
        folders += shared(with: places).map { binding(of: $0, shownAt: inside) }
        return FolderOrder(
            folders: folders,
            shelves: ["\(inside)/\(SharedFolderSettings.projects)"],
            home: inside,
            parents: storage.commonParents,
            others: settings().shared.compactMap(\.path),
        )
    }

    /// Makes the folder of a binding before a running server shows it.
    func prepare(_ binding: FolderBinding, of places: [GroupPlace]) async throws(SpawnError) {
        for place in places where storage.path(of: .project(place.group.name)) == binding.host {
            return try await prepareProject(of: place.group)
        }
        for shared in settings().shared
        where shared.path == nil && storage.path(of: .shared(shared.name)) == binding.host {
            return try await prepare(shared)
        }
    }

    // MARK: Pieces that a start uses too

    /// A project folder, and its store if it has one.
    ///
    /// - Parameters:
    ///   - place: the group, and as what the user is in it.
    ///   - inside: the home's path in the server.
    ///   - isNew: whether the folder isn't there yet, and will be made with a store.
    /// - Returns: one or two, the outer one first.
    func bindings(of place: GroupPlace, shownAt inside: String, isNew: Bool = false) -> [FolderBinding] {
        let folder = CommonFolder.project(place.group.name)
        let path = storage.path(of: folder)
        let owner = id(of: place.group)
        let shown = FolderBinding(
            host: path,
            inside: "\(inside)/\(SharedFolderSettings.projects)/\(place.group.name)",
            access: place.role.writes ? .readWrite : .readOnly,
            owner: owner,
        )
        guard isNew || storage.hasStore(folder) else { return [shown] }
        let store = FolderBinding(
            host: "\(path)/\(CommonFolder.store)",
            inside: "\(shown.inside)/\(CommonFolder.store)",
            access: place.role.keepsStore ? .readWrite : .readOnly,
            owner: owner,
            top: path,
        )
        return [shown, store]
    }

    /// A shared folder.
    func binding(of shared: SharedFolderSettings, shownAt inside: String) -> FolderBinding {
        FolderBinding(
            host: shared.path ?? storage.path(of: .shared(shared.name)),
            inside: "\(inside)/\(shared.name)",
            access: shared.access == .readOnly ? .readOnly : .readWrite,
            owner: shared.path == nil ? settings().gids?.lowerBound : nil,
        )
    }

    func prepareProject(of group: GroupRecord) async throws(SpawnError) {
        _ = try await storage.prepare(.project(group.name), owner: id(of: group), quota: quota(of: group))
    }

    func prepare(_ shared: SharedFolderSettings) async throws(SpawnError) {
        _ = try await storage.prepare(.shared(shared.name), owner: settings().gids?.lowerBound, quota: shared.quota)
    }
}
