import Crypto
import Foundation

/// The keys of a vault: one that encrypts, and earlier ones that still decrypt.
///
/// As text, a line for each, the one that encrypts last: its name, a blank, its 32 bytes in Base64. Lines that begin with
/// `#` say what the file is for.
struct VaultKeys: Sendable, Equatable {
    /// What tells a key from others, in what was encrypted with it.
    struct ID: Sendable, Hashable {
        /// Four bytes.
        let bytes: Data
        var text: String { bytes.map { String(format: "%02x", $0) }.joined() }
    }

    /// One key.
    struct Key: Sendable, Equatable {
        let id: ID
        let key: SymmetricKey

        /// A key that nobody has.
        static func random() -> Key {
            let id = ID(bytes: SymmetricKey(size: SymmetricKeySize(bitCount: 32)).data)
            return Key(id: id, key: SymmetricKey(size: .bits256))
        }
    }

    /// The earlier ones first.
    private(set) var all: [Key]

    /// What is encrypted now is encrypted with this one.
    let current: Key

    /// Keys of a new vault.
    static func fresh() -> VaultKeys { VaultKeys(earlier: [], current: .random()) }

    init(earlier: [Key], current: Key) {
        all = earlier + [current]
        self.current = current
    }

    /// These, with a new one to encrypt with.
    ///
    /// The present one stays as well: a hub that read it a moment ago may be using it.
    ///
    /// - Parameter needed: of the earlier keys, those that something is still encrypted with.
    /// - Returns: the keys.
    func renewed(keeping needed: Set<ID>) -> VaultKeys {
        VaultKeys(earlier: all.filter { $0.id == current.id || needed.contains($0.id) }, current: .random())
    }

    subscript(id: ID) -> SymmetricKey? { all.first { $0.id == id }?.key }

    // MARK: As text

    private static let head = """
        # Carrel's vault: the keys that people's credentials are encrypted with; the last one encrypts.
        # Keep a copy apart from the database's. Whoever has both can read all credentials; without this file nobody can.

        """

    /// What the file holds.
    var text: String {
        Self.head + all.map { "\($0.id.text) \($0.key.data.base64EncodedString())\n" }.joined()
    }

    /// Reads a file's text; nil when it isn't one of keys.
    init?(text: String) {
        var keys: [Key] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let id = ID(text: words[0]), let bytes = Data(base64Encoded: String(words[1])),
                bytes.count == 32, !keys.contains(where: { $0.id == id })
            else { return nil }
            keys.append(Key(id: id, key: SymmetricKey(data: bytes)))
        }
        guard let current = keys.popLast() else { return nil }
        self.init(earlier: keys, current: current)
    }
}

extension VaultKeys.ID {
    fileprivate init?(text: Substring) {
        guard text.utf8.count == 8, let number = UInt32(text, radix: 16) else { return nil }
        bytes = withUnsafeBytes(of: number.bigEndian) { Data($0) }
    }
}

extension SymmetricKey {
    fileprivate var data: Data { withUnsafeBytes { Data($0) } }
}
