public import CarrelModel
import Foundation
import Glibc

/// What was fetched of the material, or of the catalogues, of instances, and what was put into which home.
///
/// Of what is in `<folder>/NAME`, `trees/tree-COMMIT` is a working tree, `source.json` says where the trees came from, and
/// `delivered/SLUG.json` what a home was given. The folder is the hub's; working trees belong to an account without rights,
/// as which `git` runs. The tree before the newest stays a while, as somebody may be reading it.
public struct MaterialCache: Sendable {
    private let folder: String
    private let fetcher: Account?
    private let work: any BlockingWork
    private let most: Int64
    private let refused = RefusedVersions()

    /// The most bytes of a working tree.
    public static let mostBytes: Int64 = 1 << 30
    private static let tree = "tree-"

    /// Names the cache.
    ///
    /// - Parameters:
    ///   - folder: absolute path; made at first use.
    ///   - fetcher: as whom `git` runs; nil for the hub's own user.
    ///   - work: walks through folders.
    ///   - mostBytes: how large a working tree may be.
    public init(
        folder: String,
        fetcher: Account?,
        work: any BlockingWork,
        mostBytes: Int64 = MaterialCache.mostBytes,
    ) {
        self.folder = folder
        self.fetcher = fetcher
        self.work = work
        most = mostBytes
    }

    // MARK: Material

    /// The newest working tree of an instance.
    ///
    /// - Parameters:
    ///   - instance: whose it is.
    ///   - address: where it must have come from.
    ///   - branch: of which branch.
    /// - Returns: its folder and its commit; nil before it was first fetched from there.
    public func current(_ instance: InstanceName, of address: WebAddress, branch: String?) -> (
        path: String, version: String
    )? {
        guard source(of: instance) == Source(address: address.text, branch: branch) else { return nil }
        return trees(instance).first.map { ("\(treePlace(instance))/\($0)", String($0.dropFirst(Self.tree.count))) }
    }

    /// Fetches a repository, unless its newest version is here already.
    ///
    /// A version that was refused isn't fetched a second time while the hub runs.
    ///
    /// - Parameters:
    ///   - address: `https` or `http`, without credentials.
    ///   - branch: nil for the repository's own first one.
    ///   - instance: whose it is.
    ///   - limit: how long each of some calls may take.
    ///   - purpose: what it is looked at for by `accept`; for another purpose a refused version is looked at again.
    ///   - accept: looks at the files in this folder, and throws when the earlier version is to stay.
    /// - Returns: whether there is a new version.
    /// - Throws: ``RepositoryError``, or what `accept` threw.
    public func fetch(
        _ address: WebAddress,
        branch: String?,
        for instance: InstanceName,
        within limit: Duration,
        purpose: String = "",
        accept: @escaping @Sendable (_ folder: String) throws -> Void = { _ in },
    ) async throws -> Bool {
        let git = GitProgram(account: fetcher, mostBytes: most, limit: limit)
        let newest = try await git.newest(of: address, branch: branch)
        let before = current(instance, of: address, branch: branch)
        if before?.version == newest { return false }
        let candidate = RefusedVersions.Candidate(address: address, version: newest, purpose: purpose)
        if let error = refused.reason(of: candidate, for: instance) { throw error }
        let place = treePlace(instance)
        try make(instance)
        let draft = "fetch-\(UInt64.random(in: .min ... .max))"
        do {
            let version = try await git.clone(address, branch: branch, to: "\(place)/\(draft)")
            do {
                try await work.run { try accept("\(place)/\(draft)") }
            } catch {
                refused.note(candidate, for: instance, because: error)
                throw error
            }
            // In this order: a hub that is killed in between fetches it anew.
            if before == nil { unlink(sourcePath(instance)) }
            try Self.put("\(place)/\(draft)", at: "\(place)/\(Self.tree)\(version)")
            let source = try JSONEncoder().encode(Source(address: address.text, branch: branch))
            try source.write(to: URL(filePath: sourcePath(instance)), options: .atomic)
            await tidy(instance, but: ["\(Self.tree)\(version)", Self.tree + (before?.version ?? version)])
            return true
        } catch {
            await tidy(instance, but: nil)
            throw error
        }
    }

