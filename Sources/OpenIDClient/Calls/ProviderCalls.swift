import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to a provider, and takes only answers that are there in time, of bounded size and no redirects.
struct ProviderCalls: Sendable {
    let http: HTTPClient
    let deadline: Duration

    func get(_ url: String, bearer: String? = nil, for call: OpenIDCall) async throws(OpenIDError) -> ProviderAnswer {
        var request = HTTPClientRequest(url: url)
        if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        return try await send(request, for: call)
    }

    func post(
        _ url: String,
        form: [(name: String, value: String)],
        authorization: String?,
        for call: OpenIDCall,
    ) async throws(OpenIDError) -> ProviderAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: FormText.encode(form)))
        return try await send(request, for: call)
    }

    /// The client's own deadline ends with an answer's head, so all of the answer races against ours.
    private func send(_ request: HTTPClientRequest, for call: OpenIDCall) async throws(OpenIDError) -> ProviderAnswer {
        var request = request
        request.headers.add(name: "Accept", value: "application/json")
        let first = await withTaskGroup(of: Result<ProviderAnswer, OpenIDError>.self) { [request] group in
            group.addTask { await result(of: request, for: call) }
            group.addTask {
                do {
                    try await Task.sleep(for: deadline)
                    return .failure(.slow(call, after: deadline))
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

    private func result(
        of request: HTTPClientRequest,
        for call: OpenIDCall,
    ) async -> Result<ProviderAnswer, OpenIDError> {
        do {
            let response = try await http.execute(request, deadline: .now() + TimeAmount(deadline))
            // A client that follows redirects was given to us: refuse what it brought back.
            guard response.history.count <= 1 else { return .failure(.nonsense(call, .redirect)) }
            var body = Data()
            for try await part in response.body {
                guard body.count + part.readableBytes <= ProviderAnswer.largest else {
                    return .failure(.nonsense(call, .tooLarge))
                }
                body.append(contentsOf: part.readableBytesView)
            }
            return .success(ProviderAnswer(status: Int(response.status.code), body: body))
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            return .failure(.slow(call, after: deadline))
        } catch {
            return .failure(.unreachable(call))
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]
}
