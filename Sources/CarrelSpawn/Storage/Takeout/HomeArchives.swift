public import CarrelModel

/// Makes archives of homes, each home read by a process that runs as its owner.
public protocol HomeArchives: Sendable {
    /// How many entries and bytes a takeout has; takes as long as it has many.
    func count(_ order: TakeoutOrder) async throws(TakeoutError) -> TakeoutProgress

    /// Begins an archive for somebody who waits for it.
    ///
    /// - Throws: when there is nothing of the kind; later failures are ``ArchiveStream/send(to:)``'s.
    func stream(_ order: TakeoutOrder) async throws(TakeoutError) -> ArchiveStream

    /// Begins an archive of several homes.
    func handIns(_ order: HandInOrder) throws(TakeoutError) -> ArchiveStream

    /// Begins an archive that is kept.
    ///
    /// - Parameters:
    ///   - order: what goes into it.
    ///   - path: the file; it must not be there yet. When the archive can't be finished, who asked removes it.
    ///   - most: how large it may become.
    /// - Returns: the work.
    /// - Throws: when there is nothing of the kind; later failures are ``ArchiveJob/finish()``'s.
    func prepare(_ order: TakeoutOrder, at path: String, most: ByteCount) async throws(TakeoutError) -> ArchiveJob
}

/// An archive that is being made into a file.
public struct ArchiveJob: Sendable {
    private let wait: @Sendable () async throws(TakeoutError) -> Void
    private let look: @Sendable () -> TakeoutProgress

    /// Makes one of two functions: what waits for the end, and what says how far it is.
    public init(
        finish: @escaping @Sendable () async throws(TakeoutError) -> Void,
        progress: @escaping @Sendable () -> TakeoutProgress,
    ) {
        wait = finish
        look = progress
    }

    /// How far it is.
    public var progress: TakeoutProgress { look() }

    /// Waits until it is whole and on the disk; a cancelled task ends it.
    public func finish() async throws(TakeoutError) { try await wait() }
}
