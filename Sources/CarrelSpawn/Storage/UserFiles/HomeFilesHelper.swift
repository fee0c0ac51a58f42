import CFiles
public import Foundation
import Glibc

/// What the helper does that runs as a user: `carrel home-files`.
///
/// It gets the home as descriptor 3, the folder of its restore points (or of what is to be put into the home, or
/// `/dev/null`) as descriptor 4, a request on standard input, and writes an answer to standard output. Whatever a path holds, it is opened below those two with
/// `openat2`, never through a link.
public enum HomeFilesHelper {
    static let homeDescriptor: Int32 = 3
    static let pointsDescriptor: Int32 = 4
    /// The most entries of a folder that are shown.
    static let mostEntries = 5000

    /// Gives up being root for good; to be called before anything of the user's is looked at.
    ///
    /// - Parameters:
    ///   - uid: of the user; not 0.
    ///   - gid: the user's primary group; not 0.
    ///   - groups: further groups.
    /// - Returns: whether it was possible; otherwise the process must end.
    public static func become(uid: UInt32, gid: UInt32, groups: [UInt32]) -> Bool {
        groups.withUnsafeBufferPointer { carrel_become(uid, gid, $0.baseAddress, $0.count) == 0 }
    }

    /// Carries out a request.
    ///
    /// - Parameter request: as it came.
    /// - Returns: the answer.
    public static func answer(to request: Data) -> Data {
        let answer: HomeFilesAnswer
        do {
            let home = Descriptor(owning: homeDescriptor)
            let points = Descriptor(owning: pointsDescriptor)
            let request = try JSONDecoder().decode(HomeFilesRequest.self, from: request)
            answer = try HomeFolder(home: home, points: points).carryOut(request)
        } catch let error as HomeFilesRefusal {
            answer = .refused(error)
        } catch let error as SystemFailure {
            answer = .refused(HomeFilesRefusal(number: error.number))
        } catch {
            answer = .refused(.failed("the request can't be read"))
        }
        return (try? JSONEncoder().encode(answer)) ?? Data()
    }
}

/// A home and its restore points, looked at with the rights of this process.
struct HomeFolder {
    let home: Descriptor
    let points: Descriptor

    func carryOut(_ request: HomeFilesRequest) throws -> HomeFilesAnswer {
        switch request {
        case .list(let path, let point): return .entries(try list(Self.path(path), in: root(point)))
        case .contents(let path, let point, let limit):
            return .contents(try contents(Self.path(path), in: root(point), limit: limit))
        case .bringBack(let path, let point, let suffix):
            return .kept(try BringBack(source: root(point), target: home, path: Self.path(path), suffix: suffix).run())
        case .largestFolders(let count): return .entries(largestFolders(count))
        case .fill(let name):
            // Instead of restore points it is given the folder that is to be copied.
            return .filled(try FolderFill.run(points, into: Self.plainName(name), of: home))
        case .place(let name, let folder):
            return try placed(name, in: folder) { placement throws(FilePlacement.Failure) in try placement.run(points) }
        case .placeNew(let name, let folder):
            return try placed(name, in: folder) { placement throws(FilePlacement.Failure) in
                try placement.runOnce(points) ? placement.name : nil
            }
        case .freeName(let name, let folder):
            return try placed(name, in: folder) { placement throws(FilePlacement.Failure) in try placement.freeName() }
        case .secret(let folder, let name, let contents):
            try SecretFile(home: home, folder: Self.singleName(folder), name: Self.singleName(name)).put(contents)
            return .done
        case .deliver(let folder, let delivered, let suffix):
            return .delivered(
                try MaterialDelivery(
                    material: points,
                    home: home,
                    folder: folder,
                    delivered: delivered,
                    suffix: suffix,
                ).run()
            )
        }
    }

    private func placed(
        _ name: String,
        in folder: String,
        _ place: (FilePlacement) throws(FilePlacement.Failure) -> String?,
    ) throws -> HomeFilesAnswer {
        guard try Self.path(name).names.count == 1 else { throw HomeFilesRefusal.badPath }
        do {
            let given = try place(FilePlacement(home: home, folder: try Self.path(folder), name: name))
            return given.map { .placed($0) } ?? .taken
        } catch let failure as FilePlacement.Failure {
            switch failure {
            case .folder(let refusal): return .folderRefused(refusal)
            case .file(let refusal): throw refusal
            }
        }
    }

