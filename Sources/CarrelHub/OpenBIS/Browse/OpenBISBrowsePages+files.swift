import CarrelModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenBISClient

/// A dataset, its files, and what is in them.
extension OpenBISBrowsePages {
    @Sendable func dataSet(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { [files] visit in
            let (session, places) = (visit.session, visit.places)
            let (parentsPart, childrenPart) = (visit.part("parents"), visit.part("children"))
            let found = try await session.dataSet(visit.id)
            let (from, into) = (OpenBISQuery(child: found.permID), OpenBISQuery(parent: found.permID))
            async let parents = session.dataSets(from, from: parentsPart.from, count: OpenBISPart.length)
            async let children = session.dataSets(into, from: childrenPart.from, count: OpenBISPart.length)
            async let shown = Self.folder(of: found, visit, files)
            return OpenBISBrowsePage(
                visit,
                .dataset,
                heading: found.properties.title(or: found.permID),
                crumbs: Self.crumbs(above: found, places),
                notebook: places.newNotebook(.dataset, found.permID),
                facts: Self.facts(found, visit),
                files: try await shown,
                lists: [
                    .init(
                        .dataset,
                        title: "Made from",
                        parentsPart,
                        try await parents,
                        empty: "No datasets are noted that this one was made from."
                    ) { .init($0, visit) },
                    .init(
                        .dataset,
                        title: "Made into",
                        childrenPart,
                        try await children,
                        empty: "No datasets were made from this one."
                    ) { .init($0, visit) },
                ],
            )
        }
    }

    /// The folder that is asked for; where only the data store fails, the page says so in place of the files.
    private static func folder(
        of dataSet: OpenBISDataSet,
        _ visit: OpenBISVisit,
        _ files: OpenBISFileLists,
    ) async throws -> OpenBISFilesView {
        let list: OpenBISFileList
        do {
            list = try await files.list(of: dataSet, visit.access)
        } catch let error as OpenBISError where error != .sessionOver && error != .cancelled {
            return OpenBISFilesView(problem: "The files can’t be listed just now. \(error)")
        }
        guard let folder = try await files.folder(visit.form["folder"], in: list) else { throw HubError.notFound }
        return OpenBISFilesView(folder, list, of: dataSet, visit)
    }

    private static func crumbs(above dataSet: OpenBISDataSet, _ places: OpenBISPlaces) -> [OpenBISBrowsePage.Crumb] {
        let owner = (dataSet.experiment ?? dataSet.sample)?.identifier ?? ""
        var crumbs = OpenBISBrowsePage.Crumb.above(owner, places)
        if let collection = dataSet.experiment { crumbs.append(.init(.collection, collection, places)) }
        if let object = dataSet.sample { crumbs.append(.init(.object, object, places)) }
        return crumbs
    }

    private static func facts(_ dataSet: OpenBISDataSet, _ visit: OpenBISVisit) -> [OpenBISBrowsePage.Fact] {
        var facts: [OpenBISBrowsePage.Fact] = [.init("Type", dataSet.type)]
        if let size = dataSet.size { facts.append(.init("Size", HumanText.size(size))) }
        if let text = dataSet.archiveText { facts.append(.init("Files", text)) }
        if let date = dataSet.registered { facts.append(.init("Registered", TimeText(date, now: visit.now))) }
        if let person = dataSet.registrator { facts.append(.init("By", person)) }
        facts.append(.init("Permanent id", dataSet.permID))
        if let object = dataSet.sample {
            let url = PageLink(visit.places.page(.object, object.permID))
            facts.append(.init("Object", object.identifier, url: url))
        }
        if let collection = dataSet.experiment {
            let url = PageLink(visit.places.page(.collection, collection.permID))
            facts.append(.init("Collection", collection.identifier, url: url))
        }
        return facts + OpenBISBrowsePage.Fact.all(dataSet.properties)
    }

    // MARK: One file

    @Sendable func viewFile(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { [files] visit in
            let dataSet = try await visit.session.dataSet(visit.id)
            let file = try await files.file(visit.form["path"] ?? "", of: dataSet, visit.access)
            let way = FilePreview.way(file.name)
            guard !dataSet.isInArchive else {
                let preview = FilePreview.nothing("\(Self.inArchive) \(dataSet.archiveRemedy)")
                return OpenBISFilePage(file, of: dataSet, preview, visit)
            }
            let length = FilePreview.piece(way, size: file.size)
            let beginning = try await Self.beginning(of: file, length, in: dataSet, visit)
            let preview = FilePreview(way, beginning: beginning, size: file.size)
            return OpenBISFilePage(file, of: dataSet, preview, visit)
        }
    }

    private static func beginning(
        of file: OpenBISFile,
        _ length: Int64,
        in dataSet: OpenBISDataSet,
        _ visit: OpenBISVisit,
    ) async throws -> [UInt8] {
        guard length > 0 else { return [] }
        var bytes: [UInt8] = []
        for try await part in try await content(of: file, 0..<length, in: dataSet, visit) {
            bytes += part.readableBytesView
        }
        return bytes
    }

