public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks the hub about passwords and sign-ins, over its private socket.
public struct HubAdmissions: Sendable {
    private let http: HTTPClient
    private let slow: HTTPClient
    private let base: String

    /// How long the hub may take to look into its database.
    private static let quick = TimeAmount.seconds(5)
    /// How long it may take when it has to ask a provider.
    private static let long = TimeAmount.seconds(15)

    /// Names the hub.
    ///
    /// - Parameters:
    ///   - http: for sockets of this machine.
    ///   - slow: the same, for questions that take the hub long and mustn't hold up the others.
    ///   - socket: absolute path of the hub's socket for the gateway.
    public init(http: HTTPClient, slow: HTTPClient, socket: String) {
        self.http = http
        self.slow = slow
        base = "http+unix://" + socket.replacing("%", with: "%25").replacing("/", with: "%2F")
    }

    /// Why there is no answer.
    enum Silence: Error {
        /// Nobody is there.
        case away
        /// It was asked in vain.
        case failed
    }

    /// What the hub says of a password.
    func answer(_ question: AdmissionQuestion) async throws(Silence) -> AdmissionAnswer {
        try await ask("/admission", question, AdmissionAnswer.self, by: http, within: Self.quick)
    }

    /// A fresh access token of somebody's sign-in; nil when there is none.
    ///
    /// - Throws: when the hub isn't there, which is no word on the token.
    func signInToken(of user: Int64, at authenticator: String) async throws(Silence) -> String? {
        let question = SignInTokenQuestion(user: user, authenticator: authenticator)
        return try await ask("/sign-in-token", question, SignInTokenAnswer.self, by: slow, within: Self.long).token
    }

    private func ask<Question: Encodable, Answer: Decodable>(
        _ path: String,
        _ question: Question,
        _ type: Answer.Type,
        by client: HTTPClient,
        within limit: TimeAmount,
    ) async throws(Silence) -> Answer {
        guard let body = try? JSONEncoder().encode(question) else { throw .failed }
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: limit)
            guard response.status == .ok else { throw Silence.failed }
            var answer = try await response.body.collect(upTo: 1 << 20)
            let bytes = answer.readBytes(length: answer.readableBytes) ?? []
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as IOError where [ECONNREFUSED, ENOENT, ECONNRESET, EPIPE].contains(error.errnoCode) {
            throw .away
        } catch let error as HTTPClientError where [.connectTimeout, .remoteConnectionClosed].contains(error) {
            throw .away
        } catch {
            throw .failed
        }
    }
}
