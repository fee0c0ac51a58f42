import NIOCore

/// What went wrong with a server.
enum UpstreamFailure: Equatable, Sendable {
    /// Nobody listens, or no connection came about in time.
    case unreachable
    /// There are too many connections to it already.
    case overloaded
    /// It ended the connection before its response was complete.
    case closed
    /// It sent what is no HTTP.
    case malformed
    /// It did not answer in time.
    case silent

    /// The status that says it to the client.
    var status: Int {
        switch self {
        case .unreachable, .overloaded: 503
        case .closed, .malformed: 502
        case .silent: 504
        }
    }
}

/// Whoever asked a server for something; all calls come on the event loop.
protocol UpstreamDelegate: AnyObject {
    /// A head has come, interim ones too; says how the body is to be passed on, or nil to give up on it.
    func upstream(didReceive head: ResponseHead, fields: [Field], bytes: Span<UInt8>) -> BodyPump.Framing?
    /// A part of the body, or bytes of a tunnel.
    func upstream(didReceive body: ByteBuffer)
    /// The response is complete; `isReusable` says whether the connection could carry another request.
    func upstreamDidEnd(isReusable: Bool)
    /// The server switched protocols: from here on everything is passed through.
    func upstreamDidSwitch(leftover: ByteBuffer?)
    /// The connection is of no more use.
    func upstreamDidFail(_ failure: UpstreamFailure)
    /// A tunnelled server has ended its direction.
    func upstreamDidEndOutput()
    /// Nothing more is to be read for now.
    func upstreamDidFinishReading()
    /// What was sent has gone out; more may be sent.
    func upstreamBecameWritable()
    /// Whether more could be passed on.
    var canTakeMore: Bool { get }
    /// Where fields are listed.
    var scratch: LoopContext { get }
}
