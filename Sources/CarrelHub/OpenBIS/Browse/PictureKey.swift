import Crypto
import Foundation

/// What the address of a picture holds, so that only pages of the hub in the same session can show it.
///
/// A picture is asked for without a header of ours, and pages of somebody's server are at this origin too: one that shows it
/// could read it. The key opens nothing without the session.
enum PictureKey {
    /// By the value that the session's forms send, and the picture's address without its key.
    static func make(_ xsrf: String, for address: String) -> String {
        let key = SymmetricKey(data: Data(xsrf.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data("picture \(address)".utf8), using: key)
        return code.prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
