import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends calls to services, and takes only answers that are there in time, of bounded size and no redirects.
struct ServiceCalls: Sendable {
    let http: HTTPClient
    let token: OnedataToken
    let settings: OnedataSettings
    /// Waits between attempts.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    var rule = RetryRule()

    /// The answer that says yes, after more attempts if need be.
    func answer(to call: ServiceCall, at place: ServicePlace) async throws(OnedataError) -> ServiceAnswer {
        do throws(CallFailure) {
            return try await attempt(call, at: place)
        } catch {
            throw error.error
        }
    }

    /// As ``answer(to:at:)``, with what is known about a failure.
    func attempt(_ call: ServiceCall, at place: ServicePlace) async throws(CallFailure) -> ServiceAnswer {
        try await repeating(isSafe: call.isSafe) { () throws(CallFailure) in try await once(call, at: place) }
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

    /// The client's own deadline ends with an answer's head, so all of the answer races against ours.
    private func once(_ call: ServiceCall, at place: ServicePlace) async throws(CallFailure) -> ServiceAnswer {
        let limit = settings.deadline
        let answer = try await Self.race { [self] in
            await result(of: request(call, at: place), place.service, deadline: .now() + TimeAmount(limit))
        } against: {
            try await Task.sleep(for: limit)
            return CallFailure(.slow(place.service, after: limit), isOpen: true)
        }
        if let error = answer.error {
            // An answer of a broken service doesn't say how far it came.
            let isOpen = if case .unavailable = error { answer.status != 503 } else { false }
            throw CallFailure(error, isOpen: isOpen)
        }
        return answer
    }

    private func request(_ call: ServiceCall, at place: ServicePlace) -> HTTPClientRequest {
        var request = head(call.method, call.path, at: place)
        request.headers.add(contentsOf: call.headers)
        if !call.showsToken { request.headers.remove(name: "X-Auth-Token") }
        request.body = call.body.map { .bytes(ByteBuffer(bytes: $0)) }
        return request
    }

    /// A request without a body.
    func head(_ method: HTTPMethod, _ path: String, at place: ServicePlace) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: place.base + path)
        request.method = method
        request.headers.add(name: "X-Auth-Token", value: token.text)
        return request
    }

    /// What a request leads to, its answer read to the end.
    func result(
        of request: HTTPClientRequest,
        _ service: OnedataService,
        deadline: NIODeadline,
    ) async -> Result<ServiceAnswer, CallFailure> {
        do {
            let response = try await http.execute(request, deadline: deadline)
            return .success(try await Self.whole(response, service))
        } catch let failure as CallFailure {
            return .failure(failure)
        } catch {
            return .failure(failure(error, service))
        }
    }

    /// An answer's head and body.
    static func whole(_ response: HTTPClientResponse, _ service: OnedataService) async throws -> ServiceAnswer {
        // A client that follows redirects was given to us: refuse what it brought back.
        guard response.history.count <= 1 else { throw CallFailure(.nonsense(service, .redirect)) }
        var body = Data()
        for try await part in response.body {
            guard body.count + part.readableBytes <= ServiceAnswer.largest else {
                throw CallFailure(.nonsense(service, .tooLarge))
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return ServiceAnswer(
            service: service,
            status: Int(response.status.code),
            headers: response.headers,
            body: body
        )
    }

    /// What an error of the HTTP client means.
    func failure(_ error: any Error, _ service: OnedataService) -> CallFailure {
        if error is CancellationError || Task.isCancelled { return CallFailure(.cancelled, isOpen: true) }
        if let error = error as? HTTPClientError {
            if [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error) {
                return CallFailure(.unreachable(service))
            }
            // Of a request's body: of an answer's it would be a connection that broke.
            if error == .bodyLengthMismatch { return CallFailure(.incomplete) }
            if [.deadlineExceeded, .readTimeout, .writeTimeout].contains(error) {
                return CallFailure(.slow(service, after: settings.deadline), isOpen: true)
            }
        }
        return CallFailure(.unreachable(service), isOpen: !Self.isBeforeSending(error))
    }

    /// Whether no connection came about, so that nothing was sent.
    private static func isBeforeSending(_ error: any Error) -> Bool {
        error is NIOConnectionError || (error as? IOError)?.errnoCode == ECONNREFUSED
    }

    /// The first of two to end; the other is cancelled and waited for.
    static func race<Value: Sendable>(
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
}
