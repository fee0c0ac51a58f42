import Foundation

/// A JSON Web Token in three parts (RFC 7515 §3.1), of which nothing is believed yet.
struct SignedToken: Sendable, Equatable {
    let algorithm: SigningAlgorithm
    let keyID: String?
    /// `typ`, in small letters and without `application/`.
    let type: String?
    /// What is signed.
    let signed: Data
    let signature: Data
    private let payload: Substring

    /// The largest token, and the largest header, that are looked at, in bytes.
    static let largest = 64 * 1024
    static let largestHeader = 8 * 1024

    /// Takes a token apart; its payload is left alone until ``claims()``, for after its signature was checked.
    init(_ text: String) throws(TokenFault) {
        guard text.utf8.count <= Self.largest else { throw .tooLarge }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count <= Self.largestHeader,
            let header = Base64URL.decode(parts[0]).flatMap(StrictJSON.object),
            let signature = Base64URL.decode(parts[2]), let algorithm = header["alg"]?.string
        else { throw .malformed }
        guard let algorithm = SigningAlgorithm(rawValue: algorithm) else { throw .algorithm }
        guard header["crit"] == nil else { throw .critical }
        self.algorithm = algorithm
        keyID = try Self.text("kid", in: header)
        type = try Self.text("typ", in: header)?.lowercased().replacing("application/", with: "", maxReplacements: 1)
        signed = Data((parts[0] + "." + parts[1]).utf8)
        self.signature = signature
        payload = parts[1]
    }

    /// The claims, which are worth nothing before the signature was checked.
    func claims() throws(TokenFault) -> OpenIDClaims {
        guard let object = Base64URL.decode(payload).flatMap(StrictJSON.object) else { throw .malformed }
        return OpenIDClaims(object)
    }

    /// Whether a token is one of these at all, and not opaque or encrypted: three parts, the first a header with `alg`.
    static func looksLike(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count <= largestHeader,
            let header = Base64URL.decode(parts[0]).flatMap(StrictJSON.object)
        else { return false }
        return header["alg"] != nil
    }

    private static func text(_ name: String, in header: [String: OpenIDValue]) throws(TokenFault) -> String? {
        guard let value = header[name] else { return nil }
        guard let text = value.string else { throw .malformed }
        return text
    }
}
