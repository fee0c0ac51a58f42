/// A folder on a WebDAV server, who asks for it, and how patiently.
public struct WebDAVSettings: Sendable {
    /// Who asks; nil for nobody in particular.
    public let credential: WebDAVCredential?
    /// How long the server is waited for.
    public let limits: WebDAVLimits
    let address: WebDAVAddress

    /// Where the credential may go unencrypted.
    public enum PlainHTTP: Sendable {
        /// To this machine itself.
        case toLoopbackOnly
        /// Anywhere; for a network that nobody else can listen in.
        case allowed
    }

    /// Takes an address as a person copies it.
    ///
    /// - Parameters:
    ///   - address: `https://HOST/remote.php/dav/files/USER` or `…/remote.php/webdav` of Nextcloud, or any WebDAV folder.
    ///     Also with `davs://`, and with or without escapes and a slash at its end.
    ///   - credential: who asks.
    ///   - plainHTTP: where it may go unencrypted.
    ///   - limits: how patiently.
    /// - Throws: ``WebDAVError/unfitAddress(_:)``.
    public init(
        address: String,
        credential: WebDAVCredential?,
        plainHTTP: PlainHTTP = .toLoopbackOnly,
        limits: WebDAVLimits = WebDAVLimits(),
    ) throws(WebDAVError) {
        self.address = try WebDAVAddress(address, plainHTTP: plainHTTP)
        self.credential = credential
        self.limits = limits
    }

    init(_ address: WebDAVAddress, _ credential: WebDAVCredential?, _ limits: WebDAVLimits) {
        self.address = address
        self.credential = credential
        self.limits = limits
    }

    /// Whether the address is one of Nextcloud's.
    public var isNextcloud: Bool { address.nextcloud != nil }
}
