/// Everything a proxy is told at its start.
public struct ProxyConfiguration: Sendable {
    /// Where the proxy serves.
    public var listeners: [Listener]
    /// The certificate shown by listeners that speak TLS.
    public var certificate: Certificate?
    /// Where routes are steered from; none means the routes never change.
    public var control: Control
    /// Where requests without a route go, such as `http+unix://%2Frun%2Fhub.sock`; may be replaced by a route for `/`.
    public var defaultTarget: String?
    /// Where error pages are fetched: `GET <target>/<status>?url=<path asked for>`.
    public var errorTarget: String?
    /// Names of fields of requests that go to the default target only, in any case.
    public var privateFields: [String]
    /// How long and how much.
    public var limits: ProxyLimits
    /// How many event loops (threads) serve.
    public var threads: Int

    /// Describes a proxy; what is left out gets a default that makes sense.
    public init(
        listeners: [Listener],
        certificate: Certificate? = nil,
        control: Control = Control(),
        defaultTarget: String? = nil,
        errorTarget: String? = nil,
        privateFields: [String] = [],
        limits: ProxyLimits = ProxyLimits(),
        threads: Int = 1
    ) {
        self.listeners = listeners
        self.certificate = certificate
        self.control = control
        self.defaultTarget = defaultTarget
        self.errorTarget = errorTarget
        self.privateFields = privateFields
        self.limits = limits
        self.threads = threads
    }

    /// An address to listen on.
    public enum Address: Equatable, Sendable, CustomStringConvertible {
        /// A name or IP address and a port; port 0 lets the system choose.
        case tcp(host: String, port: Int)
        /// A socket in the file system; a socket left there by an earlier process is replaced.
        case unix(path: String)

        /// Reads `host:port`, `[v6]:port` or `unix:/path`.
        ///
        /// - Throws: ``ProxyError/badAddress(_:)``.
        public init(_ text: String) throws(ProxyError) {
            if text.hasPrefix("unix:") {
                let path = String(text.dropFirst(5))
                guard path.hasPrefix("/"), path.utf8.count < 108 else { throw .badAddress(text) }
                self = .unix(path: path)
                return
            }
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                throw .badAddress(text)
            }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            self = .tcp(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
        }

        /// The address as ``init(_:)`` reads it.
        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            }
        }
    }

    /// A public address and what is done there.
    public struct Listener: Equatable, Sendable {
        /// What a listener does with requests.
        public enum Purpose: Equatable, Sendable {
            /// Serves plain HTTP.
            case plain
            /// Serves HTTPS with the configured certificate.
            case tls
            /// Sends every request to the same address under `https`, with this port if it isn't 443.
            case redirect(httpsPort: Int)
        }

        /// Whether a peer's own `X-Forwarded-…` fields are believed.
        public enum ForwardedClaims: Equatable, Sendable {
            /// They are replaced: the peer is anybody.
            case replaced
            /// They are passed on: the peer is another proxy of the operator.
            case kept
            /// They are passed on from peers in these ranges, and replaced from all others.
            case keptFrom([PeerRange])
        }

        /// Where to listen.
        public var address: Address
        /// What is done with requests.
        public var purpose: Purpose
        /// Whether the peers are believed.
        public var forwardedClaims: ForwardedClaims
        /// Where all its requests go, whatever their path, which is added to the target's; nil: where the routes lead.
        public var target: String?

        /// Describes a listener.
        public init(
            _ address: Address,
            purpose: Purpose = .plain,
            forwardedClaims: ForwardedClaims = .replaced,
            target: String? = nil
        ) {
            self.address = address
            self.purpose = purpose
            self.forwardedClaims = forwardedClaims
            self.target = target
        }
    }

    /// Certificate and key as PEM files, read at the start and at every reload.
    public struct Certificate: Equatable, Sendable {
        /// The chain, the server's own certificate first.
        public var chainFile: String
        /// The private key.
        public var keyFile: String

        /// Names the files.
        public init(chainFile: String, keyFile: String) {
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    /// The control API: configurable-http-proxy's, at private addresses.
    public struct Control: Equatable, Sendable {
        /// Where it is served; a unix socket is made readable to its owner only.
        public var addresses: [Address]
        /// What callers must show in `Authorization: token …`; nil or empty asks for nothing.
        public var token: String?

        /// Describes the control API.
        public init(addresses: [Address] = [], token: String? = nil) {
            self.addresses = addresses
            self.token = token
        }
    }
}
