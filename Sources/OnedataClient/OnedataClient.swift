public import AsyncHTTPClient
public import Foundation
import NIOCore

/// The files of one person in an Onedata: spaces as top folders, and in them what their providers have.
///
/// It speaks REST with Onezone and Oneproviders of version 21.02.5 and later, and renames through CDMI. For every call it
/// chooses among the providers that are online and support the space; one that fails is asked last for half a minute. Only
/// what can't do harm twice is asked again.
public struct OnedataClient: Sendable {
    let calls: ServiceCalls
    let board: ProviderBoard
    let onezone: ServicePlace

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: where Onezone is.
    ///   - token: the person's.
    ///   - http: made with ``httpConfiguration`` or one like it; not shut down here.
    ///   - now: the time.
    /// - Throws: ``OnedataError/unfitAddress``.
    public init(
        _ settings: OnedataSettings,
        token: OnedataToken,
        http: HTTPClient,
        now: @escaping @Sendable () -> Date = { Date() },
    ) throws(OnedataError) {
        try self.init(settings, token: token, http: http, now: now) { try await Task.sleep(for: $0) }
    }

    /// As the public one, with a way to wait between attempts.
    init(
        _ settings: OnedataSettings,
        token: OnedataToken,
        http: HTTPClient,
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void,
    ) throws(OnedataError) {
        onezone = try ServicePlace.onezone(settings)
        calls = ServiceCalls(http: http, token: token, settings: settings, sleep: sleep)
        let choice = ProviderChoice(preferred: settings.preferredProviders, onezone: onezone)
        board = ProviderBoard(calls, choice, now: now)
    }

    /// How an HTTP client for Onedata is set up.
    ///
    /// Redirects aren't followed, for a token would go with them. A connection that isn't to be had is told at once: by
    /// default the client tries again until the deadline, and no other provider would be asked. A service may be asked for
    /// many files at once.
    public static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.httpVersion = .http1Only
        return configuration
    }

    /// What a store of files can do in any Onedata.
    public static let capabilities = OnedataCapabilities()
}

extension OnedataClient {
    /// Does something at the first provider that isn't broken.
    ///
    /// - Parameters:
    ///   - spaceID: of the space.
    ///   - purpose: what for.
    ///   - isSafe: whether it may be done again after it isn't known whether it was done.
    ///   - first: the id of the provider that is asked first, unless it failed lately.
    ///   - work: called with one provider after the other.
    /// - Returns: what the work returned.
    /// - Throws: the last failure.
    func atProvider<Value: Sendable>(
        of spaceID: String,
        for purpose: ProviderChoice.Purpose = .reading,
        isSafe: Bool = true,
        first: String? = nil,
        _ work: (ProviderCalls) async throws(CallFailure) -> Value,
    ) async throws(CallFailure) -> Value {
        var last: CallFailure?
        let candidates = try await candidates(of: spaceID, for: purpose, first: first)
        for (number, provider) in candidates.enumerated() {
            do throws(CallFailure) {
                return try await work(ProviderCalls(provider, calls, isLast: number == candidates.count - 1))
            } catch {
                guard error.isOfService else { throw error }
                await board.note(failureOf: provider.id)
                guard error.allowsAnother(isSafe: isSafe) else { throw error }
                last = error
            }
        }
        throw last ?? CallFailure(.noProvider(.unsupported))
    }

    func candidates(
        of spaceID: String,
        for purpose: ProviderChoice.Purpose,
        first: String? = nil,
    ) async throws(CallFailure) -> [ProviderChoice.Candidate] {
        do throws(OnedataError) {
            return try await board.candidates(for: purpose, spaceID: spaceID, first: first)
        } catch {
            throw CallFailure(error)
        }
    }

    /// Drops what is known about a failure but its error.
    func plainly<Value: Sendable>(_ work: () async throws(CallFailure) -> Value) async throws(OnedataError) -> Value {
        do throws(CallFailure) {
            return try await work()
        } catch {
            throw error.error
        }
    }
}
