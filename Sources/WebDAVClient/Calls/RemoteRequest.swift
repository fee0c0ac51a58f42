import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A request to a server, and how it may be repeated.
struct RemoteRequest: Sendable {
    let call: WebDAVCall
    let method: HTTPMethod
    var url: String
    var headers: HTTPHeaders = [:]
    var body: HTTPClientRequest.Body?
    var repetition: Repetition = .never
    /// Until the answer is there, counted from when the body was sent.
    var deadline: Duration
    /// How far the body is; nil for one that is in memory.
    var progress: UploadProgress?

    /// When a request may be sent again.
    enum Repetition: Sendable {
        /// Also when it isn't known whether it was carried out.
        case always
        /// Only when the server says that it wasn't.
        case ifDeclined
        case never
    }

    /// With a body of a few bytes.
    mutating func setBody(_ text: String, type: String) {
        headers.replaceOrAdd(name: "Content-Type", value: type)
        body = .bytes(ByteBuffer(string: text))
    }
}

/// An answer, whole and small.
struct RemoteAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    /// The largest that is read, in bytes.
    static let largest = 4 * 1024 * 1024

    /// The tag of what was written.
    var etag: ETag? {
        (headers.first(name: "OC-ETag") ?? headers.first(name: "ETag")).flatMap { ETag($0) }
    }
}
