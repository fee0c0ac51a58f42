import CProcess
import Glibc

/// Asks a server whether it is there, as JupyterHub does: any answer below 500 to `GET <prefix>api` is a yes.
///
/// One request is enough for a server that listens before it serves: the answer comes the moment it can.
struct ReadinessProbe {
    let socket: String
    let prefix: String
    let reactor: Reactor

    /// More than this isn't read of an answer; a status line is far shorter.
    private static let longestStatusLine = 1024

    /// Sends one request and waits for its answer.
    ///
    /// - Returns: false when nobody listens, the connection ended without an answer, or the answer was no yes.
    func isAnswered() async throws -> Bool {
        let number = carrel_unix_connect(socket)
        guard number >= 0 else { return false }
        let connection = Descriptor(owning: number)
        let request = Array("GET \(prefix)api HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n\r\n".utf8)
        guard send(number, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return false }
        var answer: [UInt8] = []
        while answer.count < Self.longestStatusLine {
            try await reactor.readable(connection)
            var buffer = [UInt8](repeating: 0, count: 512)
            let got = recv(number, &buffer, buffer.count, 0)
            if got < 0 && errno == EAGAIN { continue }
            guard got > 0 else { return false }
            answer += buffer.prefix(got)
            if let status = Self.status(of: answer) { return status < 500 }
        }
        return false
    }

    /// The status of an HTTP/1 answer, once enough of it is there.
    static func status(of answer: [UInt8]) -> Int? {
        let words = String(decoding: answer.prefix(16), as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard answer.count >= 13, words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3 else {
            return nil
        }
        return Int(words[1]).flatMap { (100...599).contains($0) ? $0 : nil }
    }
}
