import CarrelTestSupport
import Foundation
import Glibc
import Testing

/// A port of this machine; who connects is let in by the kernel, and hears nothing unless a test says something.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    /// Listens on a free port.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        port = try Loopback.bind(descriptor)
        try #require(listen(descriptor, 100) == 0)
    }

    deinit { close(descriptor) }

    /// How many have connected since the last time; they are hung up on.
    func visitors() -> Int {
        var count = 0
        while case let visitor = accept(descriptor, nil, nil), visitor >= 0 {
            count += 1
            close(visitor)
        }
        return count
    }

    /// Says something to all who connect while the body runs, and hangs up.
    func saying(_ bytes: [UInt8], _ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [descriptor] in
                while !Task.isCancelled {
                    let visitor = accept(descriptor, nil, nil)
                    if visitor >= 0 {
                        send(visitor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                        shutdown(visitor, Int32(SHUT_WR))
                        close(visitor)
                    } else {
                        try? await Task.sleep(for: .milliseconds(2))
                    }
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Says something to the first who connects, over and over, and waits until they hang up.
    func flood(_ bytes: [UInt8]) async throws {
        var visitor: Int32 = -1
        try await eventually("somebody connects") {
            visitor = accept(descriptor, nil, nil)
            return visitor >= 0
        }
        defer { close(visitor) }
        // Often only a part of it is taken: what follows goes on from there.
        var said = 0
        try await eventually("they hang up") {
            let count = bytes[said...].withUnsafeBytes {
                send(visitor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count < 0 else {
                said = (said + count) % bytes.count
                return false
            }
            return errno != EAGAIN
        }
    }
}
