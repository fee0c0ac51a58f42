import NIOCore
import NIOHTTP1

/// An exclusive lock for writing (RFC 4918 §6 and §7), on a server of class 2.
public struct WebDAVLock: Sendable, Equatable {
    /// What is locked.
    public let path: WebDAVPath
    /// Shows the server who holds it.
    public let token: String
    /// How long it holds from when it was given; nil for ever, or until it is unlocked.
    public let timeout: Duration?
}

extension WebDAVRemote {
    /// Locks a file or folder against changes by others; a name without a file becomes an empty file.
    ///
    /// - Parameters:
    ///   - path: what is locked, without what is below.
    ///   - owner: a name that others may see.
    ///   - timeout: how long; the server may choose another time.
    /// - Returns: the lock, which later changes must show.
    /// - Throws: ``WebDAVError/locked(_:)`` when somebody else has it, ``WebDAVError/notOffered(_:)`` on a server without
    ///   locks, or what is in the way.
    public func lock(
        _ path: WebDAVPath,
        owner: String,
        timeout: Duration,
    ) async throws(WebDAVError) -> WebDAVLock {
        guard try await keptCapabilities().offersLocks else { throw .notOffered(.lock) }
        var request = lockRequest(path, timeout)
        request.headers.add(name: "Depth", value: "0")
        request.setBody(Self.lockBody(owner: owner), type: "application/xml; charset=utf-8")
        let answer = try await calls.send(request)
        try refusePartialFailure(answer, of: .lock)
        let told = try Self.lockAnswer(answer)
        let field = answer.headers.first(name: "Lock-Token")?.trimmed
        guard let token = field.flatMap(Self.unwrapped) ?? told.token, Self.isToken(token) else {
            throw .malformed(.lock, .lockToken)
        }
        return WebDAVLock(path: path, token: token, timeout: told.timeout)
    }

    /// Makes a lock hold for longer.
    ///
    /// - Parameters:
    ///   - lock: as it was given.
    ///   - timeout: how long from now; the server may choose another time.
    /// - Returns: the same lock with its new time.
    /// - Throws: ``WebDAVError/preconditionFailed(_:)`` when it doesn't hold any more, or what is in the way.
    public func refresh(_ lock: WebDAVLock, timeout: Duration) async throws(WebDAVError) -> WebDAVLock {
        var request = lockRequest(lock.path, timeout)
        request.headers.add(name: "If", value: "(<\(lock.token)>)")
        let told = try Self.lockAnswer(try await calls.send(request))
        return WebDAVLock(path: lock.path, token: lock.token, timeout: told.timeout)
    }

    /// Takes a lock away.
    ///
    /// - Parameter lock: as it was given.
    /// - Throws: ``WebDAVError/conflict(_:)`` when it doesn't hold any more, or what is in the way.
    public func unlock(_ lock: WebDAVLock) async throws(WebDAVError) {
        let url = address.url(of: lock.path, .file)
        var request = RemoteRequest(call: .unlock, method: .UNLOCK, url: url, deadline: limits.answer)
        request.headers.add(name: "Lock-Token", value: "<\(lock.token)>")
        request.repetition = .ifDeclined
        _ = try await calls.send(request)
    }

    private func lockRequest(_ path: WebDAVPath, _ timeout: Duration) -> RemoteRequest {
        let url = address.url(of: path, .file)
        var request = RemoteRequest(call: .lock, method: .LOCK, url: url, deadline: limits.answer)
        request.headers.add(name: "Timeout", value: "Second-\(max(1, timeout.components.seconds))")
        request.repetition = .ifDeclined
        return request
    }

    private static func lockAnswer(_ answer: RemoteAnswer) throws(WebDAVError) -> LockAnswer {
        do {
            return try LockAnswer(answer.body)
        } catch {
            throw .malformed(.lock, error.malformed)
        }
    }

    private static func unwrapped(_ field: String) -> String? {
        field.hasPrefix("<") && field.hasSuffix(">") ? String(field.dropFirst().dropLast()) : nil
    }

    /// An address, as tokens are, without anything that would end it in the field `If`.
    private static func isToken(_ text: String) -> Bool {
        (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            && !text.contains(">") && !text.contains("<")
    }

    private static func lockBody(owner: String) -> String {
        let plain = owner.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{fffe}" && $0 != "\u{ffff}" }
        let escaped = String(String.UnicodeScalarView(plain))
            .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return #"<?xml version="1.0" encoding="utf-8"?><d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/>"#
            + "</d:lockscope><d:locktype><d:write/></d:locktype><d:owner>\(escaped)</d:owner></d:lockinfo>"
    }
}
