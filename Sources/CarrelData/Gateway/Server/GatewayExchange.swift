import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// A request and its answer on a connection.
struct GatewayExchange: Sendable {
    let responder: GatewayResponder
    /// Whether the client's address is what the hub's proxy says it is.
    let isProxied: Bool
    /// How long a client may leave unread what is written to it.
    let patience: Duration

    /// How many bytes are written before the connection is looked at again.
    private static let mostAhead = 256 * 1024

    /// Ends a connection that can't be used any more; nobody is told.
    private struct Ending: Error {}

    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let expects = request.headers[.expect]?.lowercased() == "100-continue"
        switch await responder.enter(request, from: address(request, channel)) {
        case .turnedAway(let answer):
            // Nobody sends much to a gateway that doesn't know them.
            try await write(answer, to: request, writer, channel, ends: expects || isLarge(request))
        case .caller(let caller):
            defer { responder.leave(caller) }
            guard !isProxied || caller.mount == nil else {
                // What stands in servers for the socket of this machine opens nothing from elsewhere.
                return try await write(responder.unauthorized(), to: request, writer, channel, ends: true)
            }
            let takesAtOnce = expects && request.method != .put
            if takesAtOnce { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
            switch await responder.step(request, of: caller) {
            case .answer(let answer):
                // Who was not told to go on may send the body or not, so nothing can be read after this.
                try await write(answer, to: request, writer, channel, ends: expects && !takesAtOnce)
            case .take(let take):
                if expects { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
                let answer = try await take()
                try await write(answer, to: request, writer, channel, ends: false)
            }
        }
    }

    private func isLarge(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil
            || request.headers[.contentLength].map { Int($0) ?? .max > 1 << 16 } ?? false
    }

    private func address(_ request: Request, _ channel: any Channel) -> String {
        guard isProxied else { return channel.remoteAddress?.ipAddress ?? "" }
        let last = (request.headers[.forwardedAddresses] ?? "").split(separator: ",").last ?? ""
        return last.trimmingCharacters(in: .whitespaces)
    }

    /// Writes an answer; `ends` says whether the connection ends after it, because the rest of the request isn't read.
    private func write(
        _ answer: GatewayAnswer,
        to request: Request,
        _ writer: consuming ResponseWriter,
        _ channel: any Channel,
        ends: Bool,
    ) async throws {
        var ends = ends
        var head = HTTPResponse(status: answer.status, headerFields: answer.headers)
        let isHead = request.method == .head
        switch answer.body {
        case .none:
            if ![.noContent, .notModified].contains(answer.status) { head.headerFields[.contentLength] = "0" }
        case .bytes(let bytes): head.headerFields[.contentLength] = "\(bytes.readableBytes)"
        case .stream(let size, _):
            head.headerFields[.contentLength] = size.map(String.init)
            // The encoder would write the end of a body that a HEAD has not.
            if isHead, size == nil { ends = true }
        }
        head.headerFields[.xContentTypeOptions] = "nosniff"
        // A file that is chosen on a folder's page is saved; without the word browsers do nothing at all, and say nothing.
        head.headerFields[.contentSecurityPolicy] =
            "sandbox allow-downloads; default-src 'none'; frame-ancestors 'none'"
        if ends { head.headerFields[.connection] = "close" }
        if isHead {
            try await writer.writeResponse(head)
        } else {
            switch answer.body {
            case .none: try await writer.writeResponse(head)
            case .bytes(let bytes): try await writer.write(response: head, body: ResponseBody(byteBuffer: bytes))
            case .stream(let size, let stream):
                do {
                    try await pour(stream, size, try await writer.writeHead(head), channel)
                } catch let fault as DataFault {
                    responder.logger.info("gateway broke off", metadata: ["code": "\(fault.code)"])
                    throw fault
                }
            }
        }
        if ends { throw Ending() }
    }

    /// Writes bytes as they come; a body that is shorter or longer than was said cuts the connection.
    private func pour(
        _ stream: (GatewayAnswer.Pour) async throws -> Void,
        _ size: Int64?,
        _ body: consuming some ResponseBodyWriter,
        _ channel: any Channel,
    ) async throws {
        let watch = StallWatch(patience: patience)
        var body = body
        var left = size ?? 0
        var ahead = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { if await watch.waitForStall() { channel.close(promise: nil) } }
            try await stream { piece in
                if size != nil {
                    left -= Int64(piece.readableBytes)
                    guard left >= 0 else { throw DataFault.interrupted }
                }
                watch.begin()
                try await body.write(piece)
                ahead += piece.readableBytes
                if ahead >= Self.mostAhead {
                    // Whether the connection takes more is known only when its loop has seen what was written.
                    try await channel.eventLoop.submit {}.get()
                    ahead = 0
                }
                watch.end()
            }
            group.cancelAll()
        }
        guard left == 0 else { throw DataFault.interrupted }
        try await body.finish(nil)
    }
}
