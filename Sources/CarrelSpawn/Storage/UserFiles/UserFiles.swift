import CarrelModel
public import Foundation
import Glibc

/// Files of homes, reached by a process that runs as the user: `carrel home-files`.
///
/// The hub itself opens only the home's folder and that of its restore points, both below folders of its own.
public struct UserFiles: HomeFiles {
    let homes: HomesFolder
    private let executable: String
    let isRoot: Bool
    private let now: @Sendable () -> Date

    /// The most bytes of a file that are shown.
    public static let mostContents = 2 << 20
    /// How long looking into a folder or file may take.
    private static let quick = Duration.seconds(20)
    /// How long bringing back or counting may take.
    private static let long = Duration.seconds(300)

    /// Makes the way to the files.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes.
    ///   - executable: absolute path of the `carrel` program.
    ///   - now: tells the time, for the names of what is kept.
    public init(homes: String, executable: String, now: @escaping @Sendable () -> Date = { Date() }) {
        self.homes = HomesFolder(path: homes)
        self.executable = executable
        self.now = now
        isRoot = geteuid() == 0
    }

    /// What is in a folder; see ``HomeFiles``.
    public func list(_ path: String, in home: HomeID, at point: RestorePoint?) async throws(HomeFilesError)
        -> [HomeFileEntry]
    {
        let request = HomeFilesRequest.list(path: path, point: point?.name)
        guard case .entries(let entries) = try await ask(request, home, path, within: Self.quick) else {
            throw .strange
        }
        return entries
    }

    /// The beginning of a file; see ``HomeFiles``.
    public func contents(
        _ path: String,
        in home: HomeID,
        at point: RestorePoint?,
        limit: Int,
    ) async throws(HomeFilesError) -> Data {
        let request = HomeFilesRequest.contents(path: path, point: point?.name, limit: limit)
        guard case .contents(let data) = try await ask(request, home, path, within: Self.quick) else { throw .strange }
        return data
    }

    /// Brings a file or folder back; see ``HomeFiles``.
    public func bringBack(_ path: String, in home: HomeID, from point: RestorePoint) async throws(HomeFilesError)
        -> String?
    {
        let minute = RestorePoint(at: now()).name.replacing("T", with: " ").replacing(":", with: ".")
        let suffix = " (before restore \(minute))"
        let request = HomeFilesRequest.bringBack(path: path, point: point.name, suffix: suffix)
        guard case .kept(let kept) = try await ask(request, home, path, within: Self.long) else { throw .strange }
        return kept
    }

    /// The folders that hold most; see ``HomeFiles``.
    public func largestFolders(in home: HomeID, count: Int) async throws(HomeFilesError) -> [HomeFileEntry] {
        let request = HomeFilesRequest.largestFolders(count: count)
        guard case .entries(let entries) = try await ask(request, home, "", within: Self.long) else { throw .strange }
        return entries
    }

    /// Puts the files of a folder into a home; see ``HomeFiles``.
    public func fill(_ name: String, in home: HomeID, from folder: String) async throws(HomeFilesError) -> Int {
        guard let source = try? Descriptor(opening: folder, O_RDONLY | O_DIRECTORY) else {
            throw .failed(reason: "the folder \(folder) can't be opened")
        }
        let request = HomeFilesRequest.fill(name: name)
        let answer = try await ask(request, home, name, beside: source, within: Self.long)
        guard case .filled(let count) = answer else { throw .strange }
        return count
    }

    /// Puts a secret into a file; see ``HomeFiles``.
    public func putSecret(
        _ secret: Data,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeFilesError) {
        try await change(.secret(folder: folder, name: name, contents: secret), "\(folder)/\(name)", in: home)
    }

    /// Removes a secret's file; see ``HomeFiles``.
    public func removeSecret(_ name: String, in folder: String, of home: HomeID) async throws(HomeFilesError) {
        try await change(.secret(folder: folder, name: name, contents: nil), "\(folder)/\(name)", in: home)
    }

    private func change(_ request: HomeFilesRequest, _ path: String, in home: HomeID) async throws(HomeFilesError) {
        guard case .done = try await ask(request, home, path, within: Self.quick) else { throw .strange }
    }

    // MARK: Asking

    func ask(
        _ request: HomeFilesRequest,
        _ home: HomeID,
        _ path: String,
        beside other: Descriptor? = nil,
        within limit: Duration,
    ) async throws(HomeFilesError) -> HomeFilesAnswer {
        guard HomePath(path) != nil else { throw .badPath(path) }
        guard let folder = homes.opened(home) else { throw .notFound(path: path) }
        let answer: HomeFilesAnswer
        do {
            let points = other ?? RestorePointFolder(homes: homes.path, home: home).opened()
            let output = try await ProgramRun.result(
                of: executable,
                ["home-files"] + (try identity(of: folder)),
                input: Array(try JSONEncoder().encode(request)),
                descriptors: [folder, try points ?? Descriptor(opening: "/dev/null", O_RDONLY)],
                size: 8 << 20,
                within: limit,
            )
            answer = try JSONDecoder().decode(HomeFilesAnswer.self, from: Data(output))
        } catch let error as ProgramFailure {
            throw .failed(reason: error.message)
        } catch let error as HomeFilesError {
            throw error
        } catch {
            throw .failed(reason: "the helper's answer can't be read")
        }
        if case .refused(let refusal) = answer { throw refusal.error(path) }
        return answer
    }

    /// Whom the helper becomes: the home's owner, who is never root.
    private func identity(of home: Descriptor) throws(HomeFilesError) -> [String] {
        guard let arguments = home.ownerArguments(isRoot: isRoot) else {
            throw .failed(reason: "the home has no owner yet")
        }
        return arguments
    }
}

extension Descriptor {
    /// Whom a helper for this home becomes, as its arguments: its owner; nil when that is root.
    func ownerArguments(isRoot: Bool) -> [String]? {
        guard isRoot else { return [] }
        var facts = stat()
        guard fstat(number, &facts) == 0, facts.st_uid != 0, facts.st_gid != 0 else { return nil }
        return ["--uid", "\(facts.st_uid)", "--gid", "\(facts.st_gid)"]
    }
}

extension HomeFilesError {
    /// An answer to another question.
    fileprivate static var strange: Self { .failed(reason: "the helper answered something else") }
}
