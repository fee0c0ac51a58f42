import AsyncHTTPClient
public import NIOCore
import NIOHTTP1

extension StorageHub {
    /// Reads the bytes of a file, or a part of them.
    ///
    /// The service sends files whole only (reference `egi.md` 3.2), so what comes before the part is read and dropped; where
    /// it does send a part, that is taken. The connection is closed when the part is there.
    ///
    /// - Parameters:
    ///   - file: whose.
    ///   - offset: of the first byte; past the end there is nothing to read.
    ///   - count: how many at most; all that there are if nil.
    ///   - write: takes the bytes in order, and is waited for.
    /// - Returns: how many there were.
    /// - Throws: ``StorageHubError/cut(_:after:)`` when the connection breaks after bytes were given, and others; what `write`
    ///   throws.
    @discardableResult
    public func read(
        _ file: StorageHubItem.ID,
        from offset: Int64 = 0,
        count: Int64? = nil,
        onto write: @escaping @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        try await read("/items/\(file.rawValue)/download", FilePart(offset: offset, count: count), write)
    }

    /// Reads a content that a file had.
    ///
    /// - Parameters:
    ///   - version: by name, such as `1.0`.
    ///   - file: whose.
    ///   - write: takes the bytes in order, and is waited for.
    /// - Returns: how many there were.
    /// - Throws: ``StorageHubError``; what `write` throws.
    @discardableResult
    public func read(
        version: String,
        of file: StorageHubItem.ID,
        onto write: @escaping @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        let path = "/items/\(file.rawValue)/versions/\(PercentText.encode(version))/download"
        return try await read(path, FilePart(offset: 0, count: nil), write)
    }

    /// Reads a folder and all that is in it, as a ZIP file.
    ///
    /// - Parameters:
    ///   - folder: whose.
    ///   - write: takes the bytes in order, and is waited for.
    /// - Returns: how many there were.
    /// - Throws: ``StorageHubError``; what `write` throws.
    @discardableResult
    public func readArchive(
        of folder: StorageHubItem.ID,
        onto write: @escaping @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        try await read("/items/\(folder.rawValue)/download", FilePart(offset: 0, count: nil), write)
    }

    private func read(
        _ path: String,
        _ part: FilePart,
        _ write: @escaping @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        guard part.count != 0 else { return 0 }
        var request = get(.read, path)
        if let range = part.field { request.fields.append(("Range", range)) }
        do {
            return try await calls.opened(request, limit: settings.idleLimit) { response, watch in
                try await pass(response, part, watch, write)
            }
        } catch StorageHubError.nonsense(.read, .status(416)) {
            return 0
        }
    }

    private func pass(
        _ response: HTTPClientResponse,
        _ part: FilePart,
        _ watch: ProgressWatch,
        _ write: @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        var window = try part.window(of: response)
        var body = response.body.makeAsyncIterator()
        while !window.isOver {
            let piece: ByteBuffer?
            do {
                watch.waits()
                piece = try await body.next()
            } catch {
                guard !Task.isCancelled else { throw StorageHubError.cancelled }
                throw StorageHubError.cut(.read, after: watch.moved)
            }
            // A body whose reader is cancelled ends as if it were whole.
            guard !Task.isCancelled else { throw StorageHubError.cancelled }
            guard let piece else {
                guard window.isWhole else { throw StorageHubError.cut(.read, after: watch.moved) }
                break
            }
            watch.rests()
            guard let wanted = window.take(piece) else { continue }
            try await write(wanted)
            watch.rests(after: wanted.readableBytes)
        }
        return watch.moved
    }
}
