public import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// Tokens for a context (a VRE), each made from a person's sign-in by a UMA ticket, and made anew before it ends.
///
/// Source: reference `egi.md` 1.6, `POST` to the realm's token endpoint with `urn:ietf:params:oauth:grant-type:uma-ticket`.
public actor StorageHubContextTokens: StorageHubTokenSource {
    private let endpoint: String
    private let context: String
    private let http: HTTPClient
    private let deadline: Duration
    private let now: @Sendable () -> Date
    private let accessToken: @Sendable () async throws(StorageHubError) -> String
    private var kept: StorageHubToken?
    private var flight: Task<Result<StorageHubToken, StorageHubError>, Never>?

    /// How long before its end a token is replaced, in seconds.
    static let margin: TimeInterval = 30

    /// Makes a source; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - endpoint: the realm's token endpoint, `https://…`; `http://…` on a loopback address only.
    ///   - context: such as `/d4science.research-infrastructures.eu/FARM/Name`.
    ///   - http: made with ``StorageHub/httpConfiguration`` or one like it; not shut down here.
    ///   - deadline: for each call to the realm.
    ///   - now: the time.
    ///   - accessToken: gives the access token of the person's sign-in, renewed if need be; throws
    ///     ``StorageHubError/signInOver`` when there is none any more.
    public init(
        endpoint: String,
        context: String,
        http: HTTPClient,
        deadline: Duration = .seconds(10),
        now: @escaping @Sendable () -> Date = { Date() },
        accessToken: @escaping @Sendable () async throws(StorageHubError) -> String,
    ) {
        self.endpoint = endpoint
        self.context = context
        self.http = http
        self.deadline = deadline
        self.now = now
        self.accessToken = accessToken
    }

    /// The token that there is, or a new one; asked for once for all who wait meanwhile.
    ///
    /// - Parameter refused: what the service has just refused.
    /// - Returns: a token that is good for a while.
    /// - Throws: ``StorageHubError/signInOver``, ``StorageHubError/contextRefused`` and whatever the network does.
    public func token(insteadOf refused: StorageHubToken?) async throws(StorageHubError) -> StorageHubToken {
        if let kept, kept != refused, kept.expires.map({ $0.timeIntervalSince(now()) > Self.margin }) ?? true {
            return kept
        }
        // A task of its own, because it belongs to all who wait: one of them may be cancelled, the others not.
        let flight = flight ?? Task { await self.ticket() }
        self.flight = flight
        let result = await flight.value
        if self.flight == flight { self.flight = nil }
        if case .success(let token) = result { kept = token }
        guard !Task.isCancelled else { throw .cancelled }
        return try result.get()
    }

    private func ticket() async -> Result<StorageHubToken, StorageHubError> {
        do {
            let access = StorageHubToken(bearer: try await accessToken())
            guard access.isSendable else { throw StorageHubError.signInOver }
            let request = try request(access)
            return .success(
                try await ProgressWatch.guarding(.token, limit: deadline) { watch in
                    try await self.answer(request, watch)
                }
            )
        } catch let error as StorageHubError {
            return .failure(error)
        } catch {
            return .failure(.unreachable(.token))
        }
    }

    private func request(_ access: StorageHubToken) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: try HubAddress(endpoint).text)
        request.method = .POST
        request.headers = [
            "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": access.field.1,
        ]
        // A context's client is named by its path in quotes, `%2Fd4science…`, which the form quotes once more.
        let form = PercentText.encode([
            ("grant_type", "urn:ietf:params:oauth:grant-type:uma-ticket"),
            ("claim_token_format", "urn:ietf:params:oauth:token-type:jwt"),
            ("audience", PercentText.encode(context)),
        ])
        request.body = .bytes(ByteBuffer(string: form))
        return request
    }

    private struct Given: Decodable {
        let token: String
        let lifetime: Double?

        enum CodingKeys: String, CodingKey {
            case token = "access_token"
            case lifetime = "expires_in"
        }
    }

    private struct Refused: Decodable {
        let error: String
    }

    private func answer(_ request: HTTPClientRequest, _ watch: ProgressWatch) async throws -> StorageHubToken {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, deadline: .distantFuture)
        } catch {
            throw HubCalls.network(error, .token, after: 0)
        }
        let body = try await HubCalls.collect(response, upTo: 1 << 20, .token)
        let status = Int(response.status.code)
        guard status == 200, response.history.count <= 1 else { throw Self.error(status, response.headers, body) }
        guard let given = try? JSONDecoder().decode(Given.self, from: body) else {
            throw StorageHubError.nonsense(.token, .notJSON)
        }
        let lifetime = given.lifetime.flatMap { (0...3_153_600_000).contains($0) ? $0 : nil }
        let token = StorageHubToken(bearer: given.token, expires: lifetime.map { now().addingTimeInterval($0) })
        guard token.isSendable else { throw StorageHubError.nonsense(.token, .member("access_token")) }
        return token
    }

    /// What a refusal means: OAuth's errors are `invalid_grant` and `invalid_token` for the sign-in, and `access_denied`
    /// (with 403) or `invalid_client` for a context that isn't the person's.
    private static func error(_ status: Int, _ headers: HTTPHeaders, _ body: Data) -> StorageHubError {
        let code = (try? JSONDecoder().decode(Refused.self, from: body))?.error
        switch (status, code) {
        case (400..<500, "invalid_grant"), (400..<500, "invalid_token"): return .signInOver
        case (400..<500, "access_denied"), (400..<500, "invalid_client"), (403, _): return .contextRefused
        case (401, _): return .signInOver
        default: return HubStatus.error(.token, status, headers, Data())
        }
    }
}
