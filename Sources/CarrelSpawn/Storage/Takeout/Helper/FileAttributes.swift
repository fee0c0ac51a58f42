import Foundation

/// What a file has besides content, permissions and times: extended attributes of its user's, and access lists.
struct FileAttributes: Codable, Equatable {
    struct Own: Codable, Equatable {
        /// Begins with `user.`.
        let name: String
        let value: Data
    }

    var own: [Own] = []
    /// Who may use it; empty where the permissions say it all.
    var access: [AccessListEntry] = []
    /// Of a folder: what new files in it get; empty for nothing.
    var inherited: [AccessListEntry] = []
    /// Whether there was more than is taken along.
    var isCut = false

    var isEmpty: Bool { own.isEmpty && access.isEmpty && inherited.isEmpty && !isCut }

    /// How many bytes of one file are taken along.
    private static let most = 1 << 20

    init() {}

    /// Reads those of an open file; where the file system has none there are none.
    init(of file: Int32) {
        for name in FileFacts.names(of: file) {
            guard let value = FileFacts.value(of: name, file) else { continue }
            switch name {
            case "system.posix_acl_access":
                let list = AccessListEntry.list(value)
                // Three entries are the permissions over again.
                if list.count > 3 { access = list }
            case "system.posix_acl_default": inherited = AccessListEntry.list(value)
            default:
                let held = own.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
                guard held + name.utf8.count + value.count <= Self.most else {
                    isCut = true
                    continue
                }
                own.append(Own(name: name, value: Data(value)))
            }
        }
    }

    /// What of it a reader is told that isn't there; nil for nothing.
    var words: String? {
        var parts: [String] = []
        if !own.isEmpty {
            let names = own.prefix(3).map { PackNotes.shown(Array($0.name.utf8)) }.joined(separator: ", ")
            parts.append(
                (own.count == 1 ? "the extended attribute " : "extended attributes, ") + names
                    + (own.count > 3 ? ", …" : "")
            )
        }
        if !access.isEmpty || !inherited.isEmpty { parts.append("an access list") }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}

/// A line of an access list, as the kernel holds it (`acl(5)`, `linux/posix_acl_xattr.h`).
struct AccessListEntry: Codable, Equatable {
    /// Whom it is about.
    enum Subject: UInt16, Codable {
        case owner = 0x01
        case user = 0x02
        case group = 0x04
        case namedGroup = 0x08
        case mask = 0x10
        case others = 0x20
    }

    let subject: Subject
    /// 4 for reading, 2 for writing, 1 for running.
    let permissions: UInt16
    /// Of a named user or group.
    let id: UInt32

    /// Reads a list: a version in four bytes, then eight for each entry, lowest first; empty for what isn't one.
    static func list(_ bytes: [UInt8]) -> [AccessListEntry] {
        func number(_ place: Int, _ count: Int) -> UInt32 {
            (0..<count).reversed().reduce(0) { $0 << 8 | UInt32(bytes[place + $1]) }
        }
        guard bytes.count >= 4, (bytes.count - 4) % 8 == 0, number(0, 4) == 2 else { return [] }
        return stride(from: 4, to: bytes.count, by: 8).compactMap { place in
            Subject(rawValue: UInt16(number(place, 2))).map {
                AccessListEntry(subject: $0, permissions: UInt16(number(place + 2, 2) & 7), id: number(place + 4, 4))
            }
        }
    }
}
