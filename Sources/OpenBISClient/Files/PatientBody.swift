import AsyncHTTPClient
import NIOCore

/// An answer's body, of which the next part must come in time.
actor PatientBody {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private let host: String
    private let settings: OpenBISSettings

    init(_ body: HTTPClientResponse.Body, host: String, settings: OpenBISSettings) {
        iterator = body.makeAsyncIterator()
        self.host = host
        self.settings = settings
    }

    /// The next part; nil at the end.
    func next() async throws(CallFailure) -> ByteBuffer? {
        let limit = settings.idleLimit
        return try await race { [self] in
            await pulled()
        } against: { [host] in
            try await Task.sleep(for: limit)
            return CallFailure(.slow(host, after: limit))
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
            return .failure(CallFailure(error, host: host, deadline: settings.idleLimit))
        }
    }
}
