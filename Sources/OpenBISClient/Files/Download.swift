import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The reading of a file's bytes, over more than one connection if need be.
///
/// The plain download (reference 4.10) takes the token in its address, so no address ever gets into an error. It answers
/// with status 200 whatever happens, so what comes must have the length of the file.
actor Download {
    private let session: OpenBISSession
    private let file: OpenBISFile
    private let range: Range<Int64>
    /// The next byte that is wanted.
    private var position: Int64
    private var source: Source?
    private var checksum: Checksum?
    private var isOver = false
    private var breaks = 0

    /// One connection's bytes.
    private struct Source {
        let body: PatientBody
        /// How many bytes come before the wanted ones, from a server that sends whole files only.
        var skipped: Int64
        /// The first byte that was wanted.
        let start: Int64
    }

    /// How often in a row a connection may bring less than a mebibyte of what is wanted.
    private static let mostBreaks = 3
    private static let gain: Int64 = 1 << 20

    init(_ session: OpenBISSession, _ file: OpenBISFile, _ range: Range<Int64>) {
        self.session = session
        self.file = file
        self.range = range
        position = range.lowerBound
        checksum = range == 0..<file.size && file.checksum != nil ? Checksum() : nil
    }

    /// Connects, so that what is wrong from the beginning is told before the first byte.
    func begin() async throws(OpenBISError) {
        guard !range.isEmpty else { return }
        do throws(CallFailure) {
            source = try await opened()
        } catch {
            throw error.error
        }
    }

    /// The next bytes; nil at the end.
    func next() async throws(OpenBISError) -> ByteBuffer? {
        guard !isOver, position < range.upperBound else { return nil }
        do throws(CallFailure) {
            return try await part()
        } catch {
            isOver = true
            source = nil
            throw error.error
        }
    }

    private func part() async throws(CallFailure) -> ByteBuffer {
        while true {
            do throws(CallFailure) {
                return try await pulled()
            } catch {
                guard error.isOfConnection, let broken = source else { throw error }
                breaks = position - broken.start < Self.gain ? breaks + 1 : 0
                source = nil
                guard breaks < Self.mostBreaks else { throw error }
            }
        }
    }

    /// What comes next from the connection, without what isn't wanted.
    private func pulled() async throws(CallFailure) -> ByteBuffer {
        while true {
            if source == nil { source = try await opened() }
            guard let body = source?.body else { throw CallFailure(.cancelled) }
            guard var part = try await body.next() else { throw CallFailure(.incomplete) }
            let passed = min(source?.skipped ?? 0, Int64(part.readableBytes))
            source?.skipped -= passed
            part.moveReaderIndex(forwardBy: Int(passed))
            guard part.readableBytes > 0 else { continue }
            return try taken(part)
        }
    }

    private func taken(_ part: ByteBuffer) throws(CallFailure) -> ByteBuffer {
        let wanted = range.upperBound - position
        guard let part = part.getSlice(at: part.readerIndex, length: Int(min(Int64(part.readableBytes), wanted)))
        else { throw CallFailure(.incomplete) }
        position += Int64(part.readableBytes)
        part.withUnsafeReadableBytes { checksum?.add($0) }
        guard position == range.upperBound else { return part }
        // The rest of a whole file that was longer than the range isn't waited for.
        source = nil
        if let checksum, checksum.value != file.checksum { throw CallFailure(.damaged) }
        return part
    }

    // MARK: Connections

    private func opened() async throws(CallFailure) -> Source {
        try await session.calls.repeating(isSafe: true) { () throws(CallFailure) in try await openedOnce() }
    }

    private func openedOnce() async throws(CallFailure) -> Source {
        let host = file.store.name
        var request = HTTPClientRequest(url: address)
        let isPart = position > 0 || range.upperBound < file.size
        if isPart { request.headers.add(name: "Range", value: "bytes=\(position)-\(range.upperBound - 1)") }
        let (http, settings) = (session.calls.http, session.settings)
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, deadline: .now() + TimeAmount(settings.deadline))
        } catch {
            throw CallFailure(error, host: host, deadline: settings.deadline)
        }
        // A client that follows redirects was given to us: refuse what it brought back.
        guard response.history.count <= 1 else { throw CallFailure(.nonsense(host, .redirect)) }
        let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        let body = PatientBody(response.body, host: host, settings: settings)
        switch response.status {
        case .ok where length == nil || length == file.size:
            if try await isPage(response) { break }
            return Source(body: body, skipped: position, start: position)
        case .ok: break
        case .partialContent where isPart:
            let told = "bytes \(position)-\(range.upperBound - 1)/\(file.size)"
            guard response.headers.first(name: "Content-Range") == told else {
                throw CallFailure(.nonsense(host, .range))
            }
            return Source(body: body, skipped: 0, start: position)
        case .partialContent, .rangeNotSatisfiable: throw CallFailure(.nonsense(host, .range))
        default:
            throw CallFailure(
                WholeAnswer.error(status: Int(response.status.code), headers: response.headers, from: host)
            )
        }
        throw CallFailure(try await meaning(ofPageFrom: host))
    }

    /// Whether an answer without a length is one of the pages with which the data store says what is wrong.
    private func isPage(_ response: HTTPClientResponse) async throws(CallFailure) -> Bool {
        guard response.headers.first(name: "Content-Length") == nil,
            response.headers.first(name: "Content-Type")?.lowercased().hasPrefix("text/html") == true
        else { return false }
        let name = file.name.lowercased()
        return !name.hasSuffix(".html") && !name.hasSuffix(".htm")
    }

    /// What a page instead of a file means; its words are for people, so openBIS is asked.
    private func meaning(ofPageFrom host: String) async throws(CallFailure) -> OpenBISError {
        do throws(OpenBISError) {
            guard try await session.client.isSessionActive(session.token) else { return .sessionOver }
            _ = try await session.dataSet(file.dataSet)
            return .nonsense(host, .page)
        } catch {
            throw CallFailure(error)
        }
    }

    /// With the token: never to be shown.
    private var address: String {
        let path = [file.dataSet] + file.path.split(separator: "/").map(String.init)
        let token = PercentCoding.encode(session.token.text)
        return "\(file.store.text)/datastore_server/\(PercentCoding.encode(path))?sessionID=\(token)"
    }
}

extension CallFailure {
    /// Whether the connection is to blame, so that another one may do better.
    fileprivate var isOfConnection: Bool {
        switch error {
        case .unreachable, .incomplete: true
        default: false
        }
    }
}
