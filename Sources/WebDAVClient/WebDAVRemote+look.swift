import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension WebDAVRemote {
    /// What the server says of one file or folder.
    ///
    /// - Returns: the entry; nil when there is nothing of that name.
    /// - Throws: what is in the way.
    public func entry(at path: WebDAVPath) async throws(WebDAVError) -> WebDAVEntry? {
        do {
            return try entry(try await response(at: path, DAVProperty.ofEntry), of: .look)
        } catch {
            if error == .notFound(.look) { return nil }
            // Apache says so of what would be below a file.
            guard case .refused(.look, 400) = error, let parent = path.parent,
                try await entry(at: parent)?.kind != .folder
            else { throw error }
            return nil
        }
    }

    /// How much room there is.
    ///
    /// - Parameter path: a folder.
    /// - Returns: bytes that are used and left, as far as the server tells.
    /// - Throws: ``WebDAVError/notFound(_:)``, or what is in the way.
    public func quota(at path: WebDAVPath = .root) async throws(WebDAVError) -> WebDAVQuota {
        let response = try await response(at: path, DAVProperty.ofQuota)
        return WebDAVQuota(
            used: response.properties[.used].flatMap { Int64($0) },
            availableField: response.properties[.available].flatMap { Int64($0) },
        )
    }

    /// What is in a folder, as it comes: in the server's order, without the folder itself.
    ///
    /// - Parameter path: a folder.
    /// - Returns: entries that can be gone through once. Whoever pauses for longer than the connections' idle limit gets
    ///   ``WebDAVError/timedOut(_:)``, as a list can't be taken up again.
    /// - Throws: ``WebDAVError/notFound(_:)``, or what is in the way; ``WebDAVError/notAFolder`` may come while going through.
    public func list(_ path: WebDAVPath) async throws(WebDAVError) -> WebDAVListing {
        var request = propfind(.list, address.url(of: path, .folder), DAVProperty.ofEntry, depth: "1")
        request.repetition = .always
        let response: HTTPClientResponse
        do {
            response = try await calls.open(request)
        } catch {
            // Apache says so of a file whose address ends in a slash.
            guard case .refused(.list, 400) = error, try await entry(at: path)?.kind == .file else { throw error }
            throw .notAFolder
        }
        guard response.status.code == 207 else { throw .malformed(.list, .status(Int(response.status.code))) }
        return WebDAVListing(remote: self, folder: path, parts: response.body)
    }

    /// The one response of a request with depth 0.
    private func response(
        at path: WebDAVPath,
        _ properties: [DAVProperty],
    ) async throws(WebDAVError) -> MultistatusResponse {
        // A file's address has no slash at its end; most servers find a folder by it as well, and others lead to it.
        let shape: WebDAVAddress.Shape = path == .root ? .folder : .file
        var request = propfind(.look, address.url(of: path, shape), properties, depth: "0")
        request.repetition = .always
        let response = try await calls.open(request)
        guard response.status.code == 207 else { throw .malformed(.look, .status(Int(response.status.code))) }
        var found: [MultistatusResponse] = []
        do {
            let reader = try MultistatusReader()
            var size = 0
            for try await part in response.body {
                size += part.readableBytes
                guard size <= RemoteAnswer.largest else { throw XMLFault.tooLarge }
                found += try reader.feed(part)
            }
            try reader.finish()
        } catch let fault as XMLFault {
            throw .malformed(.look, fault.malformed)
        } catch {
            throw .fault(error, of: .look)
        }
        guard found.count == 1, let only = found.first else { throw .malformed(.look, .notMultistatus) }
        guard only.hrefs.count == 1, hrefs.path(of: only.hrefs[0]) == path else {
            throw .malformed(.look, .entryElsewhere)
        }
        if let status = only.status, !(200..<300).contains(status) {
            throw refusal(status, of: .look)
        }
        return only
    }

    private func propfind(
        _ call: WebDAVCall,
        _ url: String,
        _ properties: [DAVProperty],
        depth: String,
    ) -> RemoteRequest {
        var request = RemoteRequest(call: call, method: .PROPFIND, url: url, deadline: limits.answer)
        request.headers.add(name: "Depth", value: depth)
        request.setBody(DAVProperty.request(properties), type: "application/xml; charset=utf-8")
        return request
    }

    /// An entry for a response.
    func entry(_ response: MultistatusResponse, of call: WebDAVCall) throws(WebDAVError) -> WebDAVEntry {
        guard let href = response.hrefs.first, let path = hrefs.path(of: href) else {
            throw .malformed(call, .entryElsewhere)
        }
        let properties = response.properties
        let size = properties[response.isFolder ? .size : .length].flatMap { ContentRange.number($0) }
        return WebDAVEntry(
            path: path,
            kind: response.isFolder ? .folder : .file,
            size: size,
            modified: properties[.modified].flatMap { HTTPDate.read($0) },
            etag: properties[.etag].flatMap { ETag($0) },
            contentType: properties[.contentType].flatMap { $0.isEmpty ? nil : String($0.prefix(255)) },
            fileID: properties[.fileID].flatMap { $0.isEmpty ? nil : String($0.prefix(255)) },
            permissions: properties[.permissions].map { WebDAVPermissions($0) },
            checksums: response.checksums,
        )
    }
}
