import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import Synchronization

/// The catalogues of instances, as their data files are now.
final class CatalogueDesk: Sendable {
    private struct Read {
        var changedAt: Date
        var size: Int
        var result: Result<Catalogue, ConfigurationError>
    }

    let files: any HomeFiles
    private let work: any BlockingWork
    private let logger: Logger
    private let known = Mutex<[String: Read]>([:])

    /// The folder in a home in which the catalogue's files are.
    static let folder = "catalogue"
    /// How large a data file may be.
    private static let mostData = 1 << 20
    /// How large a picture may be.
    private static let mostPicture = 4 << 20

    init(files: any HomeFiles, work: any BlockingWork, logger: Logger) {
        (self.files, self.work, self.logger) = (files, work, logger)
    }

    /// The catalogue of an instance; read again when its file was changed.
    ///
    /// - Throws: ``HubError/notFound`` for an instance without one, or what is wrong with the file.
    func catalogue(of instance: InstanceRecord) async throws -> Catalogue {
        guard let path = instance.settings.catalogue else { throw HubError.notFound }
        return try await work.run { try self.read(path) }
    }

    /// A picture of an entry, and its media type.
    func picture(_ entry: CatalogueEntry, of instance: InstanceRecord) async throws -> (Data, type: String) {
        guard let path = instance.settings.catalogue, let picture = entry.picture else { throw HubError.notFound }
        let folder = OfferedFolder(Self.parent(of: path))
        let data = try await work.run { folder.contents(of: picture, limit: Self.mostPicture) }
        guard let data, let type = Self.mediaType(of: picture) else { throw HubError.notFound }
        return (data, type)
    }

    /// Puts the files beside the data file into the home of a server that is about to start.
    ///
    /// - Returns: what to tell its user when that can't be.
    func fill(_ owned: OwnedServer) async -> [String] {
        guard let path = owned.instance.settings.catalogue else { return [] }
        do {
            let count = try await files.fill(Self.folder, in: owned.home, from: Self.parent(of: path))
            logger.debug("catalogue.filled", metadata: ["server": "\(owned.key.fullName)", "files": "\(count)"])
            return []
        } catch {
            logger.warning(
                "catalogue.notFilled",
                metadata: ["server": "\(owned.key.fullName)", "reason": "\(error.message)"],
            )
            return ["Not all notebooks of the catalogue could be put into your home."]
        }
    }

    // MARK: How

    private func read(_ path: String) throws -> Catalogue {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        guard let changedAt = facts?[.modificationDate] as? Date, let size = facts?[.size] as? Int else {
            throw ConfigurationError.unreadable(file: path, .missing)
        }
        if let read = known.withLock({ $0[path] }), read.changedAt == changedAt, read.size == size {
            return try read.result.get()
        }
        guard size <= Self.mostData, let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError.unreadable(file: path, .unreadable)
        }
        let result = Result { () throws(ConfigurationError) in try Catalogue.read(Array(bytes), file: path) }
        known.withLock { $0[path] = Read(changedAt: changedAt, size: size, result: result) }
        if case .failure(let error) = result {
            logger.error("catalogue.refused", metadata: ["file": "\(path)", "reason": "\(error.message)"])
        }
        return try result.get()
    }

    private static func parent(of path: String) -> String {
        URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
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
