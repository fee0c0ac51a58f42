import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    /// The number the kernel knows it by.
    let number: Int32

    /// Takes over an open descriptor.
    init(owning number: Int32) {
        self.number = number
    }

    /// Opens a file; it isn't passed on to programs.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemFailure) {
        number = try SystemFailure.check("open", path) { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit {
        close(number)
    }

    /// What is in the file from a place on, at most `limit` bytes.
    func contents(from start: Int = 0, limit: Int = 64 * 1024) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(number, buffer.baseAddress.map { $0 + filled }, limit - filled, off_t(start + filled))
            }
            guard got > 0 else { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Writes all of a text.
    func write(_ text: String) throws(SystemFailure) {
        try write(Array(text.utf8))
    }

    /// Writes all of some bytes.
    func write(_ bytes: [UInt8]) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try SystemFailure.check("write") {
                rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(written)
        }
    }
}

/// A system call that failed, and on what.
struct SystemFailure: Error, Equatable, CustomStringConvertible {
    let call: String
    let path: String?
    let number: Int32

    var description: String {
        let reason = String(cString: strerror(number))
        return path.map { "\(call) \($0): \(reason)" } ?? "\(call): \(reason)"
    }

    /// Runs a system call until it isn't interrupted; a negative result becomes an error.
    @discardableResult
    static func check<Number: SignedInteger>(
        _ call: String,
        _ path: String? = nil,
        _ body: () -> Number
    ) throws(SystemFailure) -> Number {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { throw SystemFailure(call: call, path: path, number: errno) }
        }
    }
}
