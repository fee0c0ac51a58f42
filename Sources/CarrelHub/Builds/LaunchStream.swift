import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A launch as server-sent events: one `data:` line of JSON and an empty line each (reference egi 6.2).
enum LaunchStream {
    /// How often a comment keeps proxies and browsers from giving up, as BinderHub's does.
    static let keepAlive = Duration.seconds(25)
    /// For how long the stream stays open after its last event: a browser that is cut off would ask again, and build again.
    static let patience = Duration.seconds(60)

    static func response(to events: AsyncStream<LaunchEvent>) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-cache", .accessControlAllowOrigin: "*",
                .xAccelBuffering: "no",
            ],
            body: ResponseBody { writer in
                for await piece in pieces(of: events) { try await writer.write(piece) }
                try await writer.finish(nil)
            },
        )
    }

    private static func pieces(of events: AsyncStream<LaunchEvent>) -> AsyncStream<ByteBuffer> {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let work = Task {  // lives as long as the answer: its end cancels it below
            await withTaskGroup { group in
                group.addTask {
                    for await event in events { continuation.yield(written(event)) }
                    try? await Task.sleep(for: patience)
                }
                group.addTask {
                    while (try? await Task.sleep(for: keepAlive)) != nil {
                        continuation.yield(ByteBuffer(string: ":keepalive\n\n"))
                    }
                }
                await group.next()
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return stream
    }

    static func written(_ event: LaunchEvent) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let json = (try? encoder.encode(event)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return ByteBuffer(string: "data: \(json)\n\n")
    }
}
