import Foundation
import HTTPTypes
import NIOCore
import Synchronization

extension GatewayMethods {
    /// LOCK: takes a lock, or has one last longer.
    func lock(_ call: GatewayCall) async throws -> GatewayAnswer {
        _ = try call.tree.changeable(call.path)
        guard let root = try await call.xml() else { return try await refresh(call) }
        guard let asked = LockRequest(root) else { throw GatewayRefusal.badXML }
        let depth = (call.headers[.depth] ?? "infinity").lowercased()
        guard depth == "0" || depth == "infinity" else {
            throw GatewayRefusal(.badRequest, "depth", "A lock is of Depth 0 or infinity.")
        }
        guard call.caller.isWritable else { throw DataFault.readOnly }
        let seconds = LockRequest.seconds(call.headers[.timeout])
        let lock = DataLock(
            token: "urn:uuid:\(UUID().uuidString.lowercased())",
            path: call.path,
            isExclusive: asked.isExclusive,
            isDeep: depth == "infinity",
            owner: asked.owner,
            seconds: seconds,
            end: now().addingTimeInterval(Double(seconds))
        )
        let present = try await call.tree.entryIfAny(at: call.path)
        if present == nil { try await admit(call, [LockTable.Change(path: call.path, changesFolder: true)]) }
        // Between looking and taking nobody else comes.
        let taken = memory.locks.withLock { locks -> DataFault? in
            guard locks.opposing(lock, of: call.caller.id, at: now()).isEmpty else { return .locked }
            return locks.add(lock, of: call.caller.id, at: now()) ? nil : .overQuota
        }
        if let taken {
            throw taken == .locked
                ? GatewayRefusal(
                    .locked,
                    "lockThere",
                    taken.message,
                    remedy: taken.remedy,
                    condition: "no-conflicting-lock"
                )
                : GatewayRefusal(.insufficientStorage, "locks", "There are too many locks.")
        }
        if present == nil {
            do {
                try await makeEmpty(call)
            } catch {
                _ = memory.locks.withLock { $0.remove(lock.token, covering: call.path, of: call.caller.id, at: now()) }
                throw error == .notFound ? DataFault.noParent : error
            }
        }
        var answer = discovery(lock, present == nil ? .created : .ok)
        answer.headers[.lockToken] = "<\(lock.token)>"
        return answer
    }

    /// UNLOCK: ends a lock.
    func unlock(_ call: GatewayCall) throws -> GatewayAnswer {
        guard let field = call.headers[.lockToken], field.hasPrefix("<"), field.hasSuffix(">") else {
            throw GatewayRefusal(.badRequest, "noLockToken", "The request doesn't say which lock.")
        }
        let token = String(field.dropFirst().dropLast())
        let isGone = memory.locks.withLock { $0.remove(token, covering: call.path, of: call.caller.id, at: now()) }
        guard isGone else {
            throw GatewayRefusal(
                .conflict,
                "noSuchLock",
                "There is no such lock there.",
                condition: "lock-token-matches-request-uri"
            )
        }
        return GatewayAnswer(status: .noContent)
    }

    private func refresh(_ call: GatewayCall) async throws -> GatewayAnswer {
        guard let field = call.headers[.ifHeader].flatMap({ IfField($0) }) else {
            throw GatewayRefusal(.badRequest, "noLockToken", "The request doesn't say which lock.")
        }
        let seconds = LockRequest.seconds(call.headers[.timeout])
        let lock = memory.locks.withLock {
            $0.refresh(field.tokens, covering: call.path, of: call.caller.id, seconds: seconds, at: now())
        }
        guard let lock else { throw GatewayRefusal.preconditionFailed }
        return discovery(lock, .ok)
    }

    private func makeEmpty(_ call: GatewayCall) async throws(DataFault) {
        let place = try call.tree.changeable(call.path)
        let entry = try await place.store.write(DataBody(ByteBuffer()), to: place.path, if: .isNew, modified: nil)
        memory.versions(of: call.caller) { $0.hold(call.path, entry.version) }
    }

    private func discovery(_ lock: DataLock, _ status: HTTPResponse.Status) -> GatewayAnswer {
        let text =
            #"<?xml version="1.0" encoding="utf-8"?>\#n<D:prop xmlns:D="DAV:"><D:lockdiscovery>"#
            + lock.xml(address) + "</D:lockdiscovery></D:prop>\n"
        return .text(status, GatewayAnswer.xml, text)
    }
}
