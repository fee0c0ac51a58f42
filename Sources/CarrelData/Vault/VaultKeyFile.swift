import Foundation
import Glibc

/// The file of a vault's keys.
///
/// It is read each time, so that a key made by another process is known at once.
struct VaultKeyFile: Sendable {
    let path: String

    /// Its keys.
    func read() throws(VaultError) -> VaultKeys {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure() }
        guard facts.st_mode & 0o077 == 0 else {
            throw .keyFile(path: path, reason: "others may read it: chmod 600, then carrel vault rotate")
        }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure() }
        guard let keys = VaultKeys(text: String(decoding: bytes.prefix(count), as: UTF8.self)) else {
            throw .keyFile(path: path, reason: "it doesn't hold keys")
        }
        return keys
    }

    /// Makes it with a new key; whether it wasn't there.
    func make() throws(VaultError) -> Bool {
        if access(path, F_OK) == 0 {
            _ = try read()
            return false
        }
        try write(.fresh())
        return true
    }

    /// Puts other keys in their place, all at once.
    func write(_ keys: VaultKeys) throws(VaultError) {
        let draft = "\(path).new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let bytes = Array(keys.text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(draft, path) == 0
        else { throw failure() }
    }

    private func failure() -> VaultError {
        .keyFile(path: path, reason: String(cString: strerror(errno)))
    }
}
