import CFiles
import Glibc

/// Something below a store's folder that was found, not opened.
struct LocalPlace: Sendable {
    let found: LocalDescriptor
    let facts: LocalFacts

    init(_ found: LocalDescriptor) throws(DataFault) {
        self.found = found
        facts = try LocalFacts(of: found)
        // Pipes, sockets and devices are never opened: that alone can have effects.
        guard facts.isFolder || facts.isFile else { throw .notFound }
    }

    /// Whether the thread's account may change it.
    var isWritable: Bool { carrel_may(found.number, facts.isFolder ? W_OK | X_OK : W_OK) == 0 }
}

/// A store's folder, as one operation finds it.
///
/// Links are followed only below it. A path passes one link to a folder at most, and may end at one to a file: so links
/// that lead round and round end at once.
struct LocalRoot: Sendable {
    let folder: LocalDescriptor
    let facts: LocalFacts
    let entersMounts: Bool

    /// Looks at the path anew: a home is replaced as a whole when a restore point is brought back.
    init(_ path: String, entersMounts: Bool) throws(DataFault) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if number < 0, errno == ENOENT || errno == ENOTDIR { throw .unusable(.offline) }
        folder = try LocalDescriptor(owning: number)
        facts = try LocalFacts(of: folder)
        self.entersMounts = entersMounts
    }

    /// Finds what has that path.
    ///
    /// - Throws: ``DataFault/notFound`` also for what isn't shown.
    func place(at path: DataPath) throws(DataFault) -> LocalPlace {
        if let found = try straight(path, from: folder) { return try LocalPlace(found) }
        let names = path.names
        var start = DataPath(Array(names.prefix(1)))
        while start.names.count < names.count, try straight(start, from: folder) != nil {
            start = start.appending(names[start.names.count])
        }
        let target = try LocalPlace(followed(start))
        let rest = DataPath(Array(names.dropFirst(start.names.count)))
        guard let above = rest.parent else { return target }
        if let found = try straight(rest, from: target.found) { return try LocalPlace(found) }
        guard try straight(above, from: target.found) != nil else { throw .notFound }
        let end = try LocalPlace(followed(path))
        guard end.facts.isFile else { throw .notFound }
        return end
    }

    /// Finds a folder.
    func folder(at path: DataPath) throws(DataFault) -> LocalPlace {
        let place = try place(at: path)
        guard place.facts.isFolder else { throw .notAFolder }
        return place
    }

    /// Finds the folder that a path's last name is in, for a change: ``DataFault/noParent`` when it isn't there.
    func parent(of path: DataPath) throws(DataFault) -> LocalPlace {
        guard let parent = path.parent else { throw .forbidden }
        do { return try folder(at: parent) } catch { throw error.ofParent }
    }

    /// Finds what is in a folder that was listed; nil for what isn't shown or is gone.
    func place(of name: DataName, in listed: LocalPlace, at path: DataPath) throws(DataFault) -> LocalPlace? {
        do {
            if let found = try straight(DataPath([name]), from: listed.found) {
                return try LocalPlace(found)
            }
        } catch {
            guard error == .notFound else { throw error }
            return nil
        }
        do {
            return try place(at: path.appending(name))
        } catch {
            // What a link leads to may be closed to this account, or gone.
            guard [.notFound, .forbidden, .unfitName].contains(error) else { throw error }
            return nil
        }
    }

    /// Opens a folder for one that goes on from there by the text of a link; ``DataFault/forbidden`` when it leads out.
    func followed(text: [CChar]) throws(DataFault) -> LocalDescriptor {
        try LocalDescriptor(owning: carrel_find_beneath(folder.number, text, way(follows: true)))
    }

    private func followed(_ path: DataPath) throws(DataFault) -> LocalDescriptor {
        let number = carrel_find_beneath(folder.number, path.terminated, way(follows: true))
        guard number >= 0 else { throw DataFault(systemReading: errno) }
        return try LocalDescriptor(owning: number)
    }

    /// Finds what is below a folder; nil when there is a link.
    private func straight(_ path: DataPath, from start: LocalDescriptor) throws(DataFault) -> LocalDescriptor? {
        let number = carrel_find_beneath(start.number, path.terminated, way(follows: false))
        if number < 0, errno == ELOOP { return nil }
        guard number >= 0 else { throw DataFault(systemReading: errno) }
        return try LocalDescriptor(owning: number)
    }

    private func way(follows: Bool) -> carrel_way { carrel_way(follows: follows, enters: entersMounts) }
}
