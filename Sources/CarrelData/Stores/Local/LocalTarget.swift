import CFiles
import Glibc

/// Where a file is written: a name in a folder that was found.
struct LocalTarget: Sendable {
    let folder: LocalPlace
    let name: DataName

    /// What is there already, when that may be replaced; nil for nothing.
    ///
    /// - Throws: ``DataFault/changed`` when the condition doesn't hold; ``DataFault/forbidden`` for what isn't a file, or
    ///   one that the thread's account may not change.
    func present(if condition: DataCondition) throws(DataFault) -> LocalFacts? {
        let facts = try LocalFacts(of: name, in: folder.found)
        if let facts {
            guard !facts.isFolder else { throw .notAFile }
            guard facts.isFile else { throw .forbidden }
            let way = carrel_way(follows: false, enters: false)
            let found = try LocalDescriptor(owning: carrel_find_beneath(folder.found.number, name.terminated, way))
            guard carrel_may(found.number, W_OK) == 0 else { throw DataFault(system: errno) }
        }
        let holds =
            switch condition {
            case .none: true
            case .isNew: facts == nil
            case .version(let version): facts?.version == version
            }
        guard holds else { throw .changed }
        return facts
    }
}

extension LocalRoot {
    /// How many links may lead from one to the next.
    private static let mostLinks = 8

    /// Where a file of that path is written: a link that leads to another place below leads the write there too.
    ///
    /// - Throws: ``DataFault/forbidden`` for a link that leads out.
    func target(of path: DataPath) throws(DataFault) -> LocalTarget {
        guard let last = path.last, let parent = path.parent else { throw .notAFile }
        var target = LocalTarget(folder: try self.parent(of: path), name: last)
        var text = Array(parent.terminated.dropLast())
        for _ in 0..<Self.mostLinks {
            guard let link = try Self.text(ofLink: target) else { return target }
            guard link.first != Self.slash else { throw .forbidden }
            let cut = link.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0
            guard let name = DataName(bytes: link[cut...].map { UInt8(bitPattern: $0) }) else { throw .notAFile }
            guard !name.isOfUpload else { throw .forbidden }
            text += [Self.slash] + link[..<cut] + [Self.dot]
            let folder: LocalPlace
            do { folder = try LocalPlace(followed(text: text + [0])) } catch { throw error.ofParent }
            guard folder.facts.isFolder else { throw .noParent }
            target = LocalTarget(folder: folder, name: name)
            text.removeLast()
        }
        throw .forbidden
    }

    private static let slash = CChar(0x2F)
    private static let dot = CChar(0x2E)

    /// What a link says; nil for what isn't a link.
    private static func text(ofLink target: LocalTarget) throws(DataFault) -> [CChar]? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(target.folder.found.number, target.name.terminated, &text, text.count)
        if count < 0, errno == EINVAL || errno == ENOENT { return nil }
        guard count >= 0 else { throw DataFault(system: errno) }
        guard count > 0, count < text.count else { throw .forbidden }
        return Array(text.prefix(count))
    }
}
