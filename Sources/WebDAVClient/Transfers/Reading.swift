import AsyncHTTPClient
import NIOHTTP1

/// A file that is read: how it is asked for, and what an answer must be to go on with it.
struct Reading: Sendable {
    let calls: RemoteCalls
    let url: String
    let range: WebDAVRange
    /// The version that the caller wants.
    let version: ETag?

    /// What an answer's head says.
    struct Head: Sendable, Equatable {
        /// The place of the first byte.
        let first: Int64
        /// How many bytes follow; nil when it isn't told.
        let count: Int64?
        /// The file's size; nil when it isn't told.
        let total: Int64?
        let etag: ETag?
    }

    /// Asks for the bytes of the range, but for those that were received.
    func begin(
        at received: Int64,
        of known: Head? = nil,
        _ repetition: RemoteRequest.Repetition = .always,
    ) async throws(WebDAVError) -> (HTTPClientResponse, Head) {
        let limit = calls.settings.limits.answer
        var request = RemoteRequest(call: .read, method: .GET, url: url, repetition: repetition, deadline: limit)
        let field = range.field(after: received)
        if let field { request.headers.add(name: "Range", value: field) }
        let wanted = known?.etag ?? version
        let (response, isHeld) = try await open(request, wanted)
        let head = try head(of: response, received: received, isPart: field != nil)
        if let wanted, !(head.etag.map { wanted.matches($0) } ?? isHeld) {
            throw known == nil ? .preconditionFailed(.read) : .changedMeanwhile
        }
        return (response, head)
    }

    /// Asks for a version, if one is wanted; says whether an answer without a tag is of that version all the same.
    private func open(
        _ request: RemoteRequest,
        _ wanted: ETag?,
    ) async throws(WebDAVError) -> (HTTPClientResponse, Bool) {
        guard let wanted, !wanted.isWeak else { return (try await calls.open(request), true) }
        var bound = request
        bound.headers.add(name: "If-Match", value: wanted.text)
        do throws(WebDAVError) {
            return (try await calls.open(bound), true)
        } catch {
            // Apache's tag may still be weak, which this field matches never (RFC 9110 §13.1.1): it is compared here.
            guard error == .preconditionFailed(.read) else { throw error }
            return (try await calls.open(request), false)
        }
    }

    /// Reads a head, and refuses one that isn't of the bytes that were asked for.
    private func head(
        of response: HTTPClientResponse,
        received: Int64,
        isPart: Bool,
    ) throws(WebDAVError) -> Head {
        let etag = response.headers.first(name: "ETag").flatMap { ETag($0) }
        let start = range.first + received
        switch response.status.code {
        case 206:
            guard isPart, let field = response.headers.first(name: "Content-Range"), let held = ContentRange(field),
                held.first == start, held.count <= range.limit.map({ $0 - received }) ?? .max
            else { throw .malformed(.read, .range) }
            return Head(first: held.first, count: held.count, total: held.total, etag: etag)
        case 200:
            // A server may answer with the whole file, which is of use only when its beginning was asked for.
            guard start == 0 else { throw .malformed(.read, .range) }
            let total = response.headers.first(name: "Content-Length").flatMap { ContentRange.number($0) }
            let count = total.map { min($0, range.limit ?? .max) }
            return Head(first: 0, count: count, total: total, etag: etag)
        case let other: throw .malformed(.read, .status(Int(other)))
        }
    }
}
