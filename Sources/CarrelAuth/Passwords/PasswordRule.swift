import Foundation

/// The house's rule for a new password: long enough, and not one that is tried first.
///
/// No classes of characters are demanded and passwords don't age, both on the advice of NIST SP 800-63B §3.1.1.2.
/// The rule is for new passwords; checking one at sign-in never applies it.
public struct PasswordRule: Sendable, Equatable {
    /// The number of characters (Unicode scalars after normalisation) a password needs.
    public let minimumLength: Int

    /// Makes a rule.
    ///
    /// - Parameter minimumLength: held to 8…64; below that guessing is cheap, above it people write passwords down.
    public init(minimumLength: Int = 10) {
        self.minimumLength = min(max(minimumLength, 8), 64)
    }

    /// Accepts or refuses a new password.
    ///
    /// - Parameters:
    ///   - typed: what the user chose.
    ///   - userName: whose password it will be.
    /// - Returns: the password in the form that is hashed.
    /// - Throws: ``AuthError/passwordRefused(_:)`` with the first fault found.
    public func accept(_ typed: String, for userName: String) throws(AuthError) -> Password {
        let password: Password
        do {
            password = try Password(typed)
        } catch {
            throw .passwordRefused(error)
        }
        if let fault = fault(in: password, for: userName) { throw .passwordRefused(fault) }
        return password
    }

    private func fault(in password: Password, for userName: String) -> PasswordFault? {
        guard password.text.unicodeScalars.count >= minimumLength else { return .tooShort(minimum: minimumLength) }
        let folded = Self.folded(password.text)
        if CommonPasswords.contains(folded) { return .common }
        if Self.isLike(userName: userName, folded) { return .likeUserName }
        if Self.isPattern(folded) { return .pattern }
        return nil
    }

    /// One spelling for what a guessing program would try together: case and width don't count.
    static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// Whether fewer than four characters are left once every occurrence of the name is taken away.
    private static func isLike(userName: String, _ folded: String) -> Bool {
        let whole = Self.folded(userName)
        let local = whole.split(separator: "@").first.map(String.init) ?? whole
        for name in Set([whole, local, String(local.reversed())]) where name.unicodeScalars.count >= 3 {
            guard folded.contains(name) else { continue }
            if folded.replacingOccurrences(of: name, with: "").unicodeScalars.count < 4 { return true }
        }
        return false
    }

    /// Whether it has fewer than four different characters, or mostly neighbours (`abcdefgh`, `87654321`).
    private static func isPattern(_ folded: String) -> Bool {
        let values = folded.unicodeScalars.map(\.value)
        guard Set(values).count >= 4 else { return true }
        let steps = zip(values, values.dropFirst()).count { first, second in
            first == second || first &+ 1 == second || second &+ 1 == first
        }
        return steps * 4 >= (values.count - 1) * 3
    }
}
