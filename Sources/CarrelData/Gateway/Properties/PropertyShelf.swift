/// The properties that programs keep with files and folders for themselves (RFC 4918 §4), each person's own; kept while the
/// gateway runs.
struct PropertyShelf: Sendable {
    /// What one asks of a property.
    enum Change: Sendable, Equatable {
        /// It has this element.
        case set(XMLElement)
        /// It is no longer there.
        case remove(XMLName)

        /// The property's name.
        var name: XMLName {
            switch self {
            case .set(let element): element.name
            case .remove(let name): name
            }
        }
    }

    /// No person's properties are larger together, in bytes of XML.
    static let largest = 1 << 20

    private struct Shelf {
        var values: [DataPath: [XMLName: String]] = [:]
        var size = 0
    }

    private var shelves: [String: Shelf] = [:]

    /// Those of a path, as elements.
    func properties(of path: DataPath, of person: String) -> [XMLName: String] {
        shelves[person]?.values[path] ?? [:]
    }

    /// Changes those of a path, all or none.
    ///
    /// - Returns: whether there was room.
    mutating func change(_ changes: [Change], at path: DataPath, of person: String) -> Bool {
        var values = properties(of: path, of: person)
        for change in changes {
            switch change {
            case .set(let element): values[element.name] = element.text
            case .remove(let name): values[name] = nil
            }
        }
        return put([path: values], of: person)
    }

    /// Gives a path, and all in it, the properties of another.
    ///
    /// Where there is no room they are left out: they are the copy's, and the file is there.
    mutating func copy(_ source: DataPath, to target: DataPath, isDeep: Bool, of person: String) {
        removeAll(in: target, of: person)
        _ = put(within(source, movedTo: target, isDeep: isDeep, of: person), of: person)
    }

    /// Moves the properties of a path, and of all in it.
    mutating func move(_ source: DataPath, to target: DataPath, of person: String) {
        let moved = within(source, movedTo: target, isDeep: true, of: person)
        removeAll(in: target, of: person)
        removeAll(in: source, of: person)
        _ = put(moved, of: person)
    }

    /// Forgets the properties of something that is gone, and of all that was in it.
    mutating func removeAll(in path: DataPath, of person: String) {
        guard let shelf = shelves[person] else { return }
        let gone = shelf.values.keys.filter { $0.isIn(path) }
        _ = put(Dictionary(uniqueKeysWithValues: gone.map { ($0, [:]) }), of: person)
    }

    private func within(
        _ source: DataPath,
        movedTo target: DataPath,
        isDeep: Bool,
        of person: String,
    ) -> [DataPath: [XMLName: String]] {
        var found: [DataPath: [XMLName: String]] = [:]
        for (path, values) in shelves[person]?.values ?? [:] where isDeep ? path.isIn(source) : path == source {
            found[path.moved(from: source, to: target)] = values
        }
        return found
    }

    private mutating func put(_ values: [DataPath: [XMLName: String]], of person: String) -> Bool {
        var shelf = shelves[person] ?? Shelf()
        for (path, values) in values {
            shelf.size += Self.size(path, values) - Self.size(path, shelf.values[path] ?? [:])
            shelf.values[path] = values.isEmpty ? nil : values
        }
        guard shelf.size <= Self.largest else { return false }
        shelves[person] = shelf.values.isEmpty ? nil : shelf
        return true
    }

    private static func size(_ path: DataPath, _ values: [XMLName: String]) -> Int {
        guard !values.isEmpty else { return 0 }
        return values.reduce(path.names.reduce(100) { $0 + $1.bytes.count }) { size, property in
            size + 100 + property.key.namespace.utf8.count + property.key.local.utf8.count + property.value.utf8.count
        }
    }
}

extension DataPath {
    /// Where something in a folder is when that folder is elsewhere.
    func moved(from source: DataPath, to target: DataPath) -> DataPath {
        DataPath(target.names + names.dropFirst(source.names.count))
    }
}
