import HTTPTypes
import NIOCore

extension GatewayMethods {
    /// GET: a file's bytes, or a list of what is in a folder.
    func get(_ call: GatewayCall) async throws -> GatewayAnswer {
        let conditions = GatewayConditions(call.headers)
        let range = call.headers[.range].flatMap(RangeField.read)
        var known: DataEntry?
        if !conditions.isEmpty || range != nil && call.headers[.ifRange] != nil {
            let entry = try await call.tree.entry(at: call.path)
            switch conditions.verdict(for: entry, isReading: true) {
            case .holds: known = entry
            case .notModified: return GatewayAnswer(status: .notModified, headers: Self.version(of: entry))
            case .fails: throw GatewayRefusal.preconditionFailed
            }
        }
        if known?.isFolder ?? (call.path.names.count < 2) { return try await page(call) }
        let wanted = range.flatMap { isStill(known, call.headers[.ifRange]) ? $0 : nil } ?? .all
        let content: DataContent
        do throws(DataFault) {
            content = try await call.tree.read(call.path, wanted, of: nil)
        } catch {
            switch error {
            case .notAFile: return try await page(call)
            case .rangeOutside(let size):
                var answer = GatewayRefusal(error).answer
                answer.headers[.contentRange] = "bytes */\(size.map(String.init) ?? "*")"
                return answer
            default: throw error
            }
        }
        memory.versions(of: call.caller) { $0.hold(call.path, content.entry.version) }
        if let answer = answer(content, wanted) { return answer }
        // A part can be told only when it is known how long it is.
        let whole = try await call.tree.read(call.path, .all, of: content.entry.version)
        guard let answer = answer(whole, .all) else { throw DataFault.interrupted }
        return answer
    }

    /// HEAD: what GET would say before the bytes.
    func head(_ call: GatewayCall) async throws -> GatewayAnswer {
        let entry = try await call.tree.entry(at: call.path)
        switch GatewayConditions(call.headers).verdict(for: entry, isReading: true) {
        case .fails: throw GatewayRefusal.preconditionFailed
        case .notModified: return GatewayAnswer(status: .notModified, headers: Self.version(of: entry))
        case .holds:
            if entry.isFolder {
                return GatewayAnswer(status: .ok, headers: FolderPage.headers, body: .stream(size: nil) { _ in })
            }
            return GatewayAnswer(
                status: .ok,
                headers: Self.headers(of: entry),
                body: .stream(size: entry.size) { _ in }
            )
        }
    }

    /// Whether the file is that of which the client has a part (RFC 9110 §13.1.5).
    private func isStill(_ entry: DataEntry?, _ field: String?) -> Bool {
        guard let field else { return true }
        guard let entry else { return false }
        if field.hasPrefix("\"") { return EntityTag.of(entry) == field }
        return entry.modified.map { $0.seconds == GatewayDate.read(field) } ?? false
    }

    /// The answer with some bytes; nil for a part of unknown length.
    private func answer(_ content: DataContent, _ wanted: DataRange) -> GatewayAnswer? {
        let whole = content.entry.size
        let size =
            content.body.size
            ?? whole.map { whole in
                if case .bytes(let bytes) = wanted {
                    min(bytes.upperBound, whole) - content.first
                } else {
                    whole - content.first
                }
            }
        var headers = Self.headers(of: content.entry)
        var status = HTTPResponse.Status.ok
        if wanted != .all, whole != 0 {
            guard let size, size > 0 else { return nil }
            status = .partialContent
            let last = content.first + size - 1
            headers[.contentRange] = "bytes \(content.first)-\(last)/\(whole.map(String.init) ?? "*")"
        }
        return GatewayAnswer(
            status: status,
            headers: headers,
            body: .stream(size: size) { pour in
                for try await piece in content.body { try await pour(piece) }
            }
        )
    }

    private func page(_ call: GatewayCall) async throws -> GatewayAnswer {
        var pages = try await call.tree.entries(of: call.path).makeAsyncIterator()
        let first = try await pages.next()
        let page = FolderPage(address: address, path: call.path, tree: call.tree)
        return GatewayAnswer(
            status: .ok,
            headers: FolderPage.headers,
            body: .stream(size: nil) { pour in
                try await pour(ByteBuffer(string: page.beginning))
                var entries = first
                while let some = entries {
                    try await pour(ByteBuffer(string: some.map(page.line).joined()))
                    entries = try await pages.next()
                }
                try await pour(ByteBuffer(string: page.end))
            }
        )
    }

    private static func version(of entry: DataEntry) -> HTTPFields {
        var headers: HTTPFields = [:]
        headers[.eTag] = EntityTag.of(entry)
        headers[.lastModified] = entry.modified.map(GatewayDate.write)
        return headers
    }

    /// Files come as what they are to nobody: a page that somebody put there must not act as one of the hub's.
    private static func headers(of entry: DataEntry) -> HTTPFields {
        var headers = version(of: entry)
        headers[.contentType] = "application/octet-stream"
        headers[.acceptRanges] = "bytes"
        headers[.contentDisposition] = "attachment"
        return headers
    }
}
