public import Foundation

/// A file, a folder or a symbolic link, as a provider described it.
public struct OnedataEntry: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
        /// With its size in bytes.
        case file(size: Int64)
        /// A folder, or a space.
        case folder
        /// With what it points to, which Onedata resolves itself.
        case link(target: String)
    }

    /// Its id, which stays the same when it is renamed; of a space, the space's; empty of the top.
    public let id: String
    /// Its name.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// When its content was last changed, in whole seconds by the provider's clock; nil of the top, and of a space whose
    /// providers can't be asked.
    public let modified: Date?
    /// The id of the space in which it is; empty of the top.
    public let spaceID: String

    /// The size of a file, in bytes; nil of anything else.
    public var size: Int64? { if case .file(let size) = kind { size } else { nil } }

    /// Whether it is a folder.
    public var isFolder: Bool { kind == .folder }

    /// Whether it is what a write under way, or one that was broken off by the end of its program, has put beside a file.
    public var isUnfinished: Bool { !isFolder && name.hasPrefix(Spot.unfinished) }

    /// The top, which is no file of Onedata's.
    static let top = OnedataEntry(id: "", name: "", kind: .folder, modified: nil, spaceID: "")
}

/// The attributes of a file that are asked for.
struct FileAttributes: Decodable, Sendable {
    let fileId: String?
    let name: String?
    let type: String?
    let size: Int64?
    let mtime: Int64?
    let symlinkValue: String?

    /// The body that asks for them; also of a GET.
    static let wanted = Data(#"{"attributes":["fileId","name","type","size","mtime","symlinkValue"]}"#.utf8)

    /// The entry; nil if it can't be one: an unknown type, a file without a size, a name that isn't one.
    ///
    /// Files that are gone since may lack anything.
    func entry(in spaceID: String) -> OnedataEntry? {
        let kind: OnedataEntry.Kind
        switch (type, size) {
        case ("REG"?, let size?) where size >= 0: kind = .file(size: size)
        case ("DIR"?, _): kind = .folder
        case ("SYMLNK"?, _): kind = .link(target: symlinkValue ?? "")
        default: return nil
        }
        guard let name, OnedataPath.isFit(name), let fileId, (1...2048).contains(fileId.utf8.count)
        else { return nil }
        let modified = mtime.map { Date(timeIntervalSince1970: TimeInterval($0)) }
        return OnedataEntry(id: fileId, name: name, kind: kind, modified: modified, spaceID: spaceID)
    }
}
