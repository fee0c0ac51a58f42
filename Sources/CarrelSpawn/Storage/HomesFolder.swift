import CFiles
import Glibc

/// The folder of all homes: `<path>/<instance>/<slug>`.
///
/// It and its instances belong to the hub. Homes belong to users: nothing here follows a link in one.
struct HomesFolder: Sendable {
    /// Its absolute path.
    let path: String

    /// Where a home is or would be.
    func path(of home: HomeID) -> String { "\(path)/\(home.instance)/\(home.slug)" }

    /// Opens a home; nil when there is none.
    func opened(_ home: HomeID) -> Descriptor? {
        guard home.isPlain, let top = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY) else { return nil }
        return top.child("\(home.instance)/\(home.slug)")
    }

    /// The homes that are there.
    func homes() -> [HomeID] {
        guard let top = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY) else { return [] }
        return Self.plainNames(in: top).flatMap { instance -> [HomeID] in
            guard let folder = top.child(instance) else { return [] }
            return Self.plainNames(in: folder).map { HomeID(instance: instance, slug: $0) }
        }
    }

    private static func plainNames(in folder: Descriptor) -> [String] {
        DirectoryEntry.names(in: folder).map { String(nulTerminated: $0) }.filter(\.isFileName).sorted()
    }
}

extension HomeID {
    /// Whether both parts are plain file names.
    var isPlain: Bool { instance.isFileName && slug.isFileName }
}

extension Descriptor {
    /// Opens a folder below this one without following a link; nil when there is none.
    func child(_ path: String) -> Descriptor? {
        let number = carrel_open_beneath(number, path, O_RDONLY | O_DIRECTORY, 0)
        return number < 0 ? nil : Descriptor(owning: number)
    }
}

/// How much room a file system has.
public struct DiskSpace: Sendable, Equatable {
    /// All of it, in bytes.
    public var size: Int64
    /// What is free for ordinary users, in bytes.
    public var free: Int64

    /// Whether less than a tenth is free.
    public var isShort: Bool { free < size / 10 }

    /// Notes a reading.
    public init(size: Int64, free: Int64) {
        self.size = size
        self.free = free
    }

    /// Asks the file system that a path is on; nil when there is nothing.
    public init?(at path: String) {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        size = Int64(clamping: UInt64(facts.f_blocks) * UInt64(facts.f_frsize))
        free = Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }
}
