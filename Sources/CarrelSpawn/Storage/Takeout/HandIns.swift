/// What several people have at the same path of their homes: the hand-ins of a course.
public struct HandInOrder: Sendable {
    /// One of the homes.
    public struct Part: Sendable {
        /// The name of its folder in the archive, for people; made a file name if it isn't one.
        public var label: String
        /// Which home.
        public var home: HomeID

        /// Names a part.
        public init(label: String, home: HomeID) {
            self.label = label
            self.home = home
        }
    }

    /// The homes, in the order of the archive.
    public var parts: [Part]
    /// The file or folder that is taken from each.
    public var path: HomePath
    /// What kind of archive.
    public var format: ArchiveFormat
    /// The folder in the archive that the folders of all lie in: one name.
    public var folder: String

    /// Writes an order.
    public init(parts: [Part], path: HomePath, format: ArchiveFormat, folder: String) {
        self.parts = parts
        self.path = path
        self.format = format
        self.folder = folder
    }

    /// The parts with the paths of their folders in the archive, as ``NameText``; no two have the same.
    var places: [(part: Part, folder: String)] {
        var taken: Set<String> = []
        let top = Self.fileName(folder)
        return parts.map { part in
            let name = Self.fileName(part.label)
            var number = 1
            var place = name
            // Archives are unpacked where upper and lower case are the same, too.
            while !taken.insert(place.lowercased()).inserted {
                number += 1
                place = "\(name) (\(number))"
            }
            return (part, "\(top)/\(place)")
        }
    }

    /// A label as a name for a folder on every system.
    public static func fileName(_ label: String) -> String {
        let kept = label.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.value < 0x20 || "/\\:*?\"<>|\u{7F}".unicodeScalars.contains(scalar) ? "_" : scalar
        }
        var name = String(String.UnicodeScalarView(kept))
        while name.utf8.count > 200 { name.removeLast() }
        while name.hasSuffix(".") || name.hasSuffix(" ") { name.removeLast() }
        return name.isEmpty ? "unnamed" : name
    }

    /// The list of those who have nothing there; nil when all have.
    static func missingText(_ labels: [String], path: HomePath) -> String? {
        guard !labels.isEmpty else { return nil }
        let place = PackNotes.shown(NameText.bytes(of: path.names.joined(separator: "/")))
        let lines = labels.map { "- \(PackNotes.shown(Array($0.utf8)))\n" }.joined()
        return "Nothing was found at “\(place)” in the homes of:\n\n\(lines)"
    }
}
