import HTTPTypes

/// A request that isn't done, and how the client is told.
struct GatewayRefusal: Error {
    /// The status.
    let status: HTTPResponse.Status
    /// A stable name of what happened.
    let code: String
    /// What happened.
    let message: String
    /// What to do.
    let remedy: String
    /// The name of the condition of RFC 4918 §16 that didn't hold.
    var condition: String?
    /// After how many seconds it may be tried again.
    var retryAfter: Int?

    /// Says what happened in words of the gateway's own.
    init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ message: String,
        remedy: String = "",
        condition: String? = nil,
        retryAfter: Int? = nil,
    ) {
        self.status = status
        self.code = "gateway.\(code)"
        self.message = message
        self.remedy = remedy
        self.condition = condition
        self.retryAfter = retryAfter
    }

    /// Says what happened in a store.
    init(_ fault: DataFault, isMakingFolder: Bool = false) {
        status = fault == .alreadyThere && isMakingFolder ? .methodNotAllowed : fault.status
        code = fault.code
        message = fault.message
        remedy = fault.remedy
        retryAfter = fault.retryAfter
        switch fault {
        case .locked: condition = "lock-token-submitted"
        case .overQuota: condition = "quota-not-exceeded"
        default: break
        }
    }

    /// The answer to it.
    var answer: GatewayAnswer {
        var text = #"<?xml version="1.0" encoding="utf-8"?>\#n<D:error xmlns:D="DAV:" xmlns:C="urn:carrel:data">"#
        if let condition { text += "<D:\(condition)/>" }
        text += "<C:code>\(code)</C:code><C:message>\(XMLText.escape(message))</C:message>"
        if !remedy.isEmpty { text += "<C:remedy>\(XMLText.escape(remedy))</C:remedy>" }
        var answer = GatewayAnswer.text(status, GatewayAnswer.xml, text + "</D:error>\n")
        if let retryAfter { answer.headers[.retryAfter] = "\(retryAfter)" }
        return answer
    }

    /// What was thrown while a request was done.
    init(thrown error: any Error) {
        switch error {
        case let refusal as GatewayRefusal: self = refusal
        case let fault as DataFault: self.init(fault)
        case is CancellationError: self.init(.cancelled)
        default: self.init(.failed("The gateway couldn't do that."))
        }
    }
}

extension GatewayRefusal {
    static let badPath = GatewayRefusal(.badRequest, "badPath", "That address can't be one of a file or folder.")
    static let badXML = GatewayRefusal(.badRequest, "badXML", "The request's body isn't what it should be.")
    static let preconditionFailed = GatewayRefusal(
        .preconditionFailed,
        "precondition",
        "What was asked for doesn't hold."
    )
}

extension DataFault {
    /// The status by which programs understand a fault best.
    ///
    /// rclone tries again after 423, 425, 429, 500, 502, 503, 504, 507 and 509, and gives up at once after others; so what only
    /// its owner can mend is 424 and not 401, at which programs would ask for the password of the hub.
    var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .alreadyThere, .changed: .preconditionFailed
        case .noParent, .notAFolder: .conflict
        case .notAFile: .methodNotAllowed
        case .intoItself, .forbidden, .readOnly, .notOffered: .forbidden
        case .rangeOutside: .rangeNotSatisfiable
        case .locked: .locked
        case .overQuota: .insufficientStorage
        case .tooLarge: .contentTooLarge
        case .unfitName: .unprocessableContent
        case .unusable(let state): state.gatewayStatus
        case .interrupted, .unclear: .badGateway
        case .bodyFailed: .badRequest
        case .diskSilent, .cancelled: .serviceUnavailable
        case .failed: .internalServerError
        }
    }

    /// After how many seconds it may be tried again; nil when that helps nothing.
    var retryAfter: Int? { status == .serviceUnavailable ? 10 : nil }
}

extension ConnectionState {
    /// The status for a store that can't be used because of it.
    fileprivate var gatewayStatus: HTTPResponse.Status {
        switch self {
        case .connected, .offline, .slow, .busy: .serviceUnavailable
        case .readOnly: .forbidden
        case .overQuota: .insufficientStorage
        case .refused, .expired, .unfit, .missing, .untrusted, .otherService: .failedDependency
        }
    }
}
