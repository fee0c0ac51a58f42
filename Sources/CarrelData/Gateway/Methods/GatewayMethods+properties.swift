import HTTPTypes
import NIOCore
import Synchronization

extension GatewayMethods {
    /// PROPFIND: what is known of a file or folder, and of what is in it.
    func find(_ call: GatewayCall) async throws -> GatewayAnswer {
        let depth = call.headers[.depth] ?? "infinity"
        guard depth == "0" || depth == "1" else {
            throw GatewayRefusal(
                .forbidden,
                "depth",
                "Folders are listed one at a time.",
                condition: "propfind-finite-depth"
            )
        }
        guard let request = PropertyRequest(try await call.xml()) else { throw GatewayRefusal.badXML }
        let writer = PropertyWriter(address: address, request: request, tree: call.tree)
        let (entry, listing) = try await look(call, isDeep: depth == "1")
        var pages = listing?.makeAsyncIterator()
        let first = try await pages?.next()
        var itself = subject(call, call.path, entry, request)
        if request.names(LiveProperty.quotaAvailable.name) || request.names(LiveProperty.quotaUsed.name), entry.isFolder
        {
            itself.quota = try await call.tree.quota(at: call.path)
        }
        let beginning = Multistatus.beginning + writer.response(itself)
        return GatewayAnswer(
            status: .multiStatus,
            headers: [.contentType: GatewayAnswer.xml],
            body: .stream(size: nil) { pour in
                var text = ByteBuffer(string: beginning)
                var page = first
                while let entries = page {
                    memory.versions(of: call.caller) { $0.list(entries, of: call.path) }
                    for entry in entries {
                        guard let name = entry.name else { continue }
                        let child = subject(call, call.path.appending(name), entry, request)
                        text.writeString(writer.response(child))
                        guard text.readableBytes > 1 << 15 else { continue }
                        try await pour(text)
                        text = ByteBuffer()
                    }
                    page = try await pages?.next()
                }
                if listing != nil { memory.versions(of: call.caller) { $0.listedWhole(call.path) } }
                text.writeString(Multistatus.end)
                try await pour(text)
            }
        )
    }

    /// What is at a call's path, and what is in it where that is a folder.
    private func look(_ call: GatewayCall, isDeep: Bool) async throws(DataFault) -> (DataEntry, DataListing?) {
        if let copy = settledCopy(of: call.path, call) { return (try await call.tree.entry(at: copy), nil) }
        if isDeep, call.caller.mount != nil {
            // rclone doesn't look at the folder itself, so the store is asked once only.
            do {
                let listing = try await call.tree.entries(of: call.path)
                return (DataEntry(name: call.path.last, kind: .folder), listing)
            } catch .notAFolder {
                return (try await call.tree.entry(at: call.path), nil)
            }
        }
        let entry = try await call.tree.entry(at: call.path)
        return (entry, isDeep && entry.isFolder ? try await call.tree.entries(of: call.path) : nil)
    }

    private func subject(
        _ call: GatewayCall,
        _ path: DataPath,
        _ entry: DataEntry,
        _ request: PropertyRequest,
    ) -> PropertyWriter.Subject {
        var subject = PropertyWriter.Subject(path: path, entry: entry)
        let person = call.caller.id
        subject.own = memory.properties.withLock { $0.properties(of: path, of: person) }
        if case .some = request, !request.names(LiveProperty.locks.name) { return subject }
        subject.locks = memory.locks.withLock { $0.covering(path, of: person, at: now()) }
        return subject
    }

    /// PROPPATCH: changes properties that programs keep, all or none.
    func changeProperties(_ call: GatewayCall) async throws -> GatewayAnswer {
        _ = try call.tree.changeable(call.path)
        guard let changes = try await call.xml().flatMap(PropertyShelf.Change.list) else { throw GatewayRefusal.badXML }
        let entry = try await call.tree.entry(at: call.path)
        try await admit(call, [LockTable.Change(path: call.path)])
        let refused = Set(changes.map(\.name).filter { LiveProperty($0) != nil })
        var status = HTTPResponse.Status.ok
        if refused.isEmpty {
            let isKept = memory.properties.withLock { $0.change(changes, at: call.path, of: call.caller.id) }
            if !isKept { status = .insufficientStorage }
        } else {
            status = .failedDependency
        }
        let others = Set(changes.map(\.name)).subtracting(refused)
        let element = { (name: XMLName) in XMLElement(name: name).text }
        let text =
            Multistatus.beginning
            + "<D:response><D:href>\(address.address(of: call.path, isFolder: entry.isFolder))</D:href>"
            + Multistatus.properties(refused.map(element), .forbidden)
            + Multistatus.properties(others.map(element), status) + "</D:response>\n" + Multistatus.end
        return .text(.multiStatus, GatewayAnswer.xml, text)
    }
}
