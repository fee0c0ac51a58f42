import HTTPTypes
import NIOCore

/// What the gateway says to a request.
struct GatewayAnswer {
    /// Writes some bytes to the client, when it has taken those before.
    typealias Pour = (ByteBuffer) async throws -> Void

    /// What comes after the head.
    enum Body {
        /// Nothing.
        case none
        /// Bytes that are here.
        case bytes(ByteBuffer)
        /// Bytes that come, so many if that is known; what is thrown cuts the connection, so that a part isn't taken for all.
        case stream(size: Int64?, (Pour) async throws -> Void)
    }

    var status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    var body = Body.none

    /// An answer in text, such as XML.
    static func text(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> GatewayAnswer {
        GatewayAnswer(status: status, headers: [.contentType: type], body: .bytes(ByteBuffer(string: text)))
    }

    static let xml = "application/xml; charset=utf-8"
}

/// What a method has come to before it takes the request's body.
enum GatewayStep {
    /// The answer.
    case answer(GatewayAnswer)
    /// All is well so far: the client may send the body, of which this makes the answer.
    case take(() async throws -> GatewayAnswer)
}

extension HTTPField.Name {
    static let dav = gateway("DAV")
    static let depth = gateway("Depth")
    static let destination = gateway("Destination")
    static let ifHeader = gateway("If")
    static let lockToken = gateway("Lock-Token")
    static let overwrite = gateway("Overwrite")
    static let timeout = gateway("Timeout")
    static let ocModified = gateway("X-OC-MTime")
    static let msAuthorVia = gateway("MS-Author-Via")
    static let forwardedAddresses = gateway("X-Forwarded-For")

    private static func gateway(_ text: String) -> Self {
        guard let name = Self(text) else { preconditionFailure("\(text) is no field name") }
        return name
    }
}

extension HTTPResponse.Status {
    static let multiStatus = Self(code: 207, reasonPhrase: "Multi-Status")
    static let locked = Self(code: 423, reasonPhrase: "Locked")
    static let failedDependency = Self(code: 424, reasonPhrase: "Failed Dependency")
    static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}
