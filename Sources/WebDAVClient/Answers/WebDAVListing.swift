import AsyncHTTPClient
import NIOCore

/// What is in a folder, read as it comes and in bounded memory; it can be gone through once.
public struct WebDAVListing: AsyncSequence, Sendable {
    /// An entry of the folder.
    public typealias Element = WebDAVEntry

    let remote: WebDAVRemote
    let folder: WebDAVPath
    let parts: HTTPClientResponse.Body

    /// Begins at the first entry.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(remote: remote, folder: folder, parts: parts.makeAsyncIterator())
    }

    /// Goes through the entries.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let remote: WebDAVRemote
        private let folder: WebDAVPath
        private var parts: HTTPClientResponse.Body.AsyncIterator
        private var reader: MultistatusReader?
        private var ready: [WebDAVEntry] = []
        private var isAtEnd = false
        private var size: Int64 = 0

        init(remote: WebDAVRemote, folder: WebDAVPath, parts: HTTPClientResponse.Body.AsyncIterator) {
            self.remote = remote
            self.folder = folder
            self.parts = parts
        }

        /// The next entry; nil after the last.
        ///
        /// - Throws: ``WebDAVError``. What came before holds; the list isn't whole.
        public mutating func next() async throws -> WebDAVEntry? {
            while true {
                if let entry = ready.popLast() { return entry }
                guard !isAtEnd else { return nil }
                do {
                    ready = try entries(of: try await responses()).reversed()
                } catch {
                    isAtEnd = true
                    throw error
                }
            }
        }

        /// The responses of the next part.
        private mutating func responses() async throws(WebDAVError) -> [MultistatusResponse] {
            do {
                let reader = try reader ?? MultistatusReader()
                self.reader = reader
                guard let part = try await parts.next() else {
                    guard !Task.isCancelled else { throw WebDAVError.cancelled }
                    isAtEnd = true
                    try reader.finish()
                    return []
                }
                size += Int64(part.readableBytes)
                guard size <= remote.limits.listing else { throw XMLFault.tooLarge }
                return try reader.feed(part)
            } catch let fault as XMLFault {
                throw .malformed(.list, fault.malformed)
            } catch {
                throw .fault(error, of: .list)
            }
        }

        /// Entries of the folder itself are left out, and those that went away meanwhile.
        private func entries(of responses: [MultistatusResponse]) throws(WebDAVError) -> [WebDAVEntry] {
            var entries: [WebDAVEntry] = []
            for response in responses {
                if let status = response.status, !(200..<300).contains(status) {
                    if status == 404 || status == 410 { continue }
                    throw remote.refusal(status, of: .list)
                }
                let entry = try remote.entry(response, of: .list)
                if entry.path == folder {
                    guard entry.kind == .folder else { throw .notAFolder }
                } else {
                    guard entry.path.parent == folder else { throw .malformed(.list, .entryElsewhere) }
                    entries.append(entry)
                }
            }
            return entries
        }
    }
}

@available(*, unavailable)
extension WebDAVListing.AsyncIterator: Sendable {}
