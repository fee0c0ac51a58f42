import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import Synchronization

/// The catalogues of instances, as their data files are now.
final class CatalogueDesk: Sendable {
    private struct Read {
        var path: String
        var changedAt: Date
        var size: Int
        var result: Result<Catalogue, any Error>
    }

    let files: any HomeFiles
    let shelf: CatalogueShelf
    private let work: any BlockingWork
    private let logger: Logger
    private let known = Mutex<[InstanceName: Read]>([:])

    /// The folder in a home in which the catalogue's files are.
    static let folder = "catalogue"
    /// How large a picture may be.
    private static let mostPicture = 4 << 20

    init(files: any HomeFiles, shelf: CatalogueShelf, work: any BlockingWork, logger: Logger) {
        (self.files, self.shelf, self.work, self.logger) = (files, shelf, work, logger)
    }

    /// The catalogue of an instance; read again when its file was changed.
    ///
    /// - Throws: ``HubError/notFound`` for an instance without one, or what is wrong with the file.
    func catalogue(of instance: InstanceRecord) async throws -> Catalogue {
        let place = try shelf.place(of: instance)
        return try await work.run { try self.read(place, of: instance) }
    }

    /// What is wrong at the moment with the instance's catalogue and material.
    func faults(of instance: InstanceRecord) async -> [ContentFaults.Fault] {
        if instance.settings.catalogue == nil {
            shelf.faults.note(nil, with: .catalogue, of: instance.name)
        } else {
            // Whatever is wrong with it is noted.
            _ = try? await catalogue(of: instance)
        }
        return shelf.faults.all(of: instance.name)
    }

    /// A picture of an entry, and its media type.
    func picture(_ entry: CatalogueEntry, of instance: InstanceRecord) async throws -> (Data, type: String) {
        guard let picture = entry.picture else { throw HubError.notFound }
        let folder = OfferedFolder(try shelf.place(of: instance).files)
        let data = try await work.run { folder.contents(of: picture, limit: Self.mostPicture) }
        guard let data, let type = Self.mediaType(of: picture) else { throw HubError.notFound }
        return (data, type)
    }

    /// Puts the files beside the data file into the home of a server that is about to start.
    ///
    /// - Returns: what to tell its user when that can't be.
    func fill(_ owned: OwnedServer) async -> [String] {
        guard owned.instance.settings.catalogue != nil else { return [] }
        do {
            let folder = try shelf.place(of: owned.instance).files
            let count = try await files.fill(Self.folder, in: owned.home, from: folder)
            logger.debug("catalogue.filled", metadata: ["server": "\(owned.key.fullName)", "files": "\(count)"])
            return []
        } catch CatalogueError.notHere {
            return ["The notebooks of the catalogue aren't here yet: they are in your home at your next start."]
        } catch {
            let reason = (error as? any CarrelError)?.message ?? "\(error)"
            logger.warning(
                "catalogue.notFilled",
                metadata: ["server": "\(owned.key.fullName)", "reason": "\(reason)"],
            )
            return ["Not all notebooks of the catalogue could be put into your home."]
        }
    }

    // MARK: How

    private func read(_ place: CatalogueShelf.Place, of instance: InstanceRecord) throws -> Catalogue {
        let path = "\(place.folder)/\(place.file)"
        let isOurs = instance.settings.catalogue?.repository != nil
        let facts = try? FileManager.default.attributesOfItem(
            atPath: isOurs ? path : (path as NSString).resolvingSymlinksInPath
        )
        let changedAt = facts?[.modificationDate] as? Date ?? .distantPast
        let size = facts?[.size] as? Int ?? -1
        if let read = known.withLock({ $0[instance.name] }), read.path == path, read.changedAt == changedAt,
            read.size == size, size >= 0
        {
            if case .failure(let error) = read.result { shelf.faults.note(error, with: .catalogue, of: instance.name) }
            return try read.result.get()
        }
        let result: Result<Catalogue, any Error> = Result {
            isOurs ? try CatalogueShelf.read(place) : try Catalogue.read(file: path)
        }
        known.withLock { known in
            known[instance.name] = Read(path: path, changedAt: changedAt, size: size, result: result)
        }
        note(result, path, of: instance)
        return try result.get()
    }

    /// A good file of this machine has no fault; that of a repository may stand for one that couldn't be fetched.
    private func note(_ result: Result<Catalogue, any Error>, _ path: String, of instance: InstanceRecord) {
        switch result {
        case .success:
            guard instance.settings.catalogue?.repository == nil else { return }
            shelf.faults.note(nil, with: .catalogue, of: instance.name)
        case .failure(let error):
            guard shelf.faults.note(error, with: .catalogue, of: instance.name) else { return }
            let reason = (error as? any CarrelError)?.message ?? "\(error)"
            logger.error("catalogue.refused", metadata: ["file": "\(path)", "reason": "\(reason)"])
        }
    }

    private static func mediaType(of picture: String) -> String? {
        switch picture.split(separator: ".").last?.lowercased() {
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "gif": "image/gif"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
