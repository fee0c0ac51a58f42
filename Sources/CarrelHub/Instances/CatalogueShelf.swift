import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// Where the catalogues of instances are, and those of repositories brought here.
struct CatalogueShelf: Sendable {
    /// A catalogue's files on this machine.
    struct Place: Sendable, Equatable {
        /// Holds the data file, and all that it names.
        let folder: String
        /// The data file's path from there on; no link is followed in that of a repository.
        let file: String
        /// What messages call the data file.
        let name: String

        /// The folder in which the data file is.
        var files: String { file.contains("/") ? "\(folder)/\((file as NSString).deletingLastPathComponent)" : folder }
    }

    let cache: MaterialCache
    let faults: ContentFaults
    /// Has repositories looked at soon.
    let refresh: @Sendable () -> Void

    /// Where the catalogue of an instance is.
    ///
    /// - Throws: ``HubError/notFound`` for an instance without one; why it couldn't be fetched yet.
    func place(of instance: InstanceRecord) throws -> Place {
        switch instance.settings.catalogue {
        case nil: throw HubError.notFound
        case .file(let path):
            let url = URL(filePath: path)
            let folder = url.deletingLastPathComponent().path(percentEncoded: false)
            return Place(folder: folder, file: url.lastPathComponent, name: path)
        case .repository(let repository):
            refresh()
            guard let address = repository.repository,
                let tree = cache.current(instance.name, of: address, branch: repository.branch)
            else { throw CatalogueError.notHere }
            return Place(folder: tree.path, file: repository.file, name: repository.file)
        }
    }

    /// Fetches the catalogue of an instance, if there is a new version; one with faults never takes the place of another.
    ///
    /// - Returns: whether there was.
    func fetch(
        _ repository: CatalogueRepository,
        for instance: InstanceName,
        within limit: Duration,
    ) async throws -> Bool {
        guard let address = repository.repository else { return false }
        let file = repository.file
        return try await cache.fetch(
            address,
            branch: repository.branch,
            for: instance,
            within: limit,
            purpose: file,
            accept: { folder in _ = try Self.read(Place(folder: folder, file: file, name: file)) },
        )
    }

    /// Reads a data file; blocks.
    static func read(_ place: Place) throws -> Catalogue {
        guard let bytes = OfferedFolder(place.folder).contents(of: place.file, limit: Catalogue.mostBytes) else {
            throw CatalogueError.noFile(place.file)
        }
        return try Catalogue.read(Array(bytes), file: place.name)
    }
}

/// Why a catalogue of a repository can't be shown.
enum CatalogueError: CarrelError, Equatable {
    /// It wasn't fetched yet.
    case notHere
    /// The repository has no such data file, or it is too large.
    case noFile(String)

    var code: String {
        switch self {
        case .notHere: "catalogue.notHere"
        case .noFile: "catalogue.noFile"
        }
    }

    var message: String {
        switch self {
        case .notHere: "The catalogue isn't fetched from its repository yet."
        case .noFile(let file): "The repository has no file \(file), or it is larger than 1 MiB."
        }
    }

    var remedy: String {
        switch self {
        case .notHere: "Look again in a minute; if it can't be fetched, the instance's page says why."
        case .noFile: "Push it, or give its path as the key `file` of `catalogue`."
        }
    }
}
