import AsyncHTTPClient
import CarrelData
import CarrelModel
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Asks the data gateway over its private socket.
struct GatewayClient: Sendable {
    let http: HTTPClient
    let socket: String

    /// How long a credential may take to be tried.
    private static let trying = TimeAmount.seconds(30)
    /// How long anything else may take.
    private static let quick = TimeAmount.seconds(5)

    /// Whether it answers.
    func isUp() async -> Bool {
        (try? await send("GET", "/", nil, within: Self.quick)) != nil
    }

    /// What becomes of a connection with this credential; nothing is kept of it.
    ///
    /// - Throws: ``ProbeError``.
    func check(_ question: CheckQuestion) async throws(ProbeError) -> ConnectionState {
        try await ask("POST", "/check", question, CheckAnswer.self, within: Self.trying).state
    }

    /// Has it look at connections of which nothing is known yet; it has when this returns.
    ///
    /// - Throws: ``ProbeError``.
    func lookFirst(_ order: FirstLookOrder) async throws(ProbeError) {
        _ = try await ask("POST", "/first-look", order, [String: String].self, within: Self.trying)
    }

    /// What is known of a user's connections, by source.
    ///
    /// - Throws: ``ProbeError``.
    func reports(of user: Int64) async throws(ProbeError) -> [String: ConnectionReport] {
        try await ask("GET", "/reports/\(user)", String?.none, [String: ConnectionReport].self, within: Self.quick)
    }

    /// Has it ask the hub anew for what a user may use, and with what: after something was changed.
    ///
    /// - Parameters:
    ///   - user: whose; nil when it may be anybody's.
    ///   - sources: which ones, when all that is new is a sign-in that opens them; nil for all.
    /// - Throws: ``ProbeError``.
    func renew(_ user: Int64?, for sources: [String]? = nil) async throws(ProbeError) {
        let order = RenewOrder(user: user, sources: sources)
        _ = try await ask("POST", "/renew", order, [String: String].self, within: Self.quick)
    }

    /// Has it ask anew soon: one that doesn't answer does so by itself in a quarter of a minute.
    @Sendable func revoked(_ user: Int64?) async {
        try? await renew(user)
    }

    /// Has it use somebody's new sign-in where that opens data sources; one that doesn't run begins with it anyhow.
    @Sendable func signedIn(_ user: Int64, for sources: [String]) async {
        try? await renew(user, for: sources)
    }

    private func ask<Question: Encodable, Answer: Decodable>(
        _ method: String,
        _ path: String,
        _ question: Question?,
        _ answer: Answer.Type,
        within limit: TimeAmount,
    ) async throws(ProbeError) -> Answer {
        do {
            let body = try question.map { try JSONEncoder().encode($0) }
            return try JSONDecoder().decode(answer, from: try await send(method, path, body, within: limit))
        } catch {
            throw .unavailable
        }
    }

    private func send(_ method: String, _ path: String, _ body: Data?, within limit: TimeAmount) async throws -> Data {
        var request = HTTPClientRequest(url: "http+unix://\(ServerVariables.host(socket))\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Host", value: "localhost")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
        }
        let response = try await http.execute(request, timeout: limit)
        let answer = try await response.body.collect(upTo: 4 << 20)
        guard response.status == .ok else { throw ProbeError.unavailable }
        return Data(buffer: answer)
    }
}
