import AsyncHTTPClient
import CarrelModel
import Foundation
import NIOPosix
import OpenBISClient
import Synchronization

/// The hub's connections to the openBIS of the configuration: a pool for each way to make sure that it is the right one.
final class OpenBISConnections: Sendable {
    /// What is sent over them: calls never wait for files.
    enum Use: Hashable {
        case calls, contents
    }

    private struct Trust: Hashable {
        let use: Use
        let authority: String?
        /// When the file was changed last: another content needs another pool.
        let changedAt: Date?
        let isVerified: Bool
    }

    private let pools = Mutex<[Trust: HTTPClient]>([:])

    /// A client for an openBIS; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: which one.
    ///   - use: what is asked of it.
    /// - Returns: the client.
    /// - Throws: `OpenBISError` for an address that isn't one, or certificates that can't be read.
    func client(for settings: AuthenticatorSettings, _ use: Use = .calls) throws(OpenBISError) -> OpenBISClient {
        let address = try OpenBISAddress(settings.openBIS.url)
        let authority = settings.certificateAuthority
        let facts = authority.flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
        let trust = Trust(
            use: use,
            authority: authority,
            changedAt: facts?[.modificationDate] as? Date,
            isVerified: settings.openBIS.verifyCertificates,
        )
        let http = try pools.withLock { pools throws(OpenBISError) in
            if let known = pools[trust] { return known }
            let configuration = try OpenBISClient.httpConfiguration(
                trusting: trust.isVerified ? authority : nil,
                verifyingCertificates: trust.isVerified,
            )
            let fresh = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                configuration: configuration,
            )
            pools[trust] = fresh
            return fresh
        }
        return OpenBISClient(OpenBISSettings(address: address, deadline: settings.deadline), http: http)
    }

    /// Closes them all; none may be used any more.
    func shutdown() async throws {
        let all = pools.withLock { pools in
            defer { pools = [:] }
            return Array(pools.values)
        }
        for http in all { try await http.shutdown() }
    }
}
