import Foundation
import NIOCore
import OpenBISClient

/// The datasets that a person may see in an openBIS, to be read: `SPACE/PROJECT/COLLECTION/OBJECT/DATASET/FILE`.
///
/// Folders are called by codes, those of datasets by their permanent ids; behind an id stands the name that the dataset has
/// now, and a path with another name leads to it all the same, or with none (``OpenBISSpot``). Objects that are in no
/// collection or no project are beside collections or projects, as `object CODE`. What lies at a path is known for a few
/// seconds without asking, and a dataset's list of files for longer, as datasets never change.
public struct OpenBISStore: DataStore {
    private let door: OpenBISDoor
    private let lists: DataSetLists
    /// Whose lists these are.
    private let id = UUID()
    private let cache: EntryCache<OpenBISNode>

    /// How many are asked for at once.
    private static let page = 500

    /// Offers a person's datasets.
    ///
    /// - Parameters:
    ///   - lists: where lists of files are kept, of all people.
    ///   - keeping: for how long it is known what lies at a path.
    ///   - now: the time.
    ///   - client: asks openBIS; what it throws is a fault of each call.
    ///   - token: gives the person's token; nil when there is none, a fault when that can't be said.
    init(
        lists: DataSetLists,
        keeping: Duration = .seconds(5),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        client: @escaping @Sendable () throws(OpenBISError) -> OpenBISClient,
        token: @escaping @Sendable () async throws(DataFault) -> String?,
    ) {
        door = OpenBISDoor(client: client, token: token)
        self.lists = lists
        cache = EntryCache(for: keeping, now: now)
    }

    /// Nothing can be changed.
    public var abilities: DataAbilities {
        DataAbilities(isWritable: false, keepsTimes: false, tellsVersions: true)
    }

    /// Whether openBIS is there and takes the token.
    public func check() async -> ConnectionState {
        do throws(DataFault) {
            try await door.ask { session throws(OpenBISError) in
                guard try await session.client.isSessionActive(session.token) else { throw .sessionOver }
            }
            return .readOnly
        } catch {
            if case .unusable(let state) = error { return state }
            return .unfit(error.message)
        }
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try await node(at: path).entry(name: path.last)
    }

    /// See ``DataStore/entries(of:)``; the first page is taken at once.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let parts = try await parts(of: try await node(at: folder))
        let first = try await parts[0](0)
        return DataListing {
            var given: Set<DataName> = []
            var page: Part? = first
            var number = 0
            return { () async throws(DataFault) in
                guard let present = page else { return nil }
                if let next = present.next {
                    page = try await parts[number](next)
                } else {
                    number += 1
                    page = number < parts.count ? try await parts[number](0) : nil
                }
                // What is registered meanwhile moves the end of one page to the beginning of the next.
                let fresh = present.entries.filter { $0.name.map { !given.contains($0) } ?? true }
                given = Set(present.entries.compactMap(\.name))
                return fresh
            }
        }
    }

    /// See ``DataStore/read(_:_:of:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        let node = try await node(at: file)
        let entry = node.entry(name: file.last)
        guard let size = entry.size else { throw .notAFile }
        guard version ?? entry.version == entry.version else { throw .changed }
        let bytes = try range.bounds(in: size)
        guard case .file(let found, let dataSet) = node, !bytes.isEmpty else {
            let text = Array(OpenBISNode.readmeText.utf8)[
                bytes.isEmpty ? 0..<0 : Int(bytes.lowerBound)..<Int(bytes.upperBound)
            ]
            return DataContent(entry: entry, first: bytes.lowerBound, body: DataBody(ByteBuffer(bytes: text)))
        }
        if let status = dataSet.status, ["ARCHIVED", "UNARCHIVE_PENDING"].contains(status) {
            throw .notOffered("This dataset is in the archive. Have it brought back in openBIS, then read it here.")
        }
        let content = try await door.ask { session throws(OpenBISError) in
            try await Self.content(of: found, bytes, session)
        }
        let pieces = MappedPieces(base: try content.get()) { error in
            (error as? OpenBISError)?.faultOfContent ?? DataFault(error)
        }
        return DataContent(entry: entry, first: bytes.lowerBound, body: DataBody(size: Int64(bytes.count), pieces))
    }

    /// Throws ``DataFault/readOnly``, or says how datasets are made.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        throw Self.refusal(at: file)
    }

    /// Throws ``DataFault/readOnly``, or says how datasets are made.
    public func makeFolder(at path: DataPath) async throws(DataFault) { throw Self.refusal(at: path) }

    /// Throws ``DataFault/readOnly``, or says how datasets are made.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        throw Self.refusal(at: target)
    }

    /// Throws ``DataFault/readOnly``.
    public func remove(_ path: DataPath) async throws(DataFault) { throw .readOnly }

    /// See ``DataStore/quota(at:)``; there is none.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        guard try await node(at: folder).entry(name: nil).isFolder else { throw .notAFolder }
        return DataQuota(used: nil, available: nil)
    }

    private static func refusal(at path: DataPath) -> DataFault {
        switch OpenBISSpot(path) {
        case .inDraft, .readme, .draft: .notOffered(OpenBISNode.refusal)
        default: .readOnly
        }
    }

    /// A page in place of a file is a fault of that file, not of openBIS; so it doesn't end as other errors do.
    private static func content(
        of file: OpenBISFile,
        _ bytes: Range<Int64>,
        _ session: OpenBISSession,
    ) async throws(OpenBISError) -> Result<OpenBISContent, DataFault> {
        do throws(OpenBISError) {
            return .success(try await session.content(of: file, range: bytes))
        } catch {
            guard case .nonsense = error else { throw error }
            return .failure(error.faultOfContent)
        }
    }
}

