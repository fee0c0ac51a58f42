import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

/// What an instance puts into homes at a start: its hand-out folder and its material.
///
/// Nothing here keeps a server from starting: what can't be is said to its user.
struct InstanceContents: Sendable {
    /// How a hand-out folder is kept.
    struct Settings: Sendable {
        /// The number its files belong to on the disk; nil for the hub's own user.
        var owner: UInt32?
        /// How much it may hold; nil for as much as there is room.
        var quota: ByteCount?
    }

    let store: Store
    let storage: any CommonFolderStorage
    let cache: MaterialCache
    let files: any MaterialFiles
    let settings: @Sendable () -> Settings
    /// Has the material of instances fetched again soon.
    let refresh: @Sendable () -> Void
    let now: @Sendable () -> Date
    let logger: Logger

    /// The name of the hand-out folder in homes.
    static let handOut = "hand-out"

    /// Prepares what a server shows of its instance.
    ///
    /// - Parameters:
    ///   - owned: the server.
    ///   - home: its home's path on this host.
    ///   - inside: its path in the server.
    /// - Returns: folders, and what the user is told.
    func prepare(_ owned: OwnedServer, in home: String, shownAt inside: String) async -> CommonFolderDesk.Folders {
        var folders = CommonFolderDesk.Folders()
        if owned.instance.settings.handOut { await addHandOut(of: owned, in: home, shownAt: inside, to: &folders) }
        if let material = owned.instance.settings.material {
            folders.notices += await deliver(material, to: owned)
        }
        return folders
    }

    private func addHandOut(
        of owned: OwnedServer,
        in home: String,
        shownAt inside: String,
        to folders: inout CommonFolderDesk.Folders,
    ) async {
        let name = Self.handOut
        guard HomeDirectory.makeMountPoint(name, in: home), HomeDirectory.isEmptyFolder(name, in: home) else {
            return folders.notices.append(
                "The folder \(name) isn't shown: your home has no room, or has something else called \(name)."
            )
        }
        do {
            guard let handOut = try await self.handOut(of: owned, shownAt: inside) else { return }
            try await prepareHandOut(of: owned)
            folders.bindings.append(handOut)
        } catch {
            logger.warning("folder.notShown", metadata: ["folder": "hand-out", "reason": "\(error)"])
            folders.notices.append("The folder \(name) isn't shown; your administrator finds the reason in the log.")
        }
    }

    /// The hand-out folder as a server is to show it: its managers write, as they are now; nil where there is none.
    func handOut(of owned: OwnedServer, shownAt inside: String) async throws -> FolderBinding? {
        guard owned.instance.settings.handOut else { return nil }
        return FolderBinding(
            host: storage.path(of: .handOut(owned.instance.name)),
            inside: "\(inside)/\(Self.handOut)",
            access: try await manages(owned) ? .readWrite : .readOnly,
            owner: settings().owner,
        )
    }

    /// Makes the hand-out folder of a server's instance.
    func prepareHandOut(of owned: OwnedServer) async throws(SpawnError) {
        let settings = settings()
        _ = try await storage.prepare(
            .handOut(owned.instance.name),
            owner: settings.owner,
            quota: settings.quota,
        )
    }

    private func manages(_ owned: OwnedServer) async throws -> Bool {
        let place = try await store.instanceMembers.find(user: owned.server.userId, in: owned.server.instanceId)
        let person = InstanceEntry.Person(user: owned.owner, role: place?.role)
        return InstanceEntry(instance: owned.instance).manages(person)
    }

    // MARK: Material

    private func deliver(_ material: MaterialSettings, to owned: OwnedServer) async -> [String] {
        let (instance, home) = (owned.instance.name, owned.home)
        let source = material.repository?.text ?? material.files ?? ""
        var tree: (path: String, version: String?) = (source, nil)
        if let address = material.repository {
            refresh()
            guard let current = cache.current(instance, of: address, branch: material.branch) else {
                return ["The course material isn't here yet: it is in your home at your next start."]
            }
            tree = (current.path, current.version)
        }
        // Where nothing is kept each start begins anew.
        let isKept = owned.instance.settings.kind != .ephemeral
        var delivered = isKept ? cache.delivered(to: home.slug, in: instance) : nil
        if delivered?.source != source { delivered = nil }
        if let version = tree.version, delivered?.version == version { return [] }
        do {
            let outcome = try await files.deliver(
                tree.path,
                to: material.folder,
                of: home,
                after: delivered?.files ?? [:],
                suffix: " (new \(now().formatted(.iso8601).prefix(10)))",
            )
            if isKept {
                let isWhole = !outcome.isFull && outcome.failed == 0
                try cache.note(
                    MaterialCache.Delivered(
                        version: isWhole ? tree.version : nil,
                        source: source,
                        files: outcome.delivered,
                    ),
                    to: home.slug,
                    in: instance,
                )
            }
            logger.debug("material.delivered", metadata: ["instance": "\(instance)", "files": "\(outcome.written)"])
            return Self.words(on: outcome, folder: material.folder)
        } catch {
            let reason = (error as? any CarrelError)?.message ?? "\(error)"
            logger.warning("material.notDelivered", metadata: ["instance": "\(instance)", "reason": "\(reason)"])
            return ["The course material couldn't be put into your folder \(material.folder). \(reason)"]
        }
    }

    /// What the user is told.
    static func words(on outcome: MaterialOutcome, folder: String) -> [String] {
        var words: [String] = []
        if outcome.isFull { words.append("There is no room in your home for all of the course material.") }
        if outcome.failed > 0 {
            words.append(
                "\(HumanText.count(outcome.failed, "file")) of the course material couldn't be put into \(folder)."
            )
        }
        if let first = outcome.beside.first {
            let more = outcome.beside.count > 1 ? " and \(outcome.beside.count - 1) more" : ""
            words.append("Files that you changed stay as they are; new versions are beside them: \(first)\(more).")
        }
        return words
    }
}

/// Puts material into homes.
protocol MaterialFiles: Sendable {
    /// Puts material into a folder of a home as its user.
    func deliver(
        _ material: String,
        to folder: String,
        of home: HomeID,
        after delivered: [String: String],
        suffix: String,
    ) async throws(HomeFilesError) -> MaterialOutcome
}

extension UserFiles: MaterialFiles {}
