import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A progress stream as server-sent events: one `data:` line of JSON and an empty line each (reference 2.5).
enum ProgressStream {
    /// How often an empty line keeps proxies and browsers from giving up.
    static let keepAlive = Duration.seconds(8)

    static func response(to event: ProgressEvent) -> Response {
        response(
            to: AsyncStream { continuation in
                continuation.yield(event)
                continuation.finish()
            }
        )
    }

    static func response(to events: AsyncStream<ProgressEvent>) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .xAccelBuffering: "no"],
            body: ResponseBody { writer in
                for await piece in pieces(of: events) { try await writer.write(piece) }
                try await writer.finish(nil)
            },
        )
    }

    /// The events as they are written, with a sign of life now and then; ends with the last event.
    private static func pieces(of events: AsyncStream<ProgressEvent>) -> AsyncStream<ByteBuffer> {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let work = Task {  // lives as long as the answer: its end cancels it below
            await withTaskGroup { group in
                group.addTask {
                    for await event in events { continuation.yield(written(event)) }
                }
                group.addTask {
                    while (try? await Task.sleep(for: keepAlive)) != nil {
                        continuation.yield(ByteBuffer(string: "\n\n"))
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

    private static func written(_ event: ProgressEvent) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let json = (try? encoder.encode(event)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return ByteBuffer(string: "data: \(json)\n\n")
    }
}

extension HTTPField.Name {
    /// Tells nginx in front of us not to hold events back.
    static var xAccelBuffering: Self { ours("X-Accel-Buffering") }
}
