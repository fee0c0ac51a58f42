import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends calls, and takes only answers that are there in time, of bounded size and no redirects.
struct RemoteCalls: Sendable {
    let http: HTTPClient
    let settings: OpenBISSettings
    /// Waits between attempts.
    let sleep: @Sendable (Duration) async throws -> Void
    let rule = RetryRule()

    /// The largest answer that is read, in bytes.
    static let largest = 64 * 1024 * 1024

    /// The answer to a call, after more attempts if need be.
    func answer(to call: RemoteCall, at place: ServicePlace) async throws(OpenBISError) -> RemoteAnswer {
        do throws(CallFailure) {
            return try await attempt(call, at: place)
        } catch {
            throw error.error
        }
    }

    /// As ``answer(to:at:)``, with what is known about a failure.
    func attempt(_ call: RemoteCall, at place: ServicePlace) async throws(CallFailure) -> RemoteAnswer {
        let request: HTTPClientRequest
        do throws(OpenBISError) {
            request = try Self.request(call, at: place)
        } catch {
            throw CallFailure(error)
        }
        return try await repeating(isSafe: call.isSafe) { () throws(CallFailure) in
            let answer = try await once(request, host: place.host)
            do throws(OpenBISError) {
                return try RemoteAnswer(answer.body, from: place.host, to: call)
            } catch {
                // An answer that isn't one doesn't say what became of the call.
                let isOpen = if case .nonsense = error { true } else { false }
                throw CallFailure(error, isOpen: isOpen)
            }
        }
    }

    /// Does something once, and again as the rule has it.
    func repeating<Value>(
        isSafe: Bool,
        _ work: () async throws(CallFailure) -> Value,
    ) async throws(CallFailure) -> Value {
        var attempt = 1
        while true {
            do throws(CallFailure) {
                return try await work()
            } catch {
                let chance = Double.random(in: 0...1)
                guard let pause = rule.pause(after: error, attempt: attempt, isSafe: isSafe, chance: chance)
                else { throw error }
                do {
                    try await sleep(pause)
                } catch {
                    throw CallFailure(.cancelled)
                }
                attempt += 1
            }
        }
    }

    private static func request(_ call: RemoteCall, at place: ServicePlace) throws(OpenBISError) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: place.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try call.body()))
        return request
    }

    /// An answer with status 200.
    func once(_ request: HTTPClientRequest, host: String) async throws(CallFailure) -> WholeAnswer {
        let limit = settings.deadline
        let answer = try await race { [self] in
            await result(of: request, host: host, deadline: .now() + TimeAmount(limit))
        } against: {
            try await Task.sleep(for: limit)
            return CallFailure(.slow(host, after: limit), isOpen: true)
        }
        if let error = answer.error(from: host) {
            // Only an answer that the server makes on purpose says that nothing was done.
            throw CallFailure(error, isOpen: ![429, 503].contains(answer.status))
        }
        return answer
    }

    /// What a request leads to, its answer read to the end.
    func result(
        of request: HTTPClientRequest,
        host: String,
        deadline: NIODeadline,
    ) async -> Result<WholeAnswer, CallFailure> {
        do {
            let response = try await http.execute(request, deadline: deadline)
            return .success(try await WholeAnswer(response, host: host, largest: Self.largest))
        } catch let failure as CallFailure {
            return .failure(failure)
        } catch {
            return .failure(CallFailure(error, host: host, deadline: settings.deadline))
        }
    }
}

/// The first of two to end; the other is cancelled and waited for.
///
/// The HTTP client's own deadline ends with an answer's head, so all of an answer races against ours.
func race<Value: Sendable>(
    _ work: @escaping @Sendable () async -> Result<Value, CallFailure>,
    against end: @escaping @Sendable () async throws -> CallFailure,
) async throws(CallFailure) -> Value {
    let first = await withTaskGroup(of: Result<Value, CallFailure>.self) { group in
        group.addTask { await work() }
        group.addTask {
            do {
                return .failure(try await end())
            } catch {
                return .failure(CallFailure(.cancelled, isOpen: true))
            }
        }
        let first = await group.next()
        group.cancelAll()
        return first
    }
    guard let first, !Task.isCancelled else { throw CallFailure(.cancelled, isOpen: true) }
    return try first.get()
}
