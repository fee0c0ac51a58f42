import NIOCore

@testable import CarrelProxy

/// What became of the bytes of a request.
enum Parsed: Equatable {
    case head(RequestHead, [Field], rest: Int)
    case incomplete
    case refused(Refusal)

    var refusal: Refusal? {
        if case .refused(let refusal) = self { return refusal }
        return nil
    }
}

/// Feeds a request to scanner and reader in pieces that end at the given places.
func parse(
    _ bytes: [UInt8],
    cuts: [Int] = [],
    limits: HeadScanner.Limits = HeadScanner.Limits()
) -> Parsed {
    var scanner = HeadScanner()
    for end in cuts + [bytes.count] {
        switch scanner.scan(bytes.span.extracting(0..<end), limits: limits) {
        case .incomplete: continue
        case .refused(let refusal): return .refused(refusal)
        case .complete(let start, let headEnd):
            var fields: [Field] = []
            do throws(Refusal) {
                let head = try RequestHead.read(bytes.span, from: start, limits: limits, into: &fields)
                return .head(head, fields, rest: bytes.count - headEnd)
            } catch {
                return .refused(error)
            }
        }
    }
    return .incomplete
}

func parse(_ text: String) -> Parsed {
    parse(Array(text.utf8))
}

/// The head that would go to the server.
func forwarded(
    _ request: String,
    claims: ClientIdentity.Claims = .replaced,
    isEncrypted: Bool = false,
    prefix: String = ""
) throws -> [String] {
    let bytes = Array(request.utf8)
    guard case .head(let head, let fields, _) = parse(bytes) else { throw parse(bytes).refusal ?? .malformedField }
    var out = ByteBuffer()
    HeadWriter.writeRequest(
        head,
        fields,
        from: bytes.span,
        prefix: prefix,
        client: ClientIdentity(address: "192.0.2.7", isEncrypted: isEncrypted, claims: claims),
        requestID: RequestID(value: 0xABC),
        into: &out
    )
    return String(buffer: out).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
}

/// The head that would go to the client, for a response to GET.
func returned(
    _ response: String,
    method: RequestMethod = .get,
    persistence: HeadWriter.Persistence = .keepAlive
) throws -> [String] {
    let bytes = Array(response.utf8)
    var fields: [Field] = []
    let head = try ResponseHead.read(bytes.span, from: 0, method: method, into: &fields)
    var out = ByteBuffer()
    HeadWriter.writeResponse(
        head,
        fields,
        from: bytes.span,
        framing: head.framing,
        persistence: persistence,
        requestID: RequestID(value: 0xABC),
        into: &out
    )
    return String(buffer: out).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
}
