import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

extension WebDAVRemote {
    /// Tries address and credential, once.
    ///
    /// - Returns: what came of it. Never anything but ``WebDAVVerdict/ok(_:)`` when the folder can't be used.
    public func check() async -> WebDAVVerdict {
        do {
            let limits = WebDAVLimits(answer: limits.answer, work: limits.work, repetitions: 0)
            let settings = settings.with(limits)
            let once = WebDAVRemote(settings, connections: calls.connections, surroundings: calls.surroundings)
            guard let entry = try await once.entry(at: .root) else { return .notWebDAV }
            guard entry.kind == .folder else { return .notWebDAV }
            let capabilities = try await once.capabilities()
            kept.value.withLock { $0 = capabilities }
            return .ok(capabilities)
        } catch {
            return WebDAVVerdict(error)
        }
    }

    /// What the server can do; asked each time.
    ///
    /// - Throws: what is in the way.
    public func capabilities() async throws(WebDAVError) -> WebDAVCapabilities {
        var request = RemoteRequest(
            call: .capabilities,
            method: .OPTIONS,
            url: address.url(of: .root, .folder),
            deadline: limits.answer
        )
        request.repetition = .always
        let answer = try await calls.send(request)
        let words = answer.headers["DAV"].flatMap { $0.split(separator: ",") }
        let classes = Set(words.prefix(64).map { String($0).trimmed })
        guard classes.contains("1") else { throw .notOffered(.capabilities) }
        let capabilities = WebDAVCapabilities(classes: classes, nextcloud: try await nextcloud())
        kept.value.withLock { $0 = capabilities }
        return capabilities
    }

    /// What the server can do, asked at the first time only.
    func keptCapabilities() async throws(WebDAVError) -> WebDAVCapabilities {
        if let known = kept.value.withLock({ $0 }) { return known }
        return try await capabilities()
    }

    private func nextcloud() async throws(WebDAVError) -> WebDAVCapabilities.Nextcloud? {
        guard let place = address.nextcloud else { return nil }
        let told: CloudCapabilities = try await ask(place.names("ocs", "v2.php", "cloud", "capabilities"))
        let user: CloudUser = try await ask(place.names("ocs", "v2.php", "cloud", "user"))
        guard let name = place.user ?? WebDAVName(user.id) else { throw .malformed(.capabilities, .notJSON) }
        return WebDAVCapabilities.Nextcloud(
            version: String(told.version.string.prefix(64)),
            user: name,
            takesParts: told.capabilities.dav?.chunking != nil,
        )
    }

    /// Asks Nextcloud's own interface, OCS.
    private func ask<Value: Decodable>(_ names: [WebDAVName]) async throws(WebDAVError) -> Value {
        let url = address.url(names, .file) + "?format=json"
        var request = RemoteRequest(call: .capabilities, method: .GET, url: url, deadline: limits.answer)
        request.headers.add(name: "OCS-APIRequest", value: "true")
        request.headers.add(name: "Accept", value: "application/json")
        request.repetition = .always
        let answer = try await calls.send(request)
        let body = Data(answer.body.readableBytesView)
        guard let envelope = try? JSONDecoder().decode(CloudEnvelope<Value>.self, from: body) else {
            throw .malformed(.capabilities, .notJSON)
        }
        return envelope.ocs.data
    }
}

extension WebDAVSettings {
    /// The same with other limits.
    fileprivate func with(_ limits: WebDAVLimits) -> WebDAVSettings {
        WebDAVSettings(address, credential, limits)
    }
}

/// What is around each answer of OCS.
private struct CloudEnvelope<Value: Decodable>: Decodable {
    let ocs: Inner

    struct Inner: Decodable {
        let data: Value
    }
}

private struct CloudCapabilities: Decodable {
    let version: Version
    let capabilities: Capabilities

    struct Version: Decodable {
        let string: String
    }

    struct Capabilities: Decodable {
        let dav: DAV?
    }

    struct DAV: Decodable {
        let chunking: String?
    }
}

private struct CloudUser: Decodable {
    let id: String
}
