/// Which properties a PROPFIND asks for (RFC 4918 §9.1).
enum PropertyRequest: Equatable {
    /// All that are usual, and these.
    case all([XMLName])
    /// The names of all.
    case names
    /// These.
    case some([XMLName])

    /// No request names more.
    static let most = 200

    /// Reads a body's root, or the lack of one; nil for anything else.
    init?(_ root: XMLElement?) {
        guard let root else {
            self = .all([])
            return
        }
        guard root.name == .dav("propfind") else { return nil }
        if let wanted = root.first("prop") {
            self = .some(Self.distinct(wanted))
        } else if root.first("propname") != nil {
            self = .names
        } else if root.first("allprop") != nil {
            self = .all(root.first("include").map(Self.distinct) ?? [])
        } else {
            return nil
        }
    }

    /// Whether a property is asked for by its name.
    func names(_ property: XMLName) -> Bool {
        switch self {
        case .all(let names), .some(let names): names.contains(property)
        case .names: false
        }
    }

    private static func distinct(_ element: XMLElement) -> [XMLName] {
        var names: [XMLName] = []
        for child in element.elements where names.count < most && !names.contains(child.name) {
            names.append(child.name)
        }
        return names
    }
}

extension PropertyShelf.Change {
    /// What a PROPPATCH asks for, in order (RFC 4918 §9.2); nil for a body that isn't one.
    static func list(_ root: XMLElement) -> [PropertyShelf.Change]? {
        guard root.name == .dav("propertyupdate") else { return nil }
        var changes: [PropertyShelf.Change] = []
        for part in root.elements {
            guard part.name == .dav("set") || part.name == .dav("remove"), let elements = part.first("prop")?.elements
            else { continue }
            changes += elements.map { part.name == .dav("set") ? .set($0) : .remove($0.name) }
        }
        return changes.isEmpty ? nil : changes
    }
}
