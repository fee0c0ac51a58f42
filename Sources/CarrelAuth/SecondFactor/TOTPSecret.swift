import Crypto
public import Foundation

/// What an account's authenticator app and the hub both know, and from which both compute a code for every half minute.
///
/// RFC 6238 with what every app understands: SHA-1, six digits, steps of 30 s since 1970. SHA-1's collisions don't touch
/// HMAC. It has to be stored so that it can be read again: encrypted. It never prints.
public struct TOTPSecret: Sendable {
    /// How long a code is shown, in seconds (RFC 6238 §5.2).
    public static let secondsPerStep = 30
    /// The digits of a code.
    public static let digits = 6

    private let bytes: [UInt8]

    /// Draws a secret of 160 bits, as RFC 4226 §4 (R6) recommends.
    ///
    /// - Parameter generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: a new secret.
    public static func generate(using generator: inout some RandomNumberGenerator) -> TOTPSecret {
        TOTPSecret(bytes: (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Reads a stored secret.
    ///
    /// - Parameter text: as ``reveal()`` wrote it: base32 without padding, 16 to 64 bytes.
    /// - Throws: ``AuthError/malformedTOTPSecret``.
    public init(text: String) throws(AuthError) {
        guard text.utf8.count <= 103, let bytes = Base32.decode(text), (16...64).contains(bytes.count) else {
            throw .malformedTOTPSecret
        }
        self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The secret in base32, for the encrypted store and for somebody who types it into their app.
    public func reveal() -> String { Base32.encode(bytes) }

    /// Whether a code is right now, or was or will be one step ago or ahead.
    ///
    /// A step on either side allows for clocks that differ and for slow typing (RFC 6238 §5.2). Which step it was can't be
    /// learned from the time it takes. A code is good once (§5.2): store the returned step in the same transaction in which
    /// the stored one was read, and give it here next time. Count wrong ones by
    /// ``ThrottleKey/keys(secondFactorOf:browser:)``: three codes in a million are right at any time.
    ///
    /// - Parameters:
    ///   - code: as typed; blanks and hyphens in it don't count.
    ///   - now: the clock.
    ///   - lastStep: the step of the last code that was accepted from this account; nil before the first.
    /// - Returns: the step that matched, nil for a wrong code and for one of a step up to the last one.
    public func matches(code: String, at now: Date, after lastStep: Int64?) -> Int64? {
        guard let typed = Self.digits(of: code), let current = Self.step(at: now) else { return nil }
        var matched: Int64?
        for step in max(current - 1, 0)...(current + 1) {
            let isRight = ConstantTime.equal(typed, self.code(of: step).utf8)
            if isRight, step > lastStep ?? -1 { matched = step }
        }
        return matched
    }

    /// The code of a step: RFC 4226 §5.3.
    func code(of step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: bytes)))
        let offset = Int(hash[19] & 15)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.utf8.count) + text
    }

    /// The step a time lies in; nil before 1970 and when no clock goes so far.
    static func step(at time: Date) -> Int64? {
        let seconds = time.timeIntervalSince1970
        guard (0..<1e15).contains(seconds) else { return nil }
        return Int64(seconds) / Int64(secondsPerStep)
    }

    /// Six digits, or nil when something else was typed.
    private static func digits(of typed: String) -> [UInt8]? {
        guard typed.utf8.count <= 64 else { return nil }
        let digits = TypedCode.letters(of: typed)
        return digits.count == Self.digits && digits.allSatisfy(\.isDigit) ? digits : nil
    }
}

extension TOTPSecret: Redacted {}
