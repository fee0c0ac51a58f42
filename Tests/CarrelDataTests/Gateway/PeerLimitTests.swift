import Foundation
import Glibc
import Testing

@testable import CarrelData

@Suite(.timeLimit(.minutes(2))) struct `Connections of one user of the machine` {
    /// A connection to a Unix socket.
    private final class Line: Sendable {
        private let number: Int32

        init(to path: String) throws {
            number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard result == 0 else { throw Wire.Failure(reason: String(cString: strerror(errno))) }
        }

        deinit { close(number) }

        /// The beginning of what is answered to a request; nothing when the other side hangs up.
        func ask() async -> String {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { [number] in
                    let request = Array(
                        "OPTIONS /dav/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-anna\r\n\r\n".utf8
                    )
                    _ = send(number, request, request.count, Int32(MSG_NOSIGNAL))
                    var answer = [UInt8](repeating: 0, count: 12)
                    let count = recv(number, &answer, answer.count, Int32(MSG_WAITALL))
                    continuation.resume(returning: String(decoding: answer.prefix(max(0, count)), as: UTF8.self))
                }
            }
        }
    }

    @Test func `are no more than it may have, and others come in when they have ended`() async throws {
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(MemoryStore()))
        try await withGateway(["token-anna": caller], { $0.mostConnectionsOfOne = 2 }) { gateway in
            var lines = [try Line(to: gateway.socket), try Line(to: gateway.socket)]
            for line in lines { #expect(await line.ask() == "HTTP/1.1 200") }
            let third = try Line(to: gateway.socket)
            #expect(await third.ask() == "")
            lines.removeLast()
            // When the gateway hears of it isn't known.
            while try await Line(to: gateway.socket).ask() == "" {}
        }
    }
}
