import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import OpenIDClient

/// A provider that others wrote: `oidc-provider-mock` of the test environment, as a process of its own.
///
/// It signs with RS256 by a new key at each start, gives `at_hash` and refresh tokens, and takes a form with `sub` for a
/// person's sign-in.
struct RealProvider: Sendable {
    let port: Int
    let http: HTTPClient

    /// Where `make test-environment` puts it; nil when that wasn't run.
    static let program: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized.path
        let program = "\(root)/.venv-test/bin/oidc-provider-mock"
        return access(program, X_OK) == 0 ? program : nil
    }()

    var issuer: String { "http://127.0.0.1:\(port)" }

    func client(_ id: String = "carrel", secret: String? = "s3cret") -> OpenIDProvider {
        let registration = OpenIDRegistration(
            issuer: issuer,
            clientID: id,
            clientSecret: secret,
            redirectURI: "https://hub.example.org/hub/callback",
            scopes: ["openid", "profile", "email"],
            deadline: .seconds(60)
        )
        return OpenIDProvider(registration, http: http)
    }

    /// What a browser brings back when the person says who they are.
    func browse(_ request: AuthorizationRequest, as subject: String) async throws -> AuthorizationResponse {
        let answer = try await post(request.url, "sub=\(subject)", type: "application/x-www-form-urlencoded")
        let location = try #require(answer.location.flatMap(URLComponents.init(string:)))
        #expect(location.path == "/hub/callback")
        return AuthorizationResponse(query: (location.queryItems ?? []).map { ($0.name, $0.value ?? "") })
    }

    /// Signs somebody in from beginning to end.
    func signIn(_ client: OpenIDProvider, as subject: String) async throws -> OpenIDTokens {
        let request = try await client.authorizationRequest()
        return try await client.redeem(try await browse(request, as: subject), for: request.secrets)
    }

    /// Makes all tokens of somebody worthless.
    func revokeAll(of subject: String) async throws {
        let answer = try await post("\(issuer)/users/\(subject)/revoke-tokens", "", type: "text/plain")
        #expect(answer.status == 204)
    }

    /// Registers a client and returns its name and secret.
    func register() async throws -> (id: String, secret: String) {
        let body = #"{"redirect_uris":["https://hub.example.org/hub/callback"]}"#
        let answer = try await post("\(issuer)/oauth2/clients", body, type: "application/json")
        let client = try #require(StrictJSON.object(Data(answer.body.utf8)))
        return (try #require(client["client_id"]?.string), try #require(client["client_secret"]?.string))
    }

    func post(_ url: String, _ body: String, type: String) async throws -> (
        status: Int, location: String?, body: String
    ) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(string: body))
        let answer = try await http.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
        return (Int(answer.status.code), answer.headers.first(name: "Location"), text)
    }

    /// Runs one on that port, or on a free one, for as long as the work takes.
    static func run<Value>(
        on port: Int = 0,
        _ arguments: [String] = [],
        http: HTTPClient,
        _ work: (RealProvider) async throws -> Value,
    ) async throws -> Value {
        let log = FileManager.default.temporaryDirectory.appending(path: "provider-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(program))
        process.arguments = ["--port", "\(port)"] + arguments
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var found: Int?
        try await eventually("the provider listens") {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            found = text.firstMatch(of: #/running on http://127\.0\.0\.1:([0-9]+) /#).flatMap { Int($0.1) }
            return found != nil
        }
        return try await work(RealProvider(port: try #require(found), http: http))
    }
}

/// Gives a test a real provider, and stops it.
func withRealProvider(_ arguments: [String] = [], _ test: (RealProvider) async throws -> Void) async throws {
    try await withHTTP { http in
        try await RealProvider.run(arguments, http: http, test)
    }
}

/// Gives a test an HTTP client, and shuts it down.
func withHTTP(
    _ configuration: HTTPClient.Configuration = OpenIDProvider.httpConfiguration,
    _ test: (HTTPClient) async throws -> Void
) async throws {
    var configuration = configuration
    // A machine that is busy with other tests may take its time for a handshake.
    configuration.timeout.connect = .seconds(60)
    let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await test(http))
    } catch {
        outcome = .failure(error)
    }
    try await http.shutdown()
    try outcome.get()
}
