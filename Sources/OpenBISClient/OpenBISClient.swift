public import AsyncHTTPClient
import NIOCore
import NIOSSL

/// An openBIS as a client sees it, whoever asks: people sign in there, and what they may see is behind their tokens.
///
/// It speaks the V3 API of openBIS 18.06 to 7 (reference 4). What needs a token is asked through a session, ``session(_:)``.
/// Only what can't do harm twice is asked again.
public struct OpenBISClient: Sendable {
    let calls: RemoteCalls

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: where the openBIS is.
    ///   - http: made with ``httpConfiguration(trusting:verifyingCertificates:)`` or one like it; not shut down here.
    public init(_ settings: OpenBISSettings, http: HTTPClient) {
        self.init(settings, http: http) { try await Task.sleep(for: $0) }
    }

    /// As the public one, with a way to wait between attempts.
    init(_ settings: OpenBISSettings, http: HTTPClient, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        calls = RemoteCalls(http: http, settings: settings, sleep: sleep)
    }

    /// Where the openBIS is, and how patient the client is.
    public var settings: OpenBISSettings { calls.settings }

    /// What somebody can ask for with a token; the token isn't tried here.
    ///
    /// - Parameter token: the person's.
    /// - Returns: a session, which is to be had as often as it is needed and keeps nothing.
    public func session(_ token: OpenBISToken) -> OpenBISSession {
        OpenBISSession(client: self, token: token)
    }

    /// How an HTTP client for openBIS is set up.
    ///
    /// Redirects aren't followed, for a token would go with them. A connection that isn't to be had is told at once: by
    /// default the client tries again until the deadline, and an openBIS that was stopped would look like one that is slow.
    ///
    /// - Parameters:
    ///   - authority: a PEM file with certificates that are trusted besides the system's; nil for those alone.
    ///   - verifyingCertificates: false lets every certificate through, and with it everybody who sits on the line.
    /// - Returns: the configuration; the file was read, so that a change of it needs another one.
    /// - Throws: ``OpenBISError/unfitAuthority`` if the file can't be read or has no certificate.
    public static func httpConfiguration(
        trusting authority: String? = nil,
        verifyingCertificates: Bool = true,
    ) throws(OpenBISError) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.httpVersion = .http1Only
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authority {
            guard let known = try? NIOSSLCertificate.fromPEMFile(authority), !known.isEmpty
            else { throw .unfitAuthority }
            tls.additionalTrustRoots = [.certificates(known)]
        }
        if !verifyingCertificates { tls.certificateVerification = .none }
        configuration.tlsConfiguration = tls
        return configuration
    }
}