    private static let inArchive = "The files of this dataset are in the archive."

    /// The bytes of a file, over a connection for contents.
    private static func content(
        of file: OpenBISFile,
        _ range: Range<Int64>? = nil,
        in dataSet: OpenBISDataSet,
        _ visit: OpenBISVisit,
    ) async throws -> OpenBISContent {
        let isAway = HubError.providerSilent(message: inArchive, remedy: dataSet.archiveRemedy)
        guard !dataSet.isInArchive else { throw isAway }
        do {
            return try await visit.contents.content(of: file, range: range)
        } catch OpenBISError.nonsense where dataSet.archiveText != nil {
            // On its way into the archive it may be gone already.
            throw isAway
        }
    }

    @Sendable func download(_ request: Request, context: SignedInContext) async throws -> Response {
        let (range, condition) = (request.headers[.range], request.headers[.ifRange])
        return try await answer(request, context, at: .file) { [files, turns] visit in
            let turn = try turns.take(for: OpenBISReader(visit.access))
            let dataSet = try await visit.session.dataSet(visit.id)
            let file = try await files.file(visit.form["path"] ?? "", of: dataSet, visit.access)
            var headers: HTTPFields = [
                .contentType: "application/octet-stream",
                .contentDisposition: ContentDisposition.attachment(file.name),
                .contentSecurityPolicy: Self.sandbox,
                .cacheControl: "private, no-store",
                .acceptRanges: "bytes",
            ]
            // Datasets never change.
            let etag = "\"\(dataSet.permID)-\(file.size)-\(file.checksum.map { String($0, radix: 16) } ?? "")\""
            headers[.eTag] = etag
            let size = Int(file.size)
            switch RangeRequest(range: range, ifRange: condition, etag: etag, size: size) {
            case .whole:
                let content = try await Self.content(of: file, in: dataSet, visit)
                return Response(status: .ok, headers: headers, body: Self.body(content, size, turn, context.logger))
            case .part(let part):
                let wanted = Int64(part.lowerBound)..<Int64(part.upperBound) + 1
                let content = try await Self.content(of: file, wanted, in: dataSet, visit)
                headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
                let body = Self.body(content, part.count, turn, context.logger)
                return Response(status: .partialContent, headers: headers, body: body)
            case .unsatisfiable:
                headers[.contentRange] = "bytes */\(size)"
                return Response(status: .rangeNotSatisfiable, headers: headers)
            }
        }
    }

    /// A picture for a page of ours; what isn't one by its bytes isn't sent.
    @Sendable func picture(_ request: Request, context: SignedInContext) async throws -> Response {
        try await answer(request, context, at: .picture) { [files, turns] visit in
            let path = visit.form["path"] ?? ""
            let address = visit.places.picture(path, of: visit.id, xsrf: visit.xsrf)
            guard "\(visit.address)?\(visit.query ?? "")" == address else { throw HubError.notFound }
            let turn = try turns.take(for: OpenBISReader(visit.access))
            let dataSet = try await visit.session.dataSet(visit.id)
            let file = try await files.file(path, of: dataSet, visit.access)
            guard file.size <= PictureKind.largest else { throw HubError.notFound }
            let content = try await Self.content(of: file, in: dataSet, visit)
            var first = ByteBuffer()
            var parts = content.makeAsyncIterator()
            while first.readableBytes < PictureKind.beginning, var part = try await parts.next() {
                first.writeBuffer(&part)
            }
            guard let kind = PictureKind(first.readableBytesView) else { throw HubError.notFound }
            return Response(
                status: .ok,
                headers: [
                    .contentType: kind.rawValue,
                    .contentSecurityPolicy: Self.sandbox,
                    .cacheControl: "private, no-store",
                ],
                body: Self.body(content, Int(file.size), turn, context.logger, first: first),
            )
        }
    }

    /// Whatever is in a file does nothing where a browser opens it by itself.
    private static let sandbox = "default-src 'none'; sandbox"

    /// Bytes as they come; the client's pace is openBIS'.
    ///
    /// The turn ends with them.
    private static func body(
        _ content: OpenBISContent,
        _ length: Int,
        _ turn: OpenBISTurns.Turn,
        _ logger: Logger,
        first: ByteBuffer? = nil,
    ) -> ResponseBody {
        ResponseBody(contentLength: length) { writer in
            defer { withExtendedLifetime(turn) {} }
            do {
                if let first { try await writer.write(first) }
                for try await part in content { try await writer.write(part) }
            } catch let error as OpenBISError {
                // The head is sent: to break off is all that is left to say.
                logger.warning("openBIS.brokenOff", metadata: ["error": "\(error)"])
                throw error
            }
            try await writer.finish(nil)
        }
    }
}
