extension OnedataClient {
    /// The content of a file, or a part of it.
    ///
    /// - Parameters:
    ///   - entry: of a file, as ``entry(at:)`` or ``list(_:after:limit:)`` gave it.
    ///   - range: of bytes; what lies behind the end of the file is cut off. Nil is all of it.
    /// - Returns: the bytes; the provider has already said that it has them.
    /// - Throws: ``OnedataError/isAFolder``; ``OnedataError/invalidRange`` if the range begins behind the end;
    ///   ``OnedataError/changed`` if the file isn't the one of the entry any more, and others.
    public func content(
        of entry: OnedataEntry,
        _ range: Range<Int64>? = nil,
    ) async throws(OnedataError) -> OnedataContent {
        guard let size = entry.size else {
            if entry.isFolder { throw .isAFolder }
            throw .notFound
        }
        let range = range ?? 0..<size
        guard range.lowerBound >= 0, range.lowerBound < size || range.isEmpty || size == 0 && range.lowerBound == 0
        else { throw .invalidRange }
        let wanted = min(range.lowerBound, size)..<min(range.upperBound, size)
        let download = Download(ContentQuestion(client: self, entry: entry, size: size), wanted)
        try await download.open()
        return OnedataContent(entry, wanted, download)
    }

    /// The content of a file at a path, or a part of it.
    ///
    /// - Parameters:
    ///   - path: of a file.
    ///   - range: of bytes; nil is all of it.
    /// - Returns: as ``content(of:_:)``.
    /// - Throws: as ``content(of:_:)``, and ``OnedataError/notFound``.
    public func content(
        at path: OnedataPath,
        _ range: Range<Int64>? = nil,
    ) async throws(OnedataError) -> OnedataContent {
        try await content(of: try await entry(at: path), range)
    }
}
