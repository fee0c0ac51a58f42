import Foundation

/// Speaks HTTP byte by byte, so that a test can send what no client would.
enum Wire {
    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        subscript(name: String) -> String? { all(name).first }

        func all(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }

    struct Failure: Error { let reason: String }

    /// Sends bytes and reads all that comes until the other side ends, or so many bytes; then hangs up.
    ///
    /// With `isHalfClosed` our side is ended when all is sent.
    static func exchange(
        _ port: Int,
        _ bytes: [UInt8],
        reading limit: Int = .max,
        isHalfClosed: Bool = false,
    ) async throws -> [UInt8] {
        // The pool's threads are few, and the gateway needs them.
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let result = Result {
                    try blockingExchange(port, bytes, limit) { descriptor in
                        if isHalfClosed { shutdown(descriptor, Int32(SHUT_WR)) }
                    }
                }
                continuation.resume(with: result)
            }
        }
    }

    /// Sends a request to the gateway and reads its answer.
    static func call(
        _ gateway: TrialGateway,
        _ method: String,
        _ target: String,
        _ headers: [String: String] = [:],
        body: [UInt8]? = nil,
        as user: String? = "anna:secret",
    ) async throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        if let user { head += "Authorization: Basic \(Data(user.utf8).base64EncodedString())\r\n" }
        if let body, headers["Transfer-Encoding"] == nil { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let bytes = try await exchange(gateway.port, Array((head + "\r\n").utf8) + (body ?? []))
        return try read(bytes, isHead: method == "HEAD")
    }

    /// Reads an answer that has come whole.
    static func read(_ bytes: [UInt8], isHead: Bool = false) throws -> Answer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw Failure(reason: "no head") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(reason: "no status")
        }
        if status == 100 { return try read(Array(bytes[end.upperBound...]), isHead: isHead) }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: String(line[..<colon]), value: line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            )
        }
        var answer = Answer(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
        if isHead { return answer }
        if answer["Transfer-Encoding"] == "chunked" {
            answer = Answer(status: status, headers: headers, body: try unchunk(answer.body))
        } else if let length = answer["Content-Length"].flatMap({ Int($0) }), length != answer.body.count {
            throw Failure(reason: "\(answer.body.count) bytes of \(length)")
        }
        return answer
    }

    private static func unchunk(_ bytes: [UInt8]) throws -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while true {
            guard let line = rest.firstRange(of: [13, 10]),
                let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16)
            else { throw Failure(reason: "cut between pieces") }
            rest = rest[line.upperBound...]
            if size == 0 { return body }
            guard rest.count >= size + 2 else { throw Failure(reason: "cut in a piece") }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
    }

    /// Sends a few bytes and reads nothing; the connection is to be closed.
    static func open(_ port: Int, _ bytes: [UInt8]) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(reason: "no socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw Failure(reason: "not connected")
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            rest = rest.dropFirst(count)
        }
        return descriptor
    }

    private static func blockingExchange(
        _ port: Int,
        _ bytes: [UInt8],
        _ limit: Int,
        _ whenSent: (Int32) -> Void,
    ) throws -> [UInt8] {
        let descriptor = try open(port, bytes)
        defer { close(descriptor) }
        whenSent(descriptor)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
        }
        return answer
    }
}
