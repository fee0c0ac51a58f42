import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The reading of a file's content, from one provider or from several in turn.
actor Download {
    private let question: ContentQuestion
    private let end: Int64
    private var position: Int64
    private var source: ContentQuestion.Source?
    /// How often another answer had to be asked for.
    private var breaks = 0

    /// After so many breaks it is given up.
    static let mostBreaks = 5

    init(_ question: ContentQuestion, _ range: Range<Int64>) {
        self.question = question
        end = range.upperBound
        position = range.lowerBound
    }

    /// Asks for the content, so that it is known whether it can be had.
    func open() async throws(OnedataError) {
        guard position < end else { return }
        source = try await question.source(position..<end)
    }

    /// The next bytes; nil at the end.
    func next() async throws(OnedataError) -> ByteBuffer? {
        while position < end {
            guard let source else {
                try await question.checkSame()
                try await open()
                continue
            }
            do throws(CallFailure) {
                guard let part = try await source.body.next() else {
                    throw CallFailure(.unreachable(source.service))
                }
                guard Int64(part.readableBytes) <= end - position else {
                    throw CallFailure(.nonsense(source.service, .tooLarge))
                }
                position += Int64(part.readableBytes)
                if part.readableBytes > 0 { return part }
            } catch {
                self.source = nil
                breaks += 1
                guard error.isOfService, breaks <= Self.mostBreaks else { throw error.error }
                await question.client.board.note(failureOf: source.providerID)
            }
        }
        source = nil
        return nil
    }
}

/// What is asked for when a file is read.
struct ContentQuestion: Sendable {
    let client: OnedataClient
    let entry: OnedataEntry
    let size: Int64

    /// A provider that answered, and its answer's body.
    struct Source: Sendable {
        let providerID: String
        let service: OnedataService
        let body: PatientBody
    }

    /// A part of the content, from the first provider that has it.
    func source(_ range: Range<Int64>) async throws(OnedataError) -> Source {
        try await client.plainly { () throws(CallFailure) in
            try await client.atProvider(of: entry.spaceID) { provider throws(CallFailure) in
                try await source(provider, range == 0..<size ? nil : range)
            }
        }
    }

    /// Makes sure that it is still the file that it was.
    func checkSame() async throws(OnedataError) {
        let now = try await client.plainly { () throws(CallFailure) in
            try await client.atProvider(of: entry.spaceID) { provider throws(CallFailure) in
                try await provider.entry(of: entry.id, in: entry.spaceID)
            }
        }
        guard now.kind == entry.kind, now.modified == entry.modified else { throw .changed }
    }

    private func source(_ provider: ProviderCalls, _ range: Range<Int64>?) async throws(CallFailure) -> Source {
        let response = try await provider.content(of: entry.id, range)
        let service = provider.place.service
        if let range {
            guard response.status == .partialContent else { throw CallFailure(.nonsense(service, .range)) }
            let told = ContentRange(response.headers.first(name: "Content-Range"))
            if let whole = told?.size, whole != size { throw CallFailure(.changed) }
            guard told?.range == range else { throw CallFailure(.nonsense(service, .range)) }
        } else {
            guard response.status == .ok else { throw CallFailure(.nonsense(service, .range)) }
            if let length = response.headers.first(name: "Content-Length"), Int64(length) != size {
                throw CallFailure(.changed)
            }
        }
        let body = PatientBody(response.body, provider.calls, service)
        return Source(providerID: provider.id, service: service, body: body)
    }
}

/// Which part of a file an answer holds (RFC 9110 §14.4).
struct ContentRange: Equatable {
    let range: Range<Int64>
    /// Of the whole; nil if the service doesn't know.
    let size: Int64?

    /// Reads `bytes 0-99/1000`; nil for anything else.
    init?(_ text: String?) {
        guard let text, let found = text.wholeMatch(of: #/bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)/#),
            let first = Int64(found.1), let last = Int64(found.2), first <= last
        else { return nil }
        range = first..<(last + 1)
        size = Int64(found.3)
    }
}

extension ProviderCalls {
    /// The head of the answer with a file's content, and its body still to be read.
    ///
    /// A folder's content is elsewhere, as an archive: it is told by a redirect.
    func content(of id: String, _ range: Range<Int64>?) async throws(CallFailure) -> HTTPClientResponse {
        try await calls.repeating(isSafe: true) { () throws(CallFailure) in try await contentOnce(of: id, range) }
    }

    private func contentOnce(
        of id: String,
        _ range: Range<Int64>?,
    ) async throws(CallFailure) -> HTTPClientResponse {
        var request = calls.head(.GET, "\(Self.data(id))/content", at: place)
        if let range {
            request.headers.add(name: "Range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
        }
        let response: HTTPClientResponse
        do {
            response = try await calls.http.execute(request, deadline: .now() + TimeAmount(calls.settings.deadline))
        } catch {
            throw calls.failure(error, place.service)
        }
        // A client that follows redirects was given to us: refuse what it brought back.
        guard response.history.count <= 1 else { throw CallFailure(.nonsense(place.service, .redirect)) }
        guard response.status.code >= 300 else { return response }
        if response.status == .found, response.headers.first(name: "Location")?.contains("/download/") == true {
            throw CallFailure(.isAFolder)
        }
        let limit = calls.settings.deadline
        let answer = try await ServiceCalls.race { [self] in
            do {
                return .success(try await ServiceCalls.whole(response, place.service))
            } catch {
                return .failure((error as? CallFailure) ?? calls.failure(error, place.service))
            }
        } against: { [place] in
            try await Task.sleep(for: limit)
            return CallFailure(.slow(place.service, after: limit))
        }
        throw CallFailure(answer.error ?? .nonsense(place.service, .status(answer.status)))
    }
}
