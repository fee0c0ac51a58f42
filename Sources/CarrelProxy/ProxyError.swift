/// What keeps a proxy from starting or from doing as asked.
public enum ProxyError: Error, Equatable, Sendable {
    /// An address to listen on can't be read.
    case badAddress(String)
    /// A target is neither `http://host:port` nor `http+unix://%2Fpath`.
    case badTarget(String)
    /// The address can't be listened on.
    case cannotListen(address: String, reason: String)
    /// Certificate or key can't be used.
    case badCertificate(file: String, reason: String)
    /// A listener is to speak TLS and no certificate is configured.
    case noCertificate

    /// Stable and bounded, for logs and metrics.
    public var code: String {
        switch self {
        case .badAddress: "proxy.badAddress"
        case .badTarget: "proxy.badTarget"
        case .cannotListen: "proxy.cannotListen"
        case .badCertificate: "proxy.badCertificate"
        case .noCertificate: "proxy.noCertificate"
        }
    }

    /// What happened, for the operator.
    public var message: String {
        switch self {
        case .badAddress(let text): "“\(text)” is no address to listen on."
        case .badTarget(let text): "“\(text)” is no target the proxy can speak to."
        case .cannotListen(let address, let reason): "The proxy can't listen on \(address): \(reason)."
        case .badCertificate(let file, let reason): "The certificate or key in \(file) can't be used: \(reason)."
        case .noCertificate: "A listener is to speak TLS, but there is no certificate."
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .badAddress: "Write host:port, [address]:port or unix:/path."
        case .badTarget: "Write http://host:port or http+unix://%2Fpath%2Fof%2Fthe%2Fsocket."
        case .cannotListen: "Choose a free address that this user may bind, or stop the program that holds it."
        case .badCertificate: "Give PEM files that belong together and that this user may read."
        case .noCertificate: "Name the files of a certificate and its key."
        }
    }
}
