import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Asks a running server whether somebody is connected to a kernel of it, or one computes.
struct KernelInquiry: Sendable {
    let http: HTTPClient
    let tokens: TokenStore
    let now: @Sendable () -> Date

    /// A kernel as Jupyter Server's REST API shows it (`GET /api/kernels`).
    struct Kernel: Decodable {
        let executionState: String
        let connections: Int
        /// When it last began or ended something.
        let lastActivity: String?

        enum CodingKeys: String, CodingKey {
            case connections
            case executionState = "execution_state"
            case lastActivity = "last_activity"
        }

        /// A kernel that nobody ever connected to stays `starting` for good, so that says nothing.
        var isInUse: Bool { connections > 0 || executionState == "busy" }
    }

    /// Asks a server about its kernels.
    ///
    /// - Parameters:
    ///   - owned: the server, which must be ready.
    ///   - target: its address as the proxy has it.
    /// - Returns: when a kernel was last in use: now, if one is; nil without any kernel.
    /// - Throws: when the server doesn't answer within ten seconds or not as expected.
    func lastUse(of owned: OwnedServer, target: String) async throws -> Date? {
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        var token = TokenRecord(
            userId: owned.server.userId,
            secretHash: secret.hash.hex,
            scopes: ["access:servers!server=\(owned.key.fullName)"],
            note: "Carrel asks whether a kernel is busy",
            createdAt: now(),
        )
        token.expiresAt = now().addingTimeInterval(60)
        token.serverId = owned.server.id
        let kept = try await tokens.add(token)
        do {
            let kernels = try await kernels(of: owned.key, target: target, token: secret)
            try await tokens.forget(kept)
            if kernels.contains(where: \.isInUse) { return now() }
            return kernels.compactMap { $0.lastActivity.flatMap(APITime.date) }.max().map { min($0, now()) }
        } catch {
            try await tokens.forget(kept)
            throw error
        }
    }

    private func kernels(of key: ServerKey, target: String, token: Secret) async throws -> [Kernel] {
        var request = HTTPClientRequest(url: target + key.prefix + "api/kernels")
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Authorization", value: "token \(token.reveal())")
        let response = try await http.execute(request, timeout: .seconds(10))
        guard response.status == .ok else { throw HubError.notRunning(key.fullName) }
        return try await JSONDecoder().decode([Kernel].self, from: response.body.collect(upTo: 1024 * 1024))
    }
}
