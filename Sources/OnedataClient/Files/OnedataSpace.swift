/// A space, which is a top folder.
public struct OnedataSpace: Sendable, Equatable {
    /// The id, which never changes.
    public let id: String
    /// As its owner named it; not always unique.
    public let name: String
    /// The folder's name: the space's, or `name@id` if two spaces have it, or the id if it can't be a folder's.
    public let folder: String
    /// What can be done in it now.
    public let access: Access

    /// What can be done in a space.
    public enum Access: Sendable, Equatable {
        /// Files can be read and written.
        case readWrite
        /// Files can be read; the token or every provider is for reading.
        case readOnly
        /// No provider can be asked.
        case none(OnedataProviderFault)
    }

    /// How lookups and renames name it, so that it can't be mistaken for another one of that name.
    var fullName: String { "\(name)@\(id)" }
}

extension OnedataClient {
    /// The person's spaces, by their folders' names.
    ///
    /// - Returns: all that the token lets in, also those whose providers can't be asked.
    /// - Throws: when Onezone can't be asked and wasn't lately, or refuses the token.
    public func spaces() async throws(OnedataError) -> [OnedataSpace] {
        let scope = try await board.scope().dataAccessScope
        let folders = SpaceFolders.named(scope.spaces.mapValues(\.name))
        var spaces: [OnedataSpace] = []
        for (id, space) in scope.spaces {
            guard let folder = folders[id] else { continue }
            let access = try await access(to: id)
            spaces.append(OnedataSpace(id: id, name: space.name, folder: folder, access: access))
        }
        return spaces.sorted { $0.folder.utf8.lexicographicallyPrecedes($1.folder.utf8) }
    }

    private func access(to id: String) async throws(OnedataError) -> OnedataSpace.Access {
        do throws(OnedataError) {
            _ = try await board.candidates(for: .writing, spaceID: id)
            return .readWrite
        } catch .readOnly {
            do throws(OnedataError) {
                _ = try await board.candidates(for: .reading, spaceID: id)
                return .readOnly
            } catch .noProvider(let fault) {
                return .none(fault)
            }
        } catch .noProvider(let fault) {
            return .none(fault)
        }
    }
}

/// Names of the spaces' folders.
enum SpaceFolders {
    /// A folder's name for each space, by its id; no two are the same, and each is fit.
    ///
    /// An id that can't be a name's is no space: it is left out.
    static func named(_ names: [String: String]) -> [String: String] {
        let count = Dictionary(names.values.map { (Array($0.utf8), 1) }, uniquingKeysWith: +)
        return names.reduce(into: [:]) { folders, space in
            let (id, name) = space
            let candidates = count[Array(name.utf8)] == 1 ? [name, id] : ["\(name)@\(id)", id]
            folders[id] = candidates.first { OnedataPath.isFit($0) && ($0 == id || !isTaken($0, names, but: id)) }
        }
    }

    /// Whether a name is what another space's folder might be called.
    private static func isTaken(_ name: String, _ names: [String: String], but id: String) -> Bool {
        guard names.count > 1, name.utf8.contains(UInt8(ascii: "@")) || names[name] != nil else { return false }
        return names.contains { other in
            other.key != id && [other.key, "\(other.value)@\(other.key)"].contains { $0.utf8.elementsEqual(name.utf8) }
        }
    }
}
