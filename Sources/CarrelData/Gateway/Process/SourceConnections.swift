import AsyncHTTPClient
import Foundation
import NIOPosix
import NIOSSL
import OnedataClient
import OpenBISClient
import StorageHubClient
import Synchronization
import WebDAVClient

/// The gateway's connections to data sources: a pool for each set of certificates that are trusted.
final class SourceConnections: Sendable {
    private struct Pools {
        var webDAV: [String: WebDAVConnections] = [:]
        var onedata: [String: HTTPClient] = [:]
        var storageHub: [String: HTTPClient] = [:]
        var openBIS: [OpenBISTrust: HTTPClient] = [:]
    }

    /// By what it is known that an openBIS is the one it should be.
    private struct OpenBISTrust: Hashable {
        let authority: String?
        /// When the file was changed last: another content needs another pool.
        let changedAt: Date?
        let verifies: Bool
    }

    private let pools = Mutex(Pools())

    /// For WebDAV; trusts the certificates of a file too.
    func webDAV(trusting authority: String?) -> WebDAVConnections {
        pools.withLock { pools in
            if let known = pools.webDAV[authority ?? ""] { return known }
            let fresh = WebDAVConnections(authorities: authority.map { [$0] } ?? [])
            pools.webDAV[authority ?? ""] = fresh
            return fresh
        }
    }

    /// For Onedata; trusts the certificates of a file too.
    func onedata(trusting authority: String?) -> HTTPClient {
        pools.withLock { Self.client(&$0.onedata, OnedataClient.httpConfiguration, authority) }
    }

    /// For StorageHub and its realm; trusts the certificates of a file too.
    func storageHub(trusting authority: String?) -> HTTPClient {
        pools.withLock { Self.client(&$0.storageHub, StorageHub.httpConfiguration, authority) }
    }

    /// For openBIS; trusts the certificates of a file too, or all.
    ///
    /// - Throws: `OpenBISError.unfitAuthority` for a file that can't be read.
    func openBIS(trusting authority: String?, verifies: Bool) throws(OpenBISError) -> HTTPClient {
        let facts = authority.flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
        let changedAt = facts?[.modificationDate] as? Date
        let trust = OpenBISTrust(authority: authority, changedAt: changedAt, verifies: verifies)
        return try pools.withLock { pools throws(OpenBISError) in
            if let known = pools.openBIS[trust] { return known }
            let configuration = try OpenBISClient.httpConfiguration(
                trusting: verifies ? authority : nil,
                verifyingCertificates: verifies,
            )
            let fresh = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
            pools.openBIS[trust] = fresh
            return fresh
        }
    }

    /// Ends all of them.
    func shutdown() async throws {
        let all = pools.withLock { pools in
            defer { pools = Pools() }
            return pools
        }
        for connections in all.webDAV.values { try await connections.shutdown() }
        for client in all.onedata.values { try await client.shutdown() }
        for client in all.storageHub.values { try await client.shutdown() }
        for client in all.openBIS.values { try await client.shutdown() }
    }

    private static func client(
        _ clients: inout [String: HTTPClient],
        _ configuration: HTTPClient.Configuration,
        _ authority: String?,
    ) -> HTTPClient {
        if let known = clients[authority ?? ""] { return known }
        var configuration = configuration
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.additionalTrustRoots = [.file(authority)]
            configuration.tlsConfiguration = tls
        }
        let fresh = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        clients[authority ?? ""] = fresh
        return fresh
    }
}
