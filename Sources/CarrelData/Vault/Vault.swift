import Crypto
public import Foundation

/// Encrypts people's credentials, so that the database alone gives none of them away.
///
/// ChaCha20-Poly1305 (RFC 8439) with a random nonce each time. What is stored is a version, the key's name, the nonce, the
/// encrypted bytes and their tag; version, key, user and source are bound to it, so that what belongs to one user or source
/// can't be put in another's place.
public struct Vault: Sendable {
    private let file: VaultKeyFile

    private static let version: UInt8 = 1
    private static let idLength = 4

    /// A vault whose keys are in a file.
    ///
    /// - Parameter path: absolute path of the file of keys; see ``prepare()``.
    public init(keyFile path: String) {
        file = VaultKeyFile(path: path)
    }

    /// Makes the file of keys, readable by its owner only, unless it is there.
    ///
    /// - Returns: whether it is new: credentials that were encrypted before can't be read any more.
    /// - Throws: ``VaultError/keyFile(path:reason:)``.
    public func prepare() throws(VaultError) -> Bool { try file.make() }

    /// Encrypts a credential.
    ///
    /// - Parameters:
    ///   - secret: what nobody else may know.
    ///   - user: whose it is.
    ///   - source: what it is for, such as `git:https://example.org`.
    /// - Returns: what is stored.
    /// - Throws: ``VaultError/keyFile(path:reason:)``.
    public func seal(_ secret: Data, of user: Int64, for source: String) throws(VaultError) -> Data {
        try Self.seal(secret, of: user, for: source, with: file.read().current)
    }

    /// Decrypts a credential.
    ///
    /// - Returns: the credential.
    /// - Throws: ``VaultError`` when that can't be done: the one whose it is has to give it again.
    public func open(_ stored: Data, of user: Int64, for source: String) throws(VaultError) -> Data {
        try Self.open(stored, of: user, for: source, with: file.read())
    }

    /// Makes a new key, and encrypts everything with it.
    ///
    /// The key before is kept until the next time, as is each that something is still encrypted with which can't be read.
    ///
    /// - Parameters:
    ///   - stored: all there is.
    ///   - replace: puts other bytes in the place of one of them; called for each.
    /// - Returns: how many were encrypted anew, and how many can't be read.
    /// - Throws: ``VaultError/keyFile(path:reason:)``, or what `replace` threw; then some have the new key, and all can be
    ///   read as before.
    public func rotate(
        _ stored: [Sealed],
        replace: (_ index: Int, _ new: Data) async throws -> Void,
    ) async throws -> (renewed: Int, lost: Int) {
        let before = try file.read()
        let keys = before.renewed(keeping: Set(stored.compactMap { Self.keyID(of: $0.bytes) }))
        // In this order: what is encrypted with the new key can be read by whoever reads the file from now on.
        try file.write(keys)
        var (renewed, lost) = (0, 0)
        for (index, one) in stored.enumerated() {
            guard let secret = try? Self.open(one.bytes, of: one.user, for: one.source, with: before) else {
                lost += 1
                continue
            }
            try await replace(index, try Self.seal(secret, of: one.user, for: one.source, with: keys.current))
            renewed += 1
        }
        return (renewed, lost)
    }

    /// An encrypted credential, and what it is bound to.
    public struct Sealed: Sendable {
        /// Whose it is.
        public let user: Int64
        /// What it is for.
        public let source: String
        /// What is stored.
        public let bytes: Data

        /// Joins them.
        public init(user: Int64, source: String, bytes: Data) {
            self.user = user
            self.source = source
            self.bytes = bytes
        }
    }

    // MARK: How it is done

    static func seal(
        _ secret: Data,
        of user: Int64,
        for source: String,
        with key: VaultKeys.Key,
    ) throws(VaultError) -> Data {
        let head = Data([version]) + key.id.bytes
        do {
            let bound = binding(head, user, source)
            return head + (try ChaChaPoly.seal(secret, using: key.key, authenticating: bound).combined)
        } catch {
            throw .damaged
        }
    }

    static func open(
        _ stored: Data,
        of user: Int64,
        for source: String,
        with keys: VaultKeys,
    ) throws(VaultError) -> Data {
        guard let id = keyID(of: stored) else { throw .damaged }
        guard let key = keys[id] else { throw .keyLost }
        let head = stored.prefix(1 + idLength)
        do {
            let box = try ChaChaPoly.SealedBox(combined: stored.dropFirst(head.count))
            return try ChaChaPoly.open(box, using: key, authenticating: binding(head, user, source))
        } catch {
            throw .damaged
        }
    }

    private static func keyID(of stored: Data) -> VaultKeys.ID? {
        guard stored.first == version, stored.count > 1 + idLength else { return nil }
        return VaultKeys.ID(bytes: Data(stored.dropFirst().prefix(idLength)))
    }

    private static func binding(_ head: Data, _ user: Int64, _ source: String) -> Data {
        head + withUnsafeBytes(of: user.bigEndian) { Data($0) } + Data(source.utf8)
    }
}
