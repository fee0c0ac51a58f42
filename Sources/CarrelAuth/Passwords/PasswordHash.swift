import Crypto
import CryptoExtras
import Foundation

/// What is stored of a password: a salted scrypt hash, as text `$scrypt$ln=14,r=8,p=5$SALT$HASH`.
///
/// The text is the PHC string format with base64 without padding, as passlib and others write it, so that accounts can
/// move in and out. Function and parameters: RFC 7914. Making and verifying one takes a tenth of a second or more and
/// 16 MiB, so the hub does both through ``PasswordVerifier``.
public struct PasswordHash: Sendable, Equatable {
    /// What a guess costs.
    public struct Cost: Sendable, Equatable {
        /// Memory is 1 KiB times two to the power of this (with `blockSize` 8).
        public let logRounds: Int
        /// scrypt's r; 8 everywhere.
        public let blockSize: Int
        /// scrypt's p: how many times the work is done.
        public let parallelism: Int

        /// OWASP's advice for a machine short of memory: 16 MiB, five times over.
        ///
        /// Source: OWASP Password Storage Cheat Sheet, the row N=2^14, r=8, p=5, of the same strength as N=2^17, p=1.
        public static let standard = Cost(uncheckedLogRounds: 14, blockSize: 8, parallelism: 5)

        /// Makes a cost, or nil when it isn't computable within 256 MiB and 16 times the standard work.
        public init?(logRounds: Int, blockSize: Int, parallelism: Int) {
            // Beyond r = 8 the library's own estimate of memory is too small for p = 1 and it refuses to compute.
            guard (1...18).contains(logRounds), (1...8).contains(blockSize), (1...64).contains(parallelism),
                logRounds < 16 * blockSize, (blockSize << logRounds) * parallelism <= 16 * 5 * 8 << 14
            else { return nil }
            self.init(uncheckedLogRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        }

        private init(uncheckedLogRounds: Int, blockSize: Int, parallelism: Int) {
            logRounds = uncheckedLogRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }
    }

    /// What a guess against this hash costs.
    public let cost: Cost
    let salt: Data
    let digest: Data

    /// Reads the stored text.
    ///
    /// - Parameter text: as ``text`` wrote it; anything else is refused, whatever its size.
    /// - Throws: ``AuthError/malformedPasswordHash``.
    public init(text: String) throws(AuthError) {
        guard text.utf8.count <= 300 else { throw .malformedPasswordHash }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
            let cost = Self.cost(from: fields[2]),
            let salt = Self.bytes(from: fields[3]), (8...64).contains(salt.count),
            let digest = Self.bytes(from: fields[4]), (16...64).contains(digest.count)
        else { throw .malformedPasswordHash }
        self.init(cost: cost, salt: salt, digest: digest)
    }

    init(cost: Cost, salt: Data, digest: Data) {
        self.cost = cost
        self.salt = salt
        self.digest = digest
    }

    /// The text to store.
    public var text: String {
        let numbers = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(numbers)$\(Self.base64(salt))$\(Self.base64(digest))"
    }

    /// Whether a password that was just verified should be hashed again, because the house's cost changed.
    ///
    /// - Parameter wanted: what new hashes cost.
    /// - Returns: true when it was made at another cost, or by another program.
    public func needsRehash(for wanted: Cost) -> Bool {
        cost != wanted || salt.count != 16 || digest.count != 32
    }

    /// Hashes a password, blocking its thread.
    ///
    /// - Parameters:
    ///   - password: whose rule was checked before.
    ///   - cost: what a guess shall cost.
    ///   - salt: 16 random bytes from ``newSalt(using:)``.
    /// - Returns: what to store.
    /// - Throws: ``AuthError/hashingFailed``.
    static func make(_ password: Password, cost: Cost, salt: Data) throws(AuthError) -> PasswordHash {
        let digest = try derive(password.bytes, salt: salt, cost: cost, count: 32)
        return PasswordHash(cost: cost, salt: salt, digest: digest)
    }

    /// Whether this is the hash of a password, compared in constant time; blocks its thread.
    ///
    /// - Parameter password: what was typed.
    /// - Returns: true for the right password.
    /// - Throws: ``AuthError/hashingFailed``.
    func matches(_ password: Password) throws(AuthError) -> Bool {
        let candidate = try Self.derive(password.bytes, salt: salt, cost: cost, count: digest.count)
        return ConstantTime.equal(candidate, digest)
    }

    /// A hash that no password has, and that costs as much to verify as a real one.
    static func decoy(cost: Cost) -> PasswordHash {
        PasswordHash(cost: cost, salt: Data("no such account!".utf8), digest: Data(count: 32))
    }

    /// Draws a salt.
    static func newSalt(using generator: inout some RandomNumberGenerator) -> Data {
        Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    static func derive(_ password: Data, salt: Data, cost: Cost, count: Int) throws(AuthError) -> Data {
        // The library reads the address of the bytes, which empty data doesn't have.
        guard !password.isEmpty, !salt.isEmpty else { throw .hashingFailed }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: password,
                salt: salt,
                outputByteCount: count,
                rounds: 1 << cost.logRounds,
                blockSize: cost.blockSize,
                parallelism: cost.parallelism,
            )
            return key.withUnsafeBytes { Data($0) }
        } catch {
            throw .hashingFailed
        }
    }
}

extension PasswordHash: Redacted {}

// MARK: - Text

extension PasswordHash {
    private static func cost(from field: Substring) -> Cost? {
        let names = ["ln=", "r=", "p="]
        let parts = field.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == names.count else { return nil }
        var numbers: [Int] = []
        for (part, name) in zip(parts, names) {
            let digits = part.dropFirst(name.count)
            guard part.hasPrefix(name), (1...3).contains(digits.utf8.count), digits.utf8.first != UInt8(ascii: "0"),
                digits.utf8.allSatisfy(\.isDigit), let number = Int(digits)
            else { return nil }
            numbers.append(number)
        }
        return Cost(logRounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }

    private static func base64(_ data: Data) -> String {
        String(data.base64EncodedString().prefix { $0 != "=" })
    }

    /// Reads base64 without padding; only the one spelling of a value is accepted.
    private static func bytes(from field: Substring) -> Data? {
        let padding = String(repeating: "=", count: (4 - field.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: field + padding), base64(data) == field else { return nil }
        return data
    }
}
