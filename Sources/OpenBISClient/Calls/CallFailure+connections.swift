import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension CallFailure {
    /// What an error of the HTTP client means.
    init(_ error: any Error, host: String, deadline: Duration) {
        if error is CancellationError || Task.isCancelled {
            self.init(.cancelled, isOpen: true)
            return
        }
        switch error {
        case is NIOSSLExtraError: self.init(.untrustedCertificate(host))
        case let error as NIOSSLError where Self.isDistrust(error): self.init(.untrustedCertificate(host))
        case let error as HTTPClientError where Self.early.contains(error): self.init(.unreachable(host))
        case let error as HTTPClientError where Self.late.contains(error):
            self.init(.slow(host, after: deadline), isOpen: true)
        case is NIOConnectionError: self.init(.unreachable(host))
        case let error as IOError where error.errnoCode == ECONNREFUSED: self.init(.unreachable(host))
        default: self.init(.unreachable(host), isOpen: true)
        }
    }

    /// Before anything was sent.
    private static let early: [HTTPClientError] = [
        .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
    ]
    private static let late: [HTTPClientError] = [.deadlineExceeded, .readTimeout, .writeTimeout]

    /// BoringSSL says why a handshake failed in words only.
    private static func isDistrust(_ error: NIOSSLError) -> Bool {
        if case .unableToValidateCertificate = error { return true }
        return String(describing: error).contains("CERTIFICATE_VERIFY_FAILED")
    }
}
