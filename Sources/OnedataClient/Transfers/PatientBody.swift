import AsyncHTTPClient
import NIOCore

/// An answer's body, of which the next part must come in time.
actor PatientBody {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private let calls: ServiceCalls
    private let service: OnedataService

    init(_ body: HTTPClientResponse.Body, _ calls: ServiceCalls, _ service: OnedataService) {
        iterator = body.makeAsyncIterator()
        self.calls = calls
        self.service = service
    }

    /// The next part; nil at the end.
    func next() async throws(CallFailure) -> ByteBuffer? {
        let limit = calls.settings.idleLimit
        return try await ServiceCalls.race { [self] in
            await pulled()
        } against: { [service] in
            try await Task.sleep(for: limit)
            return CallFailure(.slow(service, after: limit))
        }
    }

    private func pulled() async -> Result<ByteBuffer?, CallFailure> {
        // One reader at a time asks, so that nothing happens to the iterator meanwhile.
        var iterator = iterator
        do {
            let part = try await iterator.next(isolation: self)
            self.iterator = iterator
            return .success(part)
        } catch {
            return .failure(calls.failure(error, service))
        }
    }
}
