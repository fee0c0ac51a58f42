import HTTPTypes
import Synchronization

extension GatewayMethods {
    /// What a COPY or MOVE asks for.
    private struct Transfer {
        let source: DataPath
        let target: DataPath
        let replaces: Bool
        let isDeep: Bool
    }

    /// COPY and MOVE.
    func transfer(_ call: GatewayCall, isMove: Bool) async throws -> GatewayAnswer {
        let asked = try transfer(asked: call, isMove: isMove)
        let entry = try await call.tree.entry(at: asked.source)
        _ = try call.tree.changeable(asked.target)
        if isMove { _ = try call.tree.changeable(asked.source) }
        let conditions = GatewayConditions(call.headers)
        guard conditions.verdict(for: entry, isReading: false) == .holds else {
            throw GatewayRefusal.preconditionFailed
        }
        let present = try await call.tree.entryIfAny(at: asked.target)
        var changes = [LockTable.Change(path: asked.target, isDeep: true, changesFolder: present == nil)]
        if isMove { changes.append(LockTable.Change(path: asked.source, isDeep: true, changesFolder: true)) }
        try await admit(call, changes)
        guard present == nil || asked.replaces else { throw DataFault.alreadyThere }
        let plan = memory.versions(of: call.caller) { $0.plan(asked.target, present: present) }
        if plan == .keepBoth, let present, !present.isFolder, !entry.isFolder {
            return try await transferBeside(call, asked, isMove: isMove)
        }
        let knewSource =
            memory.versions(of: call.caller) { $0.plan(asked.source, present: entry) != .keepBoth } ?? false
        let troubles: [TransferTrouble]
        do {
            troubles = try await carry(call, asked, entry, present, isMove: isMove)
        } catch {
            throw error == .notFound ? DataFault.noParent : error
        }
        // What was there is there still.
        if let present, !troubles.isEmpty, present.isFolder || entry.isFolder { return answer(troubles) }
        if isMove, troubles.isEmpty {
            memory.move(asked.source, to: asked.target, of: call.caller)
            // Some stores give a file another version when it is moved.
            if knewSource, !entry.isFolder, let moved = try await call.tree.entryIfAny(at: asked.target) {
                memory.versions(of: call.caller) { $0.hold(asked.target, moved.version) }
            }
        } else {
            memory.properties.withLock {
                $0.copy(asked.source, to: asked.target, isDeep: asked.isDeep, of: call.caller.id)
            }
        }
        guard troubles.isEmpty else { return answer(troubles) }
        return GatewayAnswer(status: present == nil ? .created : .noContent)
    }

    private func carry(
        _ call: GatewayCall,
        _ asked: Transfer,
        _ entry: DataEntry,
        _ present: DataEntry?,
        isMove: Bool,
    ) async throws(DataFault) -> [TransferTrouble] {
        if isMove {
            return try await call.tree.move(asked.source, to: asked.target, replaces: asked.replaces)
        }
        if let present, present.isFolder || entry.isFolder {
            let troubles = try await call.tree.copy(asked.source, over: asked.target, isDeep: asked.isDeep)
            if troubles.isEmpty { memory.forget(asked.target, of: call.caller) }
            return troubles
        }
        return try await call.tree.copy(asked.source, to: asked.target, isDeep: asked.isDeep)
    }

    /// Puts what a mount would put in place of a file that it doesn't know beside it.
    private func transferBeside(
        _ call: GatewayCall,
        _ asked: Transfer,
        isMove: Bool,
    ) async throws -> GatewayAnswer {
        let copy = try await freeName(beside: asked.target, call)
        if isMove {
            _ = try await call.tree.move(asked.source, to: copy, replaces: false)
            memory.move(asked.source, to: copy, of: call.caller)
        } else {
            _ = try await call.tree.copy(asked.source, to: copy, isDeep: false)
        }
        keptBoth(call, asked.target, copy, try await call.tree.entry(at: copy).version)
        return GatewayAnswer(status: .noContent)
    }

    private func transfer(asked call: GatewayCall, isMove: Bool) throws -> Transfer {
        guard let destination = call.headers[.destination] else {
            throw GatewayRefusal(.badRequest, "noDestination", "The request doesn't say where to.")
        }
        guard let target = address.path(ofAddress: destination) else {
            throw GatewayRefusal(.badGateway, "elsewhere", "Nothing can be moved or copied to that address.")
        }
        // One in the other, or the same: replacing the target would remove the source.
        guard !target.isIn(call.path), !call.path.isIn(target) else { throw DataFault.intoItself }
        let depth = (call.headers[.depth] ?? "infinity").lowercased()
        guard depth == "infinity" || depth == "0" && !isMove else {
            throw GatewayRefusal(.badRequest, "depth", "That can't be done with such a Depth.")
        }
        return Transfer(
            source: call.path,
            target: target,
            replaces: call.headers[.overwrite]?.uppercased() != "F",
            isDeep: depth == "infinity"
        )
    }

    /// What of a folder couldn't be copied (RFC 4918 §9.8.5).
    private func answer(_ troubles: [TransferTrouble]) -> GatewayAnswer {
        var text = Multistatus.beginning
        for trouble in troubles {
            let link = address.address(of: trouble.path, isFolder: false)
            text += "<D:response><D:href>\(link)</D:href>\(Multistatus.status(trouble.fault.status))"
            text +=
                "<D:responsedescription>\(XMLText.escape(trouble.fault.message))</D:responsedescription></D:response>\n"
        }
        return .text(.multiStatus, GatewayAnswer.xml, text + Multistatus.end)
    }
}
