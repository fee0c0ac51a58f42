import NIOHTTP1

/// What happens to something that is in the way of a move or a copy.
public enum WebDAVReplacement: Sendable, Equatable {
    /// It stays: ``WebDAVError/alreadyThere(_:)``.
    case refused
    /// It is replaced, a folder with all that is below.
    case allowed
}

extension WebDAVRemote {
    /// Makes a folder.
    ///
    /// - Parameters:
    ///   - path: the folder; the one above must be there.
    ///   - lock: needed when the folder above is locked.
    /// - Throws: ``WebDAVError/alreadyThere(_:)``, ``WebDAVError/conflict(_:)`` without a folder above, or what is in
    ///   the way.
    public func makeFolder(_ path: WebDAVPath, lock: WebDAVLock? = nil) async throws(WebDAVError) {
        // Some servers want the slash at the end, and none refuses it.
        var request = change(.makeFolder, .MKCOL, path, lock, deadline: limits.answer)
        request.url = address.url(of: path, .folder)
        _ = try await calls.send(request)
    }

    /// Moves something, a folder with all that is below.
    ///
    /// - Parameters:
    ///   - path: what is moved.
    ///   - target: where it is then; the folder above must be there.
    ///   - replacement: what happens to something of that name.
    ///   - lock: needed when what is moved is locked.
    /// - Throws: what is in the way.
    public func move(
        _ path: WebDAVPath,
        to target: WebDAVPath,
        _ replacement: WebDAVReplacement,
        lock: WebDAVLock? = nil,
    ) async throws(WebDAVError) {
        try await transfer(.move, .MOVE, path, target, replacement, lock)
    }

    /// Copies something, a folder with all that is below.
    ///
    /// - Parameters:
    ///   - path: what is copied.
    ///   - target: where the copy is then; the folder above must be there.
    ///   - replacement: what happens to something of that name.
    /// - Throws: what is in the way.
    public func copy(
        _ path: WebDAVPath,
        to target: WebDAVPath,
        _ replacement: WebDAVReplacement,
    ) async throws(WebDAVError) {
        try await transfer(.copy, .COPY, path, target, replacement, nil)
    }

    /// Deletes something, a folder with all that is below.
    ///
    /// - Parameters:
    ///   - path: what is deleted.
    ///   - version: the version that must still be there.
    ///   - lock: needed when it is locked.
    /// - Throws: ``WebDAVError/notFound(_:)`` when it is gone already, ``WebDAVError/preconditionFailed(_:)``, or what is
    ///   in the way.
    public func delete(
        _ path: WebDAVPath,
        version: ETag? = nil,
        lock: WebDAVLock? = nil,
    ) async throws(WebDAVError) {
        guard path != .root else { throw .forbidden(.delete) }
        var request = change(.delete, .DELETE, path, lock, deadline: limits.work)
        if let version, !version.isWeak { request.headers.add(name: "If-Match", value: version.text) }
        if let version {
            guard let there = try await entry(at: path) else { throw .notFound(.delete) }
            guard let etag = there.etag, etag.matches(version) else { throw .preconditionFailed(.delete) }
        }
        try refusePartialFailure(try await calls.send(request), of: .delete)
    }

    private func transfer(
        _ call: WebDAVCall,
        _ method: HTTPMethod,
        _ path: WebDAVPath,
        _ target: WebDAVPath,
        _ replacement: WebDAVReplacement,
        _ lock: WebDAVLock?,
    ) async throws(WebDAVError) {
        // A folder moved below itself would be gone on servers that don't look.
        guard !path.names.isEmpty, !target.names.isEmpty, path == target || !target.names.starts(with: path.names),
            !path.names.starts(with: target.names)
        else { throw .forbidden(call) }
        do throws(WebDAVError) {
            try await transfer(call, method, path, target, .file, replacement, lock)
        } catch {
            // Apache wants a folder that is there to be called one.
            guard error == .redirected(call) else { throw error }
            try await transfer(call, method, path, target, .folder, replacement, lock)
        }
    }

    private func transfer(
        _ call: WebDAVCall,
        _ method: HTTPMethod,
        _ path: WebDAVPath,
        _ target: WebDAVPath,
        _ shape: WebDAVAddress.Shape,
        _ replacement: WebDAVReplacement,
        _ lock: WebDAVLock?,
    ) async throws(WebDAVError) {
        var request = change(call, method, path, lock, deadline: limits.work)
        request.headers.add(name: "Destination", value: address.url(of: target, shape))
        request.headers.add(name: "Overwrite", value: replacement == .allowed ? "T" : "F")
        if call == .copy { request.headers.add(name: "Depth", value: "infinity") }
        do {
            try refusePartialFailure(try await calls.send(request), of: call)
        } catch {
            throw replacement == .refused && error == .preconditionFailed(call) ? .alreadyThere(call) : error
        }
    }

    private func change(
        _ call: WebDAVCall,
        _ method: HTTPMethod,
        _ path: WebDAVPath,
        _ lock: WebDAVLock?,
        deadline: Duration,
    ) -> RemoteRequest {
        var request = RemoteRequest(
            call: call,
            method: method,
            url: address.url(of: path, .file),
            repetition: .ifDeclined,
            deadline: deadline,
        )
        if let lock {
            let url = address.url(of: lock.path, .file)
            request.headers.add(name: "If", value: ConditionField.text([(url, [.token(lock.token)])]))
        }
        return request
    }
}
