import AsyncHTTPClient
import NIOPosix
import NIOSSL
import OnedataClient
import StorageHubClient
import Synchronization
import WebDAVClient

/// The gateway's connections to data sources: a pool for each set of certificates that are trusted.
final class SourceConnections: Sendable {
    private struct Pools {
        var webDAV: [String: WebDAVConnections] = [:]
        var onedata: [String: HTTPClient] = [:]
        var storageHub: [String: HTTPClient] = [:]
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

    /// Ends all of them.
    func shutdown() async throws {
        let all = pools.withLock { pools in
            defer { pools = Pools() }
            return pools
        }
        for connections in all.webDAV.values { try await connections.shutdown() }
        for client in all.onedata.values { try await client.shutdown() }
        for client in all.storageHub.values { try await client.shutdown() }
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
