import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends calls with a token, takes only answers that are there in time and of bounded size, and is the one place where
/// something is tried again.
struct HubCalls: Sendable {
    let http: HTTPClient
    let tokens: any StorageHubTokenSource
    let settings: StorageHubSettings
    let jitter: @Sendable () -> Double

    /// The largest answer that is read whole, in bytes: a page of items.
    static let largest = 16 * 1024 * 1024

    /// The whole body of an answer with status 200.
    func answer(_ request: HubRequest) async throws(StorageHubError) -> Data {
        try await typed {
            try await repeating(request) { token in
                try await ProgressWatch.guarding(request.call, limit: settings.deadline) { watch in
                    try await whole(request, token, watch)
                }
            }
        }
    }

    /// Lets an answer with status 200 or 206 be read bit by bit; from its head on nothing is tried again.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - limit: how long the other side may be silent.
    ///   - use: tells of its progress.
    /// - Returns: what came of it.
    /// - Throws: ``StorageHubError``; what the content or `use` throws.
    func opened<Value: Sendable>(
        _ request: HubRequest,
        limit: Duration,
        _ use: @escaping @Sendable (HTTPClientResponse, ProgressWatch) async throws -> Value,
    ) async throws -> Value {
        do {
            return try await repeating(request) { token in
                try await ProgressWatch.guarding(request.call, limit: limit) { watch in
                    let response = try await head(request, token, watch)
                    do {
                        return try await use(response, watch)
                    } catch {
                        throw Final(error: error)
                    }
                }
            }
        } catch let final as Final {
            throw final.error
        }
    }

    /// A failure after which nothing may be tried again.
    private struct Final: Error {
        let error: any Error
    }

    private func repeating<Value>(
        _ request: HubRequest,
        _ attempt: (StorageHubToken) async throws -> Value,
    ) async throws -> Value {
        let plan = RetryPlan(attempts: settings.attempts, longestWait: settings.longestWait)
        var refused: StorageHubToken?
        var tries = 0
        while true {
            let token = try await tokens.token(insteadOf: refused)
            guard token.isSendable else { throw StorageHubError.tokenRefused }
            do {
                tries += 1
                return try await attempt(token)
            } catch let error as StorageHubError {
                guard !Task.isCancelled else { throw StorageHubError.cancelled }
                if error == .tokenRefused, refused == nil {
                    refused = token
                    tries -= 1
                    guard !request.isReplayable else { continue }
                    _ = try await tokens.token(insteadOf: token)
                    throw StorageHubError.tokenRenewed
                }
                guard case .wait(let time) = plan.next(after: error, tries: tries, request, jitter: jitter()) else {
                    throw error
                }
                try await Task.sleep(for: time)
            }
        }
    }

    /// Where nothing but our own errors can come, says so.
    private func typed<Value>(_ work: () async throws -> Value) async throws(StorageHubError) -> Value {
        do {
            return try await work()
        } catch let error as StorageHubError {
            throw error
        } catch {
            throw .cancelled
        }
    }
}

extension HubCalls {
    private func whole(
        _ request: HubRequest,
        _ token: StorageHubToken,
        _ watch: ProgressWatch,
    ) async throws -> Data {
        let response = try await head(request, token, watch)
        return try await Self.collect(response, upTo: Self.largest, request.call)
    }

    /// Sends a request and waits for the head of an answer that says yes.
    private func head(
        _ request: HubRequest,
        _ token: StorageHubToken,
        _ watch: ProgressWatch,
    ) async throws -> HTTPClientResponse {
        let fault = SourceFault()
        let response: HTTPClientResponse
        do {
            let prepared = prepared(request, token, watch, fault)
            response = try await http.execute(prepared, deadline: .distantFuture)
        } catch {
            if let own = fault.error { throw own }
            guard !Task.isCancelled else { throw StorageHubError.cancelled }
            throw Self.network(error, request.call, after: watch.moved)
        }
        // A client that follows redirects was given to us: refuse what it brought back.
        guard response.history.count <= 1 else { throw StorageHubError.nonsense(request.call, .redirect) }
        let status = Int(response.status.code)
        guard status != 200, status != 206 else { return response }
        let body = (try? await Self.collect(response, upTo: HubStatus.largestError, request.call)) ?? Data()
        throw HubStatus.error(request.call, status, response.headers, body)
    }

    private func prepared(
        _ request: HubRequest,
        _ token: StorageHubToken,
        _ watch: ProgressWatch,
        _ fault: SourceFault,
    ) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: request.url)
        prepared.method = request.method
        prepared.headers = HTTPHeaders(request.fields + [("Accept", "*/*"), token.field])
        switch request.body {
        case .none: break
        case .text(let text):
            prepared.headers.add(name: "Content-Type", value: "text/plain")
            prepared.body = .bytes(ByteBuffer(string: text))
        case .form(let pairs):
            prepared.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            prepared.body = .bytes(ByteBuffer(string: PercentText.encode(pairs)))
        case .file(let file):
            prepared.headers.add(name: "Content-Type", value: file.contentType)
            let body = file.body(watch, commitLimit: settings.commitLimit, fault)
            prepared.body = .stream(body, length: file.length.map { .known(Int64($0)) } ?? .unknown)
        }
        return prepared
    }

    /// All of a body; never the half of one whose other half didn't come.
    static func collect(
        _ response: HTTPClientResponse,
        upTo limit: Int,
        _ call: StorageHubCall,
    ) async throws -> Data {
        var body = ByteBuffer()
        do {
            for try await var part in response.body {
                guard body.readableBytes + part.readableBytes <= limit else {
                    throw StorageHubError.nonsense(call, .tooLarge)
                }
                body.writeBuffer(&part)
            }
        } catch let error as StorageHubError {
            throw error
        } catch {
            throw network(error, call, after: Int64(body.readableBytes))
        }
        // A body whose reader is cancelled ends as if it were whole.
        guard !Task.isCancelled else { throw StorageHubError.cancelled }
        return body.withUnsafeReadableBytes { Data($0) }
    }

    /// What a failure of the HTTP client means.
    static func network(_ error: any Error, _ call: StorageHubCall, after bytes: Int64) -> StorageHubError {
        if error is CancellationError || error as? HTTPClientError == .cancelled { return .cancelled }
        if let error = error as? HTTPClientError, error == .remoteConnectionClosed { return .cut(call, after: bytes) }
        return bytes > 0 ? .cut(call, after: bytes) : .unreachable(call)
    }
}
