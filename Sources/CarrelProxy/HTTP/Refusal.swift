/// Why a message was not accepted; every case ends its connection.
///
/// What is refused here is what two programs could read differently, which is how requests are smuggled.
enum Refusal: Error, Equatable, Sendable {
    case bareLineFeed
    case bareCarriageReturn
    case controlCharacter
    case foldedField
    case malformedRequestLine
    case malformedStatusLine
    case malformedField
    case unsupportedVersion
    case headTooLarge
    case tooManyFields
    case targetTooLong
    case badTarget
    case climbingPath
    case badHost
    case badLength
    case lengthAndEncoding
    case badEncoding
    case unknownEncoding
    case badChunk
    case methodNotAllowed
    case unknownExpectation
    case tooSlow

    /// The status that says it to the client.
    var status: Int {
        switch self {
        case .headTooLarge, .tooManyFields: 431
        case .targetTooLong: 414
        case .unsupportedVersion: 505
        case .unknownEncoding: 501
        case .methodNotAllowed: 405
        case .unknownExpectation: 417
        case .tooSlow: 408
        default: 400
        }
    }

    /// A sentence for the person who reads the answer.
    var message: String {
        switch self {
        case .bareLineFeed: "A line of the request ended without a carriage return."
        case .bareCarriageReturn: "A line of the request held a lone carriage return."
        case .controlCharacter: "The request held a control character."
        case .foldedField: "A header field was folded over two lines."
        case .malformedRequestLine: "The first line is no HTTP request."
        case .malformedStatusLine: "The first line is no HTTP response."
        case .malformedField: "A header field is malformed."
        case .unsupportedVersion: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .headTooLarge: "The header fields are too large."
        case .tooManyFields: "There are too many header fields."
        case .targetTooLong: "The address is too long."
        case .badTarget: "The address is malformed."
        case .climbingPath: "The path climbs with dot segments."
        case .badHost: "The Host field is missing, repeated or malformed."
        case .badLength: "The Content-Length field is repeated or malformed."
        case .lengthAndEncoding: "Content-Length and Transfer-Encoding were sent together."
        case .badEncoding: "The Transfer-Encoding field is repeated or malformed."
        case .unknownEncoding: "The transfer encoding is not known here."
        case .badChunk: "The chunked body is malformed."
        case .methodNotAllowed: "This method is not allowed here."
        case .unknownExpectation: "The expectation is not known here."
        case .tooSlow: "The request did not arrive in time."
        }
    }
}