    private static func path(_ text: String) throws(HomeFilesRefusal) -> HomePath {
        guard let path = HomePath(text) else { throw .badPath }
        return path
    }

    private static func plainName(_ text: String) throws(HomeFilesRefusal) -> String {
        guard text.isFileName else { throw .badPath }
        return text
    }

    /// A name without a way in it, which may begin with a dot.
    private static func singleName(_ text: String) throws(HomeFilesRefusal) -> String {
        guard let path = HomePath(text), path.names.count == 1, let name = path.name else { throw .badPath }
        return name
    }

    /// The home as it is, or as it was.
    private func root(_ point: String?) throws -> Descriptor {
        guard let point else { return home }
        guard RestorePoint(name: point) != nil else { throw HomeFilesRefusal.notFound }
        return try points.opened(point, O_RDONLY | O_DIRECTORY)
    }

    // MARK: Looking

    private func list(_ path: HomePath, in root: Descriptor) throws -> [HomeFileEntry] {
        let folder = try root.opened(path.text, O_RDONLY | O_DIRECTORY)
        let entries = DirectoryEntry.names(in: folder).prefix(HomeFilesHelper.mostEntries).compactMap { name in
            entry(name, in: folder, below: path)
        }
        return entries.sorted { one, other in
            if (one.kind == .folder) != (other.kind == .folder) { return one.kind == .folder }
            return one.path < other.path
        }
    }

    private func entry(_ name: DirectoryEntry.Name, in folder: Descriptor, below path: HomePath) -> HomeFileEntry? {
        var facts = stat()
        guard fstatat(folder.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        let kind = HomeFileEntry.Kind(mode: facts.st_mode)
        return HomeFileEntry(
            path: (path.names + [NameText.text(entry: name)]).joined(separator: "/"),
            kind: kind,
            size: kind == .folder ? 0 : Int64(facts.st_size),
            changedAt: Date(timeIntervalSince1970: Double(facts.st_mtim.tv_sec)),
        )
    }

    private func contents(_ path: HomePath, in root: Descriptor, limit: Int) throws -> Data {
        // Without waiting: a pipe would keep us.
        let file = try root.opened(path.text, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var facts = stat()
        guard fstat(file.number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw HomeFilesRefusal.failed("it isn't a file")
        }
        return Data(file.contents(limit: min(max(0, limit), UserFiles.mostContents)))
    }

    private func largestFolders(_ count: Int) -> [HomeFileEntry] {
        var largest = LargestFolders(count: min(max(0, count), 100))
        _ = FolderCount(home) { path, bytes in largest.add(path, bytes) }
        return largest.folders.map { folder in
            var facts = stat()
            let found =
                (try? home.opened(folder.path, O_RDONLY | O_DIRECTORY)).map { fstat($0.number, &facts) == 0 } ?? false
            let date = Date(timeIntervalSince1970: found ? Double(facts.st_mtim.tv_sec) : 0)
            return HomeFileEntry(path: folder.path, kind: .folder, size: folder.bytes, changedAt: date)
        }
    }
}

/// The largest of many folders.
struct LargestFolders {
    let count: Int
    private(set) var folders: [(path: String, bytes: Int64)] = []

    init(count: Int) { self.count = count }

    mutating func add(_ path: [String], _ bytes: Int64) {
        guard count > 0, folders.count < count || bytes > (folders.last?.bytes ?? 0) else { return }
        let place = folders.firstIndex { $0.bytes < bytes } ?? folders.endIndex
        folders.insert((path.joined(separator: "/"), bytes), at: place)
        if folders.count > count { folders.removeLast() }
    }
}

extension HomeFileEntry.Kind {
    /// What a file's mode says it is.
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFREG: self = .file
        case S_IFLNK: self = .link
        default: self = .other
        }
    }
}

extension Descriptor {
    /// Opens what is below this folder, through no link and not outside of it; the path is ``NameText``.
    func opened(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemFailure) -> Descriptor {
        Descriptor(
            owning: try SystemFailure.check("open") {
                carrel_open_beneath(number, NameText.name(of: path), flags, mode)
            }
        )
    }
}
