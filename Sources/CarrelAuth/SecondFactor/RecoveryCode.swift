/// One of the ten codes that stand in for a lost authenticator app, each good once.
///
/// 16 letters and digits, 76 random bits: nobody guesses one, so an account whose app codes are throttled can still be
/// entered with one. Shown once, when they are made; what is stored is the ``hash`` of each. It never prints.
public struct RecoveryCode: Sendable {
    /// How many an account gets at a time.
    public static let count = 10
    private static let length = 16
    private static let groupLength = 4

    private let letters: String

    /// Draws the codes of an account; they replace all that it had before.
    ///
    /// - Parameter generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: ten different codes.
    public static func generate(using generator: inout some RandomNumberGenerator) -> [RecoveryCode] {
        let alphabet = OneTimePassword.alphabet
        var codes: Set<String> = []
        while codes.count < count {
            let letters = (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
            codes.insert(String(letters))
        }
        return codes.sorted().map(RecoveryCode.init(letters:))
    }

    /// Takes a code as somebody typed it, or nil when it can't be one.
    ///
    /// - Parameter typed: in upper or lower case, with or without blanks and dashes.
    public init?(typed: String) {
        guard typed.utf8.count <= 200 else { return nil }
        let letters = String(decoding: TypedCode.letters(of: typed), as: UTF8.self).lowercased()
        guard letters.count == Self.length, letters.allSatisfy(OneTimePassword.alphabet.contains) else { return nil }
        self.init(letters: letters)
    }

    private init(letters: String) {
        self.letters = letters
    }

    /// The code in groups, for the one page that shows it: `k7xq-p4md-hz9a-cte3`.
    public func reveal() -> String {
        stride(from: 0, to: Self.length, by: Self.groupLength)
            .map { letters.dropFirst($0).prefix(Self.groupLength) }
            .joined(separator: "-")
    }

    /// What is stored and looked up.
    public var hash: SecretHash { SecretHash(of: letters) }

    /// Which of an account's stored hashes is this code's; all are compared, each in constant time.
    ///
    /// - Parameter hashes: of the codes that weren't used yet.
    /// - Returns: the place in the list of the one to delete, nil for a wrong code.
    public func index(in hashes: [SecretHash]) -> Int? {
        let own = hash.hex
        var found: Int?
        for (index, stored) in hashes.enumerated() where ConstantTime.equal(stored.hex, own) { found = index }
        return found
    }
}

extension RecoveryCode: Redacted {}
