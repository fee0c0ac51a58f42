import NIOSSL

/// Reads certificate and key into what connections are opened with.
enum CertificateLoader {
    static func load(_ certificate: ProxyConfiguration.Certificate) throws(ProxyError) -> NIOSSLContext {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate.chainFile).map { .certificate($0) }
        } catch {
            throw .badCertificate(file: certificate.chainFile, reason: "\(error)")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: certificate.keyFile, format: .pem)
        } catch {
            throw .badCertificate(file: certificate.keyFile, reason: "\(error)")
        }
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain,
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .badCertificate(file: certificate.chainFile, reason: "\(error)")
        }
    }
}
