import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

extension WebDAVRemote {
    /// Reads a file, or a part of it.
    ///
    /// A connection that breaks is taken up again where it broke, as long as the file has a tag and is still the same.
    ///
    /// - Parameters:
    ///   - path: a file.
    ///   - range: which bytes.
    ///   - version: the version that must still be there; another is ``WebDAVError/preconditionFailed(_:)``.
    /// - Returns: what is known of the file, and its bytes, which can be gone through once.
    /// - Throws: ``WebDAVError/rangeOutside`` when the file ends before the range; else what is in the way.
    public func read(
        _ path: WebDAVPath,
        _ range: WebDAVRange = .all,
        version: ETag? = nil,
    ) async throws(WebDAVError) -> WebDAVContent {
        let reading = Reading(calls: calls, url: address.url(of: path, .file), range: range, version: version)
        guard range.limit != 0 else { throw .rangeOutside }
        let (response, head) = try await reading.begin(at: 0)
        return WebDAVContent(
            total: head.total,
            first: head.first,
            count: head.count,
            etag: head.etag,
            modified: response.headers.first(name: "Last-Modified").flatMap { HTTPDate.read($0) },
            contentType: response.headers.first(name: "Content-Type").map { String($0.prefix(255)) },
            body: WebDAVBody(reading: reading, head: head, parts: response.body),
        )
    }
}

/// A file, or a part of it, that is being read.
public struct WebDAVContent: Sendable {
    /// The whole file's size in bytes, if the server tells.
    public let total: Int64?
    /// Where the bytes begin.
    public let first: Int64
    /// How many there are, if the server tells.
    public let count: Int64?
    /// The mark of the version.
    public let etag: ETag?
    /// When it was last changed.
    public let modified: Date?
    /// The media type, cut to 255 characters.
    public let contentType: String?
    /// The bytes.
    public let body: WebDAVBody
}
