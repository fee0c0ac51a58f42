import Glibc

/// A port of this machine that nobody else is given; a server of the test may listen on it, again and again.
///
/// The socket keeps the port without listening. That lets a second one have it which allows that, too (`SO_REUSEADDR`).
public final class ReservedPort: Sendable {
    /// The port.
    public let number: UInt16
    private let descriptor: Int32

    /// Reserves one on the loopback address.
    ///
    /// - Throws: `PortFailure`.
    public init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        number = try Loopback.bind(descriptor)
        var yes: Int32 = 1
        // Only now: with it from the start, the kernel might give the port to two.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }
}

/// This machine's own network.
public enum Loopback {
    /// Gives a socket a port that is free.
    ///
    /// - Parameter descriptor: the socket's.
    /// - Returns: the port.
    /// - Throws: `PortFailure`.
    public static func bind(_ descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.bind(descriptor, pointer, length) | getsockname(descriptor, pointer, &length)
            }
        }
        guard result == 0 else { throw PortFailure(number: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// A port that couldn't be had.
public struct PortFailure: Error {
    /// The system's error number.
    public let number: Int32
}
