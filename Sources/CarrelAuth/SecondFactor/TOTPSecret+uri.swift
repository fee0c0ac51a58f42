extension TOTPSecret {
    /// The address that an authenticator app reads from a QR code: `otpauth://totp/ISSUER:NAME?secret=…`.
    ///
    /// It holds the secret, so it goes into ``QRCode`` and nowhere else. Form: the Key URI Format of Google Authenticator,
    /// which all apps follow. A colon parts issuer and name there, even a percent-encoded one, so within them it becomes a
    /// blank. What would make the picture too dense for a phone is cut after a whole letter, and ends in `…`.
    ///
    /// - Parameters:
    ///   - issuer: the hub's title, as the app shows it; it may be empty.
    ///   - account: the user's name.
    /// - Returns: ASCII, at most 578 characters for a secret that was drawn here, which fit a ``QRCode``.
    public func uri(issuer: String, account: String) -> String {
        let issuer = Self.label(issuer, upTo: 120)
        let label = (issuer.isEmpty ? "" : "\(issuer):") + Self.label(account, upTo: 240)
        let query = "secret=\(reveal())" + (issuer.isEmpty ? "" : "&issuer=\(issuer)")
        return "otpauth://totp/\(label)?\(query)&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.secondsPerStep)"
    }

    /// A percent-encoded text without colons and control characters, of at most so many bytes.
    private static func label(_ text: String, upTo limit: Int) -> String {
        let printable = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        let words = String(String.UnicodeScalarView(printable))
            .split { $0 == " " || $0 == ":" }
            .joined(separator: " ")
        let whole = words.percentEncoded(keeping: \.isUnreserved)
        guard whole.utf8.count > limit else { return whole }
        let mark = "…".percentEncoded(keeping: \.isUnreserved)
        var cut = ""
        for letter in words {
            let next = String(letter).percentEncoded(keeping: \.isUnreserved)
            guard cut.utf8.count + next.utf8.count + mark.utf8.count <= limit else { break }
            cut += next
        }
        return cut + mark
    }
}
