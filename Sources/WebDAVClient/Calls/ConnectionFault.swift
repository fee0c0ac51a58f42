import AsyncHTTPClient
import NIOSSL

extension WebDAVError {
    /// What stands behind an error of the HTTP client.
    static func fault(_ error: any Error, of call: WebDAVCall) -> WebDAVError {
        switch error {
        case let error as WebDAVError: error
        case is CancellationError: .cancelled
        case is UploadFault: .contentFailed
        case let error as HTTPClientError where error == .bodyLengthMismatch: .contentFailed
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as HTTPClientError where timeouts.contains(error): .timedOut(call)
        case let error as HTTPClientError where addresses.contains(error): .unfitAddress(.notAnAddress)
        case is NIOSSLExtraError: .untrustedCertificate
        case let error as NIOSSLError where isDistrust(error): .untrustedCertificate
        default: .offline(call)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]
    private static let addresses: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]

    /// BoringSSL says why a handshake failed in words only.
    private static func isDistrust(_ error: NIOSSLError) -> Bool {
        if case .unableToValidateCertificate = error { return true }
        return String(describing: error).contains("CERTIFICATE_VERIFY_FAILED")
    }
}

/// What was to be uploaded failed, or had another length than was said.
struct UploadFault: Error {}
