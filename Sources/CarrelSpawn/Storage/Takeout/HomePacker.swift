public import CarrelModel
import Glibc

/// Archives of homes, made by `carrel pack-files`, which runs as the home's owner.
///
/// The hub itself opens only the home's folder; what it passes on are bytes that are packed already.
public struct HomePacker: HomeArchives {
    /// Who puts hand-ins together: nobody, as no file is needed for it.
    private static let nobody = ["--uid", "65534", "--gid", "65534"]

    private let homes: HomesFolder
    private let executable: String
    private let isRoot: Bool
    private let reactor: Reactor

    /// Makes the way to the homes.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes.
    ///   - executable: absolute path of the `carrel` program.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the system has no room for another wait.
    public init(homes: String, executable: String) throws(SpawnError) {
        self.homes = HomesFolder(path: homes)
        self.executable = executable
        isRoot = geteuid() == 0
        do {
            reactor = try Reactor()
        } catch {
            throw .cannotPrepare(homes, reason: "\(error)")
        }
    }

    /// How many entries and bytes a takeout has.
    public func count(_ order: TakeoutOrder) async throws(TakeoutError) -> TakeoutProgress {
        let process = try start(order, .count, output: try Self.nothing())
        try await process.finish(order)
        return process.progress
    }

    /// Begins an archive for somebody who waits for it.
    public func stream(_ order: TakeoutOrder) async throws(TakeoutError) -> ArchiveStream {
        let (output, end) = try Self.pipe()
        let process = try start(order, .archive(order.format), output: end)
        try await process.begin(order)
        let reader = reader(of: output)
        return ArchiveStream(
            run: { writer in
                do {
                    while let piece = try await reader.next() { try await writer(piece) }
                    try await process.finish(order)
                } catch {
                    await process.kill()
                    throw error
                }
            },
            progress: { process.progress },
        )
    }

    /// Begins an archive that is kept.
    public func prepare(_ order: TakeoutOrder, at path: String, most: ByteCount) async throws(TakeoutError)
        -> ArchiveJob
    {
        let file: Descriptor
        do {
            file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        } catch {
            throw error.number == ENOSPC || error.number == EDQUOT ? .noRoom : .failed(reason: "\(error)")
        }
        let process = try start(order, .archive(order.format), output: file, most: most)
        try await process.begin(order, most: most)
        return ArchiveJob(
            finish: { () async throws(TakeoutError) in try await process.finish(order, most: most) },
            progress: { process.progress },
        )
    }

    // MARK: Processes

    private func start(
        _ order: TakeoutOrder,
        _ product: PackOrder.Product,
        output: Descriptor,
        most: ByteCount? = nil,
    ) throws(TakeoutError) -> PackProcess {
        let path = order.path.names.joined(separator: "/")
        let source = PackOrder.Source.home(
            path: path,
            folder: order.folder,
            leavesCachesOut: order.leavesCachesOut,
        )
        let whole = PackOrder(source: source, product: product, mostBytes: most?.bytes)
        return try start(whole, in: order.home, output: output)
    }

    func start(_ order: PackOrder, in home: HomeID, output: Descriptor) throws(TakeoutError) -> PackProcess {
        guard let folder = homes.opened(home), let arguments = folder.ownerArguments(isRoot: isRoot) else {
            throw .noHome
        }
        return try process(order, arguments, source: folder, output: output)
    }

    /// Starts a helper that needs no home.
    func startForNobody(_ order: PackOrder, source: Descriptor, output: Descriptor) throws(TakeoutError)
        -> PackProcess
    {
        try process(order, isRoot ? Self.nobody : [], source: source, output: output)
    }

    private func process(_ order: PackOrder, _ arguments: [String], source: Descriptor, output: Descriptor)
        throws(TakeoutError) -> PackProcess
    {
        try PackProcess(
            order,
            executable: executable,
            arguments: arguments,
            source: source,
            output: output,
            reactor: reactor,
        )
    }

    func reader(of output: Descriptor) -> PipeReader { PipeReader(output, reactor) }

    static func pipe() throws(TakeoutError) -> (reading: Descriptor, writing: Descriptor) {
        do {
            return try PackProcess.pipe()
        } catch {
            throw .failed(reason: "there are too many open files")
        }
    }

    /// An open file without content.
    static func nothing() throws(TakeoutError) -> Descriptor {
        do {
            return try Descriptor(opening: "/dev/null", O_RDWR)
        } catch {
            throw .failed(reason: "there are too many open files")
        }
    }
}
