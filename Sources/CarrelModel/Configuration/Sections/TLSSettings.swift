/// The certificate with which the proxy speaks TLS.
public struct TLSSettings: SettingSection {
    /// The file of the certificate chain; absolute once loaded.
    public var certificate = ""

    /// The file of the private key; absolute once loaded.
    public var key = ""

    /// Where plain HTTP is answered with a redirect to `https`.
    public var redirectFrom: ListenAddress?

    /// Makes a section without files, which isn't valid.
    public init() {}

    static let keys: [Key<TLSSettings>] = [
        Key(
            "certificate",
            \.certificate,
            .path(),
            presence: .required,
            "The file of the certificate and its chain, in PEM."
        ),
        Key(
            "key",
            \.key,
            .path(),
            presence: .required,
            "The file of the private key, in PEM. Both files are read again on reload.",
        ),
        Key(
            "redirectFrom",
            \.redirectFrom,
            .optional(.parsed),
            effect: .afterRestart,
            "Where plain HTTP is answered with a redirect to `https`, such as `0.0.0.0:80`.",
        ),
    ]

    var faults: [SettingFault] {
        guard case .unix = redirectFrom else { return [] }
        return [SettingFault(key: "redirectFrom", found: "a unix socket", expected: "HOST:PORT, as browsers use it")]
    }
}
