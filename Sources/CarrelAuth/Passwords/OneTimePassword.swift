/// Draws the first password of an account: to be read off a terminal or a letter, and changed at first sign-in.
public enum OneTimePassword {
    /// Letters and digits that no neighbour looks like: none of 0 1 2 5 i l o u.
    static let alphabet = Array("abcdefghjkmnpqrstvwxyz346789")

    /// Draws one: three groups of five characters, 72 bits.
    ///
    /// - Parameter generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: for example `k7xqp-4mdhz-9acte`.
    public static func generate(using generator: inout some RandomNumberGenerator) -> String {
        (0..<3)
            .map { _ in String((0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }) }
            .joined(separator: "-")
    }
}
