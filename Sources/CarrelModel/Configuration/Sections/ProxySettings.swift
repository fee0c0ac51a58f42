/// The proxy: where it listens and how long it waits.
public struct ProxySettings: SettingSection {
    /// Where it takes connections.
    public var listen: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 8000)]

    /// The certificate, when the proxy speaks TLS.
    public var tls: TLSSettings?

    /// How many threads it has.
    public var threads = 1

    /// From whom `X-Forwarded-For` and its kin are believed.
    public var trustedProxies: [IPNetwork] = []

    /// How long a connection may wait for its next request.
    public var keepAliveTimeout: Duration = .seconds(75)

    /// How long a client may take to send the head of a request.
    public var headerTimeout: Duration = .seconds(15)

    /// How long a server may take until the first byte of its answer.
    public var firstByteTimeout: Duration = .seconds(600)

    /// The largest head of a request.
    public var maximumHeaderSize = ByteCount(bytes: 32 << 10)

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<ProxySettings>] = [
        Key(
            "listen",
            \.listen,
            .list(of: .parsed, count: 1...16),
            effect: .afterRestart,
            "Where the proxy takes connections. `0.0.0.0:8000` is every IPv4 address of the machine, port `0` any free port.",
        ),
        Key(
            "tls",
            \.tls,
            .optional(.section),
            "Speak TLS (`https`) on every address of `listen`, without it plain HTTP."
        ),
        Key(
            "threads",
            \.threads,
            .number(1...64),
            effect: .afterRestart,
            "How many threads pass bytes on. One is enough for some hundred users.",
        ),
        Key(
            "trustedProxies",
            \.trustedProxies,
            .list(of: .parsed, count: 0...100),
            effect: .afterRestart,
            "The proxies before this one, whose `X-Forwarded-For`, `-Proto` and `-Host` are believed; nobody else's are.",
        ),
        Key(
            "keepAliveTimeout",
            \.keepAliveTimeout,
            .duration(.seconds(1)...(.seconds(86400))),
            effect: .afterRestart,
            "A connection without a request for so long is closed; an open websocket never is.",
        ),
        Key(
            "headerTimeout",
            \.headerTimeout,
            .duration(.seconds(1)...(.seconds(600))),
            effect: .afterRestart,
            "A client that takes longer to send the head of a request is sent away (408).",
        ),
        Key(
            "firstByteTimeout",
            \.firstByteTimeout,
            .duration(.seconds(1)...(.seconds(86400))),
            effect: .afterRestart,
            "A server that takes longer to begin its answer is given up (504). Converting a big notebook takes minutes.",
        ),
        Key(
            "maximumHeaderSize",
            \.maximumHeaderSize,
            .size(ByteCount(bytes: 4 << 10)...ByteCount(bytes: 1 << 20)),
            effect: .afterRestart,
            "The largest head of a request; a larger one is refused (431). Cookies of many servers add up.",
        ),
    ]

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        for (index, address) in listen.enumerated() {
            if let other = listen[..<index].first(where: { $0 != address && $0.overlaps(address) }) {
                let found = "\(address), which \(other) holds already"
                faults.append(SettingFault(key: "listen", found: found, expected: "addresses that don't overlap"))
            }
            if case .unix(let path) = address, path.utf8.count > ListenAddress.longestSocketPath {
                let found = "a socket path of \(path.utf8.count) bytes"
                let expected = "at most \(ListenAddress.longestSocketPath)"
                faults.append(SettingFault(key: "listen", found: found, expected: expected))
            }
        }
        if let redirect = tls?.redirectFrom, let other = listen.first(where: { $0.overlaps(redirect) }) {
            let found = "\(redirect), where the proxy listens already (\(other))"
            faults.append(SettingFault(key: "tls.redirectFrom", found: found, expected: "another address or port"))
        }
        return faults
    }
}