// MARK: - What lies where

extension OpenBISStore {
    private func node(at path: DataPath) async throws(DataFault) -> OpenBISNode {
        guard let spot = OpenBISSpot(path) else { throw .notFound }
        return try await node(at: spot, path)
    }

    private func node(at spot: OpenBISSpot, _ path: DataPath) async throws(DataFault) -> OpenBISNode {
        if let known = cache[path] { return known }
        let found: OpenBISNode
        switch spot {
        case .top: return .top
        case .file(let name, let dataSet):
            let top = DataPath(Array(path.names.dropLast(name.split(separator: "/").count)))
            return try await content(name, of: try await node(at: dataSet, top))
        case .sample(_, let place), .dataSet(_, let place), .draft(let place):
            guard let around = path.parent else { throw .notFound }
            found = try await node(spot, in: try await node(at: place, around))
        case .readme(let owner):
            guard let around = path.parent else { throw .notFound }
            _ = try await node(at: .draft(of: owner), around)
            return .readme
        case .space, .project, .experiment:
            found = try await door.ask { session throws(OpenBISError) in try await Self.place(spot, session) }
        case .inDraft: throw .notFound
        }
        cache.keep([(path, found)])
        return found
    }

    private static func place(_ spot: OpenBISSpot, _ session: OpenBISSession) async throws(OpenBISError) -> OpenBISNode
    {
        // openBIS takes codes in any case; a path has one only.
        switch spot {
        case .space(let code):
            guard try await session.space(code).code == code else { throw .notFound }
            return .space(code)
        case .project(let path):
            let found = try await session.project(.identifier(path))
            guard found.identifier == path else { throw .notFound }
            return .project(found)
        case .experiment(let path):
            let found = try await session.experiment(.identifier(path))
            guard found.identifier == path else { throw .notFound }
            return .experiment(found)
        default: throw .notFound
        }
    }

    /// What is in a place that is known.
    private func node(_ spot: OpenBISSpot, in place: OpenBISNode) async throws(DataFault) -> OpenBISNode {
        switch (spot, place) {
        case (.draft, _): return .draft
        case (.dataSet(let permID, _), _):
            let found = try await door.ask { session throws(OpenBISError) in try await session.dataSet(permID) }
            guard found.permID == permID, found.isDirectly(in: place) else { throw .notFound }
            return .dataSet(found)
        case (.sample(let name, _), _):
            guard var query = place.objects else { throw .notFound }
            // That of a part of another object has the other one's before it.
            query.code = name.split(separator: ":").last.map(String.init)
            let wanted = query
            let page = try await door.ask { session throws(OpenBISError) in try await session.samples(wanted) }
            guard let found = page.items.first(where: { $0.nameInPath == name }) else { throw .notFound }
            return .sample(found)
        default: throw .notFound
        }
    }

    private func files(of dataSet: OpenBISDataSet) async throws(DataFault) -> DataSetFiles {
        try await lists.files(of: dataSet, for: id, by: door)
    }

    private func content(_ path: String, of place: OpenBISNode) async throws(DataFault) -> OpenBISNode {
        guard case .dataSet(let dataSet) = place else { throw .notFound }
        switch try await files(of: dataSet)[path] {
        case .folder: return .folder(path, dataSet)
        case .file(let file): return .file(file, dataSet)
        case nil: throw .notFound
        }
    }
}

// MARK: - What is in it

extension OpenBISStore {
    /// Some of what is in a folder, and where more of it begins.
    private struct Part: Sendable {
        let entries: [DataEntry]
        let next: Int?
    }

    private typealias Ask = @Sendable (_ from: Int) async throws(DataFault) -> Part