    /// Gives a working tree its place; one that is there has an older date, and goes.
    private static func put(_ draft: String, at path: String) throws(RepositoryError) {
        if rename(draft, path) == 0 { return }
        guard errno == ENOTEMPTY || errno == EEXIST, rename(path, draft + "-old") == 0, rename(draft, path) == 0 else {
            throw .failed(reason: String(cString: strerror(errno)))
        }
    }

    /// Removes all that is kept of an instance; a second time is fine.
    public func remove(_ instance: InstanceName) async throws {
        let folder = folder
        try await work.run {
            guard let top = try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return }
            try FolderRemoval.run(instance.text, in: top)
        }
    }

    // MARK: Homes

    /// What was put into a home.
    public struct Delivered: Codable, Sendable, Equatable {
        /// The version that was put there last, whole; nil for one that was cut short.
        public var version: String?
        /// The address or folder it came from.
        public var source: String
        /// A mark of each file's version.
        public var files: [String: String]

        /// Notes what a home was given.
        public init(version: String?, source: String, files: [String: String]) {
            self.version = version
            self.source = source
            self.files = files
        }
    }

    /// What was put into a home so far.
    public func delivered(to slug: String, in instance: InstanceName) -> Delivered? {
        let file = "\(place(instance))/delivered/\(slug).json"
        return FileManager.default.contents(atPath: file).flatMap {
            try? JSONDecoder().decode(Delivered.self, from: $0)
        }
    }

    /// Notes what was put into a home.
    public func note(_ delivered: Delivered, to slug: String, in instance: InstanceName) throws {
        try make(instance)
        let data = try JSONEncoder().encode(delivered)
        try data.write(to: URL(filePath: "\(place(instance))/delivered/\(slug).json"), options: .atomic)
    }

    // MARK: How it is done

    /// Where the trees of an instance came from.
    private struct Source: Codable, Equatable {
        var address: String
        var branch: String?
    }

    private func source(of instance: InstanceName) -> Source? {
        FileManager.default.contents(atPath: sourcePath(instance)).flatMap {
            try? JSONDecoder().decode(Source.self, from: $0)
        }
    }

    private func sourcePath(_ instance: InstanceName) -> String { "\(place(instance))/source.json" }

    private func place(_ instance: InstanceName) -> String { "\(folder)/\(instance.text)" }

    private func treePlace(_ instance: InstanceName) -> String { "\(place(instance))/trees" }

    private func trees(_ instance: InstanceName) -> [String] {
        guard let opened = try? Descriptor(opening: treePlace(instance), O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
            return []
        }
        return DirectoryEntry.names(in: opened).map { String(nulTerminated: $0) }.filter { $0.hasPrefix(Self.tree) }
            .sorted { Self.age(of: $0, in: opened) > Self.age(of: $1, in: opened) }
    }

    private static func age(of name: String, in folder: Descriptor) -> Int {
        var facts = stat()
        return fstatat(folder.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0
            ? Int(facts.st_ctim.tv_sec) * 1_000_000_000 + Int(facts.st_ctim.tv_nsec) : 0
    }

    private func make(_ instance: InstanceName) throws {
        let folders: [(path: String, mode: mode_t)] = [
            (folder, 0o711), (place(instance), 0o711), ("\(place(instance))/delivered", 0o700),
            (treePlace(instance), 0o755),
        ]
        for (path, mode) in folders {
            if mkdir(path, mode) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
            try SystemFailure.check("chmod", path) { chmod(path, mode) }
        }
        // Where `git` makes its folders.
        if let fetcher, geteuid() == 0 {
            try SystemFailure.check("chown", folder) { chown(treePlace(instance), fetcher.uid, fetcher.gid) }
        }
    }

    private func tidy(_ instance: InstanceName, but kept: [String]?) async {
        let place = treePlace(instance)
        try? await work.run {
            guard let opened = try? Descriptor(opening: place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return }
            for name in DirectoryEntry.names(in: opened).map({ String(nulTerminated: $0) })
            where name.hasPrefix("fetch-") || kept.map({ name.hasPrefix(Self.tree) && !$0.contains(name) }) == true {
                try? FolderRemoval.run(name, in: opened)
            }
        }
    }
}
