public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// D4Science's StorageHub as one person sees it, item by item.
///
/// Items are named by ids here; for paths and names as people see them see ``StorageHubTree``. Calls that change nothing are
/// tried again after a failure of the network, within bounds; a call that the service refused without doing anything (429, or
/// 503 with `Retry-After`) is too; nothing else is. A token that is refused is renewed once.
///
/// Source of all protocol facts: reference `egi.md` 3.
public struct StorageHub: Sendable {
    /// What it was made with.
    public let settings: StorageHubSettings
    let calls: HubCalls
    private let address: HubAddress
    private let boundary: @Sendable () -> String

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: where the service is.
    ///   - tokens: what it is shown.
    ///   - http: made with ``httpConfiguration`` or one like it; not shut down here.
    ///   - jitter: between 0 and 1, for the time between tries.
    ///   - boundary: what divides the parts of an upload; 1 to 70 letters and digits, not to be guessed.
    /// - Throws: ``StorageHubError/unfitAddress``.
    public init(
        _ settings: StorageHubSettings,
        tokens: any StorageHubTokenSource,
        http: HTTPClient,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        boundary: @escaping @Sendable () -> String = StorageHub.randomBoundary,
    ) throws(StorageHubError) {
        self.settings = settings
        self.boundary = boundary
        address = try HubAddress(settings.address)
        calls = HubCalls(http: http, tokens: tokens, settings: settings, jitter: jitter)
    }

    /// How an HTTP client for a StorageHub is set up.
    ///
    /// Redirects aren't followed, for they could carry a token away. A connection that isn't to be had is told at once.
    public static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        // All who use a hub share it: with eight, which is usual, a few slow transfers would keep all others waiting.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return configuration
    }

    /// A hundred and twenty-eight random bits in letters.
    ///
    /// - Returns: 32 hexadecimal digits.
    public static func randomBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }

    // MARK: - How calls are made

    func url(_ path: String, _ query: [(name: String, value: String)] = []) -> String {
        address.text + path + (query.isEmpty ? "" : "?" + PercentText.encode(query))
    }

    var profileURL: String { address.profile }

    func get(_ call: StorageHubCall, _ path: String, _ query: [(name: String, value: String)] = []) -> HubRequest {
        HubRequest(call: call, method: .GET, url: url(path, query))
    }

    func put(_ call: StorageHubCall, _ path: String, _ form: [(name: String, value: String)]) -> HubRequest {
        HubRequest(call: call, method: .PUT, url: url(path), body: .form(form))
    }

    func multipart(_ name: String, _ content: StorageHubContent) -> MultipartFile {
        MultipartFile(name: name, content: content, boundary: boundary())
    }

    /// Does a change, and reads the id that is answered.
    func change(_ request: HubRequest) async throws -> StorageHubItem.ID {
        // An upload has no deadline for its whole, and what is done once isn't done again because its answer broke off.
        let limit = if case .file = request.body { settings.idleLimit } else { settings.commitLimit }
        let body = try await calls.opened(request, limit: limit) { response, watch in
            watch.waits(limit: settings.deadline)
            return try await HubCalls.collect(response, upTo: HubStatus.largestError, request.call)
        }
        let text = String(decoding: body, as: UTF8.self)
        // Plain text; in quotes if the service was asked for JSON.
        return try StorageHubItem.ID(text.trimmingPrefix("\"").suffixTrimmed("\""), request.call)
    }
}

extension Substring {
    fileprivate func suffixTrimmed(_ end: Character) -> String {
        String(last == end ? dropLast() : self)
    }
}
