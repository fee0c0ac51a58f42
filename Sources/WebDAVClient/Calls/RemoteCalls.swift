import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to one server: with the credential, in time, and again where that is safe.
///
/// The only place where requests are repeated and redirects followed.
struct RemoteCalls: Sendable {
    let connections: WebDAVConnections
    let settings: WebDAVSettings
    let surroundings: WebDAVSurroundings

    /// Sends a request whose answer is small, and takes all of it.
    func send(_ request: RemoteRequest) async throws(WebDAVError) -> RemoteAnswer {
        try await repeating(request) { request throws(WebDAVError) in
            try await within(request) { () async throws(WebDAVError) in
                try await whole(try await following(request, by: connections.calls), of: request.call)
            }
        }
    }

    /// Sends a request whose answer is streamed; only the head is there when this returns.
    func open(_ request: RemoteRequest) async throws(WebDAVError) -> HTTPClientResponse {
        try await repeating(request) { request throws(WebDAVError) in
            try await within(request) { () async throws(WebDAVError) in
                try await following(request, by: connections.streams)
            }
        }
    }

    /// Waits until it is time to try again.
    ///
    /// - Throws: the error, when there is no other try.
    func pause(
        after error: WebDAVError,
        _ repetition: RemoteRequest.Repetition,
        failures: Int,
    ) async throws(WebDAVError) {
        let plan = RetryPlan(repetitions: settings.limits.repetitions, longestPause: settings.limits.longestPause)
        guard let pause = plan.pause(after: error, repetition, failures: failures, luck: surroundings.luck()) else {
            throw error
        }
        do {
            try await surroundings.pause(pause)
        } catch {
            throw .cancelled
        }
    }

    // MARK: - How

    private func repeating<Value: Sendable>(
        _ request: RemoteRequest,
        _ work: (RemoteRequest) async throws(WebDAVError) -> Value,
    ) async throws(WebDAVError) -> Value {
        var failures = 0
        while true {
            do {
                return try await work(request)
            } catch {
                failures += 1
                try await pause(after: error, request.repetition, failures: failures)
            }
        }
    }

    /// Follows redirects, as long as they stay with this server, and takes only an answer that says yes.
    private func following(
        _ request: RemoteRequest,
        by client: HTTPClient,
    ) async throws(WebDAVError) -> HTTPClientResponse {
        var request = request
        for _ in 0..<4 {
            let response = try await once(request, by: client)
            let status = Int(response.status.code)
            if (200..<300).contains(status) { return response }
            guard [301, 302, 307, 308].contains(status), let field = response.headers.first(name: "Location"),
                let url = target(of: field), Self.mayFollow(request, to: url)
            else { throw .refusal(status, of: request.call, response.headers, now: surroundings.now()) }
            request.url = url
        }
        throw .redirected(request.call)
    }

    /// What changes something is sent again only to the same address with a slash, by which servers know a folder.
    private static func mayFollow(_ request: RemoteRequest, to url: String) -> Bool {
        let isWithoutEffect = [.GET, .OPTIONS, .PROPFIND].contains(request.method)
        return isWithoutEffect || (request.progress == nil && url == request.url + "/")
    }

    /// Where a redirect leads; nil when that is another server, or the credential would go with it unencrypted.
    private func target(of field: String) -> String? {
        let origin = settings.address.origin
        if field.utf8.first == UInt8(ascii: "/"), field.utf8.dropFirst().first != UInt8(ascii: "/") {
            return origin.text + field
        }
        guard let mark = field.firstRange(of: "://") else { return nil }
        let authority = Substring(field[mark.upperBound...].unicodeScalars.prefix { !["/", "?", "#"].contains($0) })
        let other = WebDAVOrigin(scheme: String(field[..<mark.lowerBound]), authority: authority)
        return other == origin ? origin.text + field[authority.endIndex...] : nil
    }

    private func once(
        _ request: RemoteRequest,
        by client: HTTPClient,
    ) async throws(WebDAVError) -> HTTPClientResponse {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method
        message.headers = request.headers
        message.headers.add(name: "User-Agent", value: "WebDAVClient")
        message.headers.add(name: "Accept-Encoding", value: "identity")
        if let credential = settings.credential {
            message.headers.add(name: "Authorization", value: credential.field)
        }
        message.body = request.body
        // An answer may come before all of the body was sent, and is to be whole in time from then on.
        defer { request.progress?.end() }
        do {
            return try await client.execute(message, deadline: .distantFuture)
        } catch {
            throw .fault(error, of: request.call)
        }
    }

    private func whole(
        _ response: HTTPClientResponse,
        of call: WebDAVCall,
    ) async throws(WebDAVError) -> RemoteAnswer {
        var body = ByteBuffer()
        do {
            for try await part in response.body {
                guard body.readableBytes + part.readableBytes <= RemoteAnswer.largest else {
                    throw WebDAVError.malformed(call, .tooLarge)
                }
                body.writeImmutableBuffer(part)
            }
        } catch {
            throw .fault(error, of: call)
        }
        return RemoteAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    /// Lets work race against the deadline, which begins when the request's body was sent.
    private func within<Value: Sendable>(
        _ request: RemoteRequest,
        _ work: @escaping @Sendable () async throws(WebDAVError) -> Value,
    ) async throws(WebDAVError) -> Value {
        let limit = settings.limits.answer
        let first = await withTaskGroup(of: Result<Value, WebDAVError>.self) { group in
            group.addTask {
                do throws(WebDAVError) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await request.progress?.untilSent(limit)
                    try await Task.sleep(for: request.deadline)
                    return .failure(.timedOut(request.call))
                } catch is UploadProgress.Stalled {
                    return .failure(.timedOut(request.call))
                } catch {
                    return .failure(.cancelled)
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        guard let first, !Task.isCancelled else { throw .cancelled }
        return try first.get()
    }
}
