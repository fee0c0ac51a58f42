public import AsyncHTTPClient
public import Foundation
import NIOCore

/// An OpenID Connect provider as a client sees it: people sign in there, and their tokens come from there.
///
/// It keeps the provider's metadata for an hour and its keys for minutes, fetches each once for all who ask meanwhile, and
/// believes nothing that it hasn't checked. Whoever asks bears with at most one deadline for each call that is needed.
public actor OpenIDProvider {
    /// What the client was registered with.
    public nonisolated let registration: OpenIDRegistration
    let calls: ProviderCalls
    let rules: TokenRules
    let plan = KeyPlan()
    let now: @Sendable () -> Date

    var keptMetadata: Kept<ProviderMetadata>?
    var metadataFlight: Flight<ProviderMetadata>?
    var keptKeys: Kept<ProviderKeys>?
    var keysFlight: Flight<ProviderKeys>?
    /// When fetching keys last failed.
    var keysFailed: Date?
    /// When keys were last fetched because a token named one that wasn't there.
    var keysSearched: Date?

    /// A document and when it was fetched.
    struct Kept<Document: Sendable>: Sendable {
        let document: Document
        let fetched: Date
    }

    /// A fetch that is under way, for all who wait for it.
    typealias Flight<Document> = Task<Result<Document, OpenIDError>, Never>

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - registration: what it was registered with.
    ///   - http: made with ``httpConfiguration`` or one like it; not shut down here.
    ///   - now: the time.
    public init(
        _ registration: OpenIDRegistration,
        http: HTTPClient,
        now: @escaping @Sendable () -> Date = { Date() },
    ) {
        self.registration = registration
        self.now = now
        calls = ProviderCalls(http: http, deadline: registration.deadline)
        rules = TokenRules(registration)
    }

    /// How an HTTP client for providers is set up.
    ///
    /// Redirects aren't followed. A connection that isn't to be had is told at once: by default the client tries again until
    /// the deadline, so that a provider that was stopped would look like one that is slow.
    public static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
