import Foundation

/// The objects that answers are (reference `egi.md` 3.2).
enum HubAnswer {
    struct Single: Decodable {
        let item: StorageHubItem
    }

    struct List: Decodable {
        let itemlist: [StorageHubItem]
    }

    struct Versions: Decodable {
        let itemlist: [StorageHubVersion]
    }

    struct Profile: Decodable {
        let result: StorageHubProfile
    }

    /// Reads an answer.
    ///
    /// A zero byte would mean UTF-16 or UTF-32, which the decoder takes but JSON that is sent must not be (RFC 8259 §8.1).
    ///
    /// - Throws: ``StorageHubError/nonsense(_:_:)``.
    static func read<Answer: Decodable>(_ body: Data, _ call: StorageHubCall) throws(StorageHubError) -> Answer {
        guard !body.withUnsafeBytes({ $0.contains(0) }) else { throw .nonsense(call, .notJSON) }
        do {
            return try JSONDecoder().decode(Answer.self, from: body)
        } catch is StorageHubError {
            throw .nonsense(call, .identifier)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .nonsense(call, .member(known(key.stringValue)))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            guard let key = context.codingPath.last else { throw .nonsense(call, .notJSON) }
            throw .nonsense(call, .member(known(key.stringValue)))
        } catch {
            throw .nonsense(call, .notJSON)
        }
    }

    /// The name of a member; the service's own words are cut.
    private static func known(_ name: String) -> String {
        name.utf8.count <= 32 && name.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? name : "?"
    }
}

extension StorageHubItem: Decodable {
    private enum Key: String, CodingKey {
        case kind = "@class"
        case id, name, title, displayName, content, lastModificationTime, creationTime, owner, parentId, path
        case shared, locked, hidden, trashed
    }

    private struct Content: Decodable {
        let size: Int64?
        let mimeType: String?
        let storageId: String?
    }

    /// Reads an item.
    ///
    /// - Parameter decoder: of JSON.
    /// - Throws: `DecodingError`, or ``StorageHubError`` for an id that can't be one.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let content = try values.decodeIfPresent(Content.self, forKey: .content)
        id = try ID(try values.decode(String.self, forKey: .id), .item)
        kind = Kind(try values.decode(String.self, forKey: .kind), hasContent: content != nil)
        name = try values.decode(String.self, forKey: .name)
        let title = try values.decodeIfPresent(String.self, forKey: .title)
        self.title = title.flatMap { $0.isEmpty ? nil : $0 } ?? name
        displayName = try values.decodeIfPresent(String.self, forKey: .displayName).flatMap { $0.isEmpty ? nil : $0 }
        size = content.map { max(0, $0.size ?? 0) }
        mediaType = content?.mimeType
        contentID = content?.storageId
        modified = try values.decodeIfPresent(Double.self, forKey: .lastModificationTime).flatMap(Self.date)
        created = try values.decodeIfPresent(Double.self, forKey: .creationTime).flatMap(Self.date)
        owner = try values.decodeIfPresent(String.self, forKey: .owner)
        parent = try values.decodeIfPresent(String.self, forKey: .parentId).flatMap { try? ID($0) }
        path = try values.decodeIfPresent(String.self, forKey: .path) ?? ""
        isShared = try values.decodeIfPresent(Bool.self, forKey: .shared) ?? false
        isLocked = try values.decodeIfPresent(Bool.self, forKey: .locked) ?? false
        isHidden = try values.decodeIfPresent(Bool.self, forKey: .hidden) ?? false
        isTrashed = try values.decodeIfPresent(Bool.self, forKey: .trashed) ?? false
    }

    /// Milliseconds since 1970, up to the year 9999.
    private static func date(_ milliseconds: Double) -> Date? {
        guard (0...253_402_300_799_000).contains(milliseconds) else { return nil }
        return Date(timeIntervalSince1970: milliseconds / 1000)
    }
}

extension StorageHubItem.Kind {
    /// By the last part of the full name of a Java class.
    fileprivate init(_ javaClass: String, hasContent: Bool) {
        self =
            switch javaClass.split(separator: ".").last {
            case "FolderItem": .folder
            case "SharedFolder": .sharedFolder
            case "VreFolder": .contextFolder
            case "TrashItem": .trashed
            default: hasContent ? .file : .other
            }
    }
}