    /// How the parts of a folder are asked for, one sort after the other.
    private func parts(of node: OpenBISNode) async throws(DataFault) -> [Ask] {
        switch node {
        case .top:
            [
                asking({ session, from throws(OpenBISError) in try await session.spaces(from: from, count: Self.page) })
                {
                    ($0.code, .space($0.code))
                }
            ]
        case .space(let code):
            [
                asking({ session, from throws(OpenBISError) in
                    try await session.projects(OpenBISQuery(in: .space(code)), from: from, count: Self.page)
                }) { ($0.code, .project($0)) }, objects(of: node),
            ]
        case .project(let project):
            [
                asking({ session, from throws(OpenBISError) in
                    let query = OpenBISQuery(in: .project(project.permID))
                    return try await session.experiments(query, from: from, count: Self.page)
                }) { ($0.code, .experiment($0)) }, objects(of: node),
            ]
        case .experiment(let experiment):
            [draft, objects(of: node), dataSets(OpenBISQuery(in: .experiment(experiment.permID), isDirect: true))]
        case .sample(let sample): [draft, dataSets(OpenBISQuery(in: .sample(sample.permID)))]
        case .dataSet(let dataSet): [Self.here(Self.entries(try await files(of: dataSet), of: "", dataSet))]
        case .folder(let path, let dataSet):
            [Self.here(Self.entries(try await files(of: dataSet), of: path, dataSet))]
        case .draft: [Self.here([OpenBISNode.readme.entry(name: DataName(OpenBISSpot.readmeName))])]
        case .file, .readme: throw .notAFolder
        }
    }

    private var draft: Ask { Self.here([OpenBISNode.draft.entry(name: DataName(OpenBISSpot.draftName))]) }

    private func objects(of place: OpenBISNode) -> Ask {
        guard let query = place.objects else { return Self.here([]) }
        var isCollection = false
        if case .experiment = place { isCollection = true }
        return asking({ session, from throws(OpenBISError) in
            try await session.samples(query, from: from, count: Self.page)
        }) { [isCollection] in
            (OpenBISSpot.name(ofObject: $0.nameInPath, inCollection: isCollection), .sample($0))
        }
    }

    private func dataSets(_ query: OpenBISQuery) -> Ask {
        asking({ session, from throws(OpenBISError) in
            try await session.dataSets(query, from: from, count: Self.page)
        }) { (OpenBISSpot.name(ofDataSet: $0.permID, called: $0.properties.name), .dataSet($0)) }
    }

    private func asking<Item: Sendable>(
        _ page: @escaping @Sendable (OpenBISSession, Int) async throws(OpenBISError) -> OpenBISPage<Item>,
        _ named: @escaping @Sendable (Item) -> (String, OpenBISNode),
    ) -> Ask {
        { [door] from throws(DataFault) in
            let found = try await door.ask { session throws(OpenBISError) in try await page(session, from) }
            let entries = found.items.map(named).compactMap { name, node in
                DataName(name).map { node.entry(name: $0) }
            }
            return Part(entries: entries, next: found.next)
        }
    }

    /// What is here already, in pages.
    private static func here(_ entries: [DataEntry]) -> Ask {
        { from throws(DataFault) in
            let end = min(from + page, entries.count)
            return Part(entries: Array(entries[min(from, end)..<end]), next: end < entries.count ? end : nil)
        }
    }

    private static func entries(_ files: DataSetFiles, of folder: String, _ dataSet: OpenBISDataSet) -> [DataEntry] {
        files.items(of: folder).compactMap { name, item in
            guard let name = DataName(name) else { return nil }
            switch item {
            case .folder: return OpenBISNode.folder("", dataSet).entry(name: name)
            case .file(let file): return OpenBISNode.file(file, dataSet).entry(name: name)
            }
        }
    }
}

extension OpenBISNode {
    /// Which objects are in it, where it can have some.
    fileprivate var objects: OpenBISQuery? {
        switch self {
        case .space(let code): OpenBISQuery(in: .space(code), isDirect: true)
        case .project(let project): OpenBISQuery(in: .project(project.permID), isDirect: true)
        case .experiment(let experiment): OpenBISQuery(in: .experiment(experiment.permID))
        default: nil
        }
    }
}

extension OpenBISDataSet {
    /// Whether it belongs to that and to nothing in it.
    fileprivate func isDirectly(in place: OpenBISNode) -> Bool {
        switch place {
        case .experiment(let owner): sample == nil && experiment?.permID == owner.permID
        case .sample(let owner): sample?.permID == owner.permID
        default: false
        }
    }
}

extension OpenBISSample {
    /// The last part of its path; of a part of another object with that one's code before it.
    fileprivate var nameInPath: String { identifier.split(separator: "/").last.map(String.init) ?? code }
}
