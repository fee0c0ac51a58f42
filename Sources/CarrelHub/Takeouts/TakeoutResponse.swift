import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Archives as answers.
enum TakeoutResponse {
    /// A download as it is packed; the client's pace is the packer's, and when the client goes the packer ends.
    static func stream(_ download: TakeoutDesk.Download, logger: Logger) -> Response {
        let headers = headers(fileName: download.fileName, format: download.format)
        let body = ResponseBody { writer in
            do {
                try await download.stream.send { piece in try await writer.write(ByteBuffer(bytes: piece)) }
            } catch let error as TakeoutError {
                // The head is sent: to break off is all that is left to say.
                logger.warning("takeout.brokenOff", metadata: ["code": "\(error.code)", "error": "\(error.message)"])
                throw error
            }
            try await writer.finish(nil)
            withExtendedLifetime(download.place) {}
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// The head of such an answer, without an archive.
    static func head(_ order: TakeoutOrder, fileName: String) -> Response {
        Response(status: .ok, headers: headers(fileName: fileName, format: order.format))
    }

    /// A prepared archive, or the part of it that is asked for.
    static func file(_ takeout: TakeoutRecord, at path: String, request: Request, context: some RequestContext)
        async throws -> Response
    {
        let format = ArchiveFormat(rawValue: takeout.format) ?? .zip
        let size = Int(takeout.size ?? 0)
        var headers = headers(fileName: takeout.fileName, format: format)
        // It never changes: another one has another id.
        let etag = "\"\(takeout.id)\""
        headers[.eTag] = etag
        headers[.acceptRanges] = "bytes"
        let files = FileIO()
        let range = RangeRequest(
            range: request.headers[.range],
            ifRange: request.headers[.ifRange],
            etag: etag,
            size: size,
        )
        switch range {
        case .whole:
            let body = try await files.loadFile(path: path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
            let body = try await files.loadFile(path: path, range: part, context: context)
            return Response(status: .partialContent, headers: headers, body: body)
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
    }

    private static func headers(fileName: String, format: ArchiveFormat) -> HTTPFields {
        [
            .contentType: format.mediaType,
            .contentDisposition: ContentDisposition.attachment(fileName),
            .cacheControl: "private, no-store",
        ]
    }
}
